using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Cluster.Tests;

/// <summary>
/// Real engines that share a CPU's memory: what a stage was measured to need decides what runs beside it. Judged by when the stages themselves say they
/// ran, however fast that was.
/// </summary>
public sealed class PackingTests : IDisposable
{
    private const long Memory = 1536L << 20;

    private readonly TemporaryState _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task LargeStages_TakeTurns_WhereMemoryHoldsOne()
    {
        var spans = await Run("1536Mi");

        var tunes = spans.Where(IsTune).ToList();
        Assert.Equal(4, tunes.Count);
        Assert.All(tunes.Zip(tunes.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start, Shown(tunes)));

        // The first of each class, then the greatest of it: one alone takes more than the half of what may be promised.
        var peak = tunes.Max(span => span.PeakMemory ?? 0);
        Assert.True(peak > Memory / 11 * 10 / 2, FormattableString.Invariant($"{peak}"));
        Assert.All(spans, span => Assert.True(
            spans.Where(other => other.Start <= span.Start && span.Start < other.End).Sum(other => other.PeakMemory ?? 0) <= Memory, Shown(spans)));
    }

    [Fact]
    public async Task LargeStages_RunTogether_WhereMemoryHoldsThem()
    {
        var tunes = (await Run("8Gi")).Where(IsTune).ToList();

        Assert.Equal(4, tunes.Count);
        Assert.True(tunes.Zip(tunes.Skip(1)).Any(pair => pair.Second.Start < pair.First.End), Shown(tunes));
    }

    private static bool IsTune(StageSpan span) => span.Kind == StageKind.FineTune;

    private static string Shown(IEnumerable<StageSpan> spans) => string.Join(
        '\n', spans.Select(span => FormattableString.Invariant($"{span.Start:HH:mm:ss.fff} {span.End:HH:mm:ss.fff} {span.Worker} {span.Label} {span.PeakMemory}")));

    /// <summary>Two workers, four stages of one class at the end, and so much memory.</summary>
    /// <returns>What ran when, by its start.</returns>
    private async Task<IReadOnlyList<StageSpan>> Run(string memory)
    {
        await using var silo = await SiloProcess.Start(
            _state.Path, "--workers", "2", "--memory", memory, "--device-locks", Path.Combine(_state.Path, "locks"));
        await silo.Submit(SmallSweep.LargeBatches);

        var result = await Waiting.ForTheEnd(silo);

        Assert.Equal(ExperimentState.Complete, result.State);
        return result.Timeline!.Spans;
    }
}
