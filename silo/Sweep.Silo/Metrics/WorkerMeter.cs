using System.Diagnostics.Metrics;
using Sweep.Grains;
using Sweep.Recipes;

namespace Sweep.Silo.Metrics;

/// <summary>What this silo's workers count.</summary>
public sealed class WorkerMeter
{
    private readonly TimeProvider _time;
    private readonly Histogram<double> _attempts;
    private readonly Counter<double> _epochs;
    private readonly Histogram<double> _commits;
    private readonly Counter<long> _bytes;

    public WorkerMeter(IMeterFactory meters, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _time = time;
        var meter = meters.Create(MetricDefinition.Meter);
        _attempts = SiloMetrics.AttemptDuration.CreateHistogram(meter);
        _epochs = SiloMetrics.Epochs.CreateCounter<double>(meter);
        _commits = SiloMetrics.CommitDuration.CreateHistogram(meter);
        _bytes = SiloMetrics.CommitSize.CreateCounter<long>(meter);
    }

    /// <summary>When something begins; a later call says of it how long it took.</summary>
    public long Begin() => _time.GetTimestamp();

    public void AttemptEnded(StageKind kind, AttemptPhase phase, long begun) => _attempts.Record(
        _time.GetElapsedTime(begun).TotalSeconds, Word("kind", kind), Word("outcome", phase));

    public void EpochsRun(StageKind kind, double epochs) => _epochs.Add(epochs, Word("kind", kind));

    /// <summary>Commits a folder.</summary>
    public async Task<ArtifactId> Commit(CommitContent content, string folder, Func<Task<ArtifactId>> commit)
    {
        ArgumentNullException.ThrowIfNull(commit);
        var bytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        var begun = Begin();
        var outcome = CommitOutcome.Failed;
        try
        {
            var artifact = await commit();
            outcome = CommitOutcome.Committed;
            _bytes.Add(bytes, Word("content", content));
            return artifact;
        }
        finally
        {
            _commits.Record(_time.GetElapsedTime(begun).TotalSeconds, Word("content", content), Word("outcome", outcome));
        }
    }

    private static KeyValuePair<string, object?> Word<TEnum>(string label, TEnum value)
        where TEnum : struct, Enum => new(label, MetricWords<TEnum>.Of(value));
}
