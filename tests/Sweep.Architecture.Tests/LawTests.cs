namespace Sweep.Architecture.Tests;

/// <summary>The laws of the house: who may see whom. The silo, above all, never loads libtorch.</summary>
public sealed class LawTests
{
    private const string Engine = "sweep-engine";
    private const string Silo = "sweep-silo";
    private const string Client = "sweep";

    [Fact]
    public void Engine_NeverSeesOrleans() => AssertNeverSees(Engine, IsOrleans);

    [Theory]
    [InlineData("Sweep.Grains.Interfaces")]
    [InlineData("Sweep.Scheduling")]
    [InlineData("Sweep.Simulation")]
    [InlineData("Sweep.Grains")]
    [InlineData(Silo)]
    [InlineData(Client)]
    public void Cluster_NeverSeesTorchSharp(string assembly) => AssertNeverSees(assembly, name => IsTorch(name) || name == Engine);

    [Fact]
    public void Client_NeverSeesGrainCode() => AssertNeverSees(Client, name => name is "Sweep.Grains" or Silo);

    [Theory]
    [InlineData("Sweep.Scheduling")]
    [InlineData("Sweep.Simulation")]
    public void Simulation_NeverSeesGrainCode(string assembly) => AssertNeverSees(assembly, name => name is "Sweep.Grains" or Silo);

    [Theory]
    [InlineData("Sweep.Recipes")]
    [InlineData("Sweep.Planning")]
    [InlineData("Sweep.Data")]
    public void PureProjects_SeeNeither(string assembly) => AssertNeverSees(assembly, name => IsOrleans(name) || IsTorch(name));

    [Fact]
    public void Recipes_SeeNothingOfSweep() => AssertNeverSees("Sweep.Recipes", name => name.StartsWith("Sweep.", StringComparison.Ordinal));

    [Fact]
    public void Closure_FindsWhatIsThere()
    {
        // Guards the tests above: with a wrong name or an empty folder they would pass for the wrong reason.
        Assert.Contains(AssemblyClosure.Of(Engine), IsTorch);
        Assert.Contains(AssemblyClosure.Of(Silo), IsOrleans);
        Assert.Contains("Sweep.Grains", AssemblyClosure.Of(Silo));
        Assert.Contains("Sweep.Grains.Interfaces", AssemblyClosure.Of(Client));
        Assert.Contains("Sweep.Scheduling", AssemblyClosure.Of(Client));
        Assert.Contains("Sweep.Scheduling", AssemblyClosure.Of("Sweep.Grains"));
        Assert.Contains("Sweep.Recipes", AssemblyClosure.Of("Sweep.Planning"));
    }

    private static void AssertNeverSees(string assembly, Func<string, bool> forbidden)
    {
        Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, assembly + ".dll")), $"{assembly}.dll is not beside the test.");
        Assert.DoesNotContain(AssemblyClosure.Of(assembly), name => forbidden(name));
    }

    private static bool IsOrleans(string name) =>
        name.StartsWith("Orleans", StringComparison.Ordinal) || name.StartsWith("Microsoft.Orleans", StringComparison.Ordinal);

    private static bool IsTorch(string name) => name.StartsWith("TorchSharp", StringComparison.Ordinal);
}
