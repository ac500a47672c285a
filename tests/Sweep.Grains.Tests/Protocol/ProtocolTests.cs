using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Testing;
using Xunit.Abstractions;

namespace Sweep.Grains.Tests.Protocol;

/// <summary>
/// The protocol of workers, queue, stages and experiment, checked as a model: the product's own state machines, with every message, write
/// and restart under the test's control. What <see cref="FaultTests"/> does to the grains themselves in a handful of runs, this does in thousands.
/// </summary>
public class ProtocolTests(ITestOutputHelper output)
{
    private static readonly SweepSpec s_tiny = TestSpec.Of("tiny", [0.4, 0.6], [PruningMethod.Somp]) with
    {
        Pretrain = new TrainingSpec { Epochs = 1 },
        Finetune = new FinetuneSpec { Epochs = 1 },
    };

    private static readonly SweepSpec s_small = TestSpec.Of("small", [0.2, 0.4]);

    [Fact]
    public void Protocol_WithoutFaults_RunsEachStageOnce()
    {
        var world = new Explorer(s_tiny).Exhaust(0);
        output.WriteLine($"{world}");
        Assert.Equal(1, world.Runs);
    }

    [Fact]
    public void Protocol_WithAnyOneDeviation_KeepsItsProperties()
    {
        var explored = new Explorer(s_tiny).Exhaust(1);
        output.WriteLine($"{explored}");
        Assert.True(explored.Runs > 1000, $"{explored}");
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public void Protocol_UnderRandomFaults_KeepsItsProperties(int batch)
    {
        for (var seed = batch * 100; seed < (batch + 1) * 100; seed++)
        {
            new Explorer(seed % 2 == 0 ? s_tiny : s_small, workers: 2 + (seed % 2)).Seeded(seed, faults: 1 + (seed % 12));
        }
    }

    public static TheoryData<int> Batches() => [.. Enumerable.Range(0, 10)];

    [Theory]
    [InlineData(nameof(Flaw.NoFencing))]
    [InlineData(nameof(Flaw.NoVersions))]
    [InlineData(nameof(Flaw.AnswerBeforeWrite))]
    [InlineData(nameof(Flaw.KeepAfterFailedWrite))]
    [InlineData(nameof(Flaw.SuccessNotFinal))]
    [InlineData(nameof(Flaw.NoExpiry))]
    [InlineData(nameof(Flaw.OfferOnce))]
    [InlineData(nameof(Flaw.NoReread))]
    [InlineData(nameof(Flaw.RefuseUnread))]
    [InlineData(nameof(Flaw.ForgetUnheard))]
    public void Flaw_IsCaught(string flaw)
    {
        var explorer = new Explorer(s_tiny, Enum.Parse<Flaw>(flaw));
        var caught = Enumerable.Range(0, 2000).Select(seed => (Seed: seed, Violation: Caught(explorer, seed))).FirstOrDefault(run => run.Violation is not null);
        Assert.NotNull(caught.Violation);
        output.WriteLine($"seed {caught.Seed}: {caught.Violation}");
        Assert.Contains("It takes:", caught.Violation, StringComparison.Ordinal);
    }

    private static string? Caught(Explorer explorer, int seed)
    {
        try
        {
            explorer.Seeded(seed, faults: 6);
            return null;
        }
        catch (ViolationException e)
        {
            return e.Message;
        }
    }
}
