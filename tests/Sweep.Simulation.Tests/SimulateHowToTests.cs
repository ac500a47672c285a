using System.Text.RegularExpressions;
using Sweep.Planning;

namespace Sweep.Simulation.Tests;

/// <summary>The files that docs/how-to/simulate.md tells a reader to paste.</summary>
public sealed partial class SimulateHowToTests
{
    private static readonly IReadOnlyDictionary<string, string> s_files = Pasted()
        .Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "how-to", "simulate.md")))
        .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    [Fact]
    public void Cluster_IsSound()
    {
        var cluster = ClusterModelReader.Read(s_files["cluster.yaml"], "cluster.yaml");

        Assert.Equal((2, 2), (cluster.Silos, cluster.Devices));
        Assert.NotNull(cluster.Failures);
    }

    /// <summary>Without its last line it is the other one of the comparison, and it is the cheaper one.</summary>
    [Fact]
    public void Halving_IsSound_AndRunsFewerEpochs()
    {
        var halving = s_files["halving.yaml"];
        var whole = string.Join('\n', halving.Split('\n').Where(line => !line.StartsWith("stopping", StringComparison.Ordinal)));
        int Epochs(string yaml) => Simulator.Run(new SimulationInput { Cluster = new ClusterModel(), Experiments = [SweepSpecReader.Read(yaml, "halving.yaml")] }).EpochsRun;

        Assert.True(Epochs(halving) < Epochs(whole));
    }

    [GeneratedRegex("^cat > (\\S+) <<'YAML'\n(.*?)^YAML$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Pasted();
}
