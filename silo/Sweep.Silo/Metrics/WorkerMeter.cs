using System.Diagnostics.Metrics;
using Sweep.Grains;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;
using Sweep.Scheduling;

namespace Sweep.Silo.Metrics;

/// <summary>What this silo's workers count.</summary>
public sealed class WorkerMeter
{
    private readonly TimeProvider _time;
    private readonly Histogram<double> _attempts;
    private readonly Counter<double> _epochs;
    private readonly Histogram<double> _commits;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _steps;
    private readonly Counter<long> _samples;
    private readonly Counter<double> _loaderWait;
    private readonly Histogram<double> _stepDuration;
    private readonly Histogram<double> _renewals;
    private readonly Counter<long> _outOfMemory;
    private readonly int[] _running = new int[Enum.GetValues<StageKind>().Length];
    private int _slots;
    private long _lastCheckpoint;

    public WorkerMeter(IMeterFactory meters, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _time = time;
        var meter = meters.Create(MetricDefinition.Meter);
        _attempts = SiloMetrics.AttemptDuration.CreateHistogram(meter);
        _epochs = SiloMetrics.Epochs.CreateCounter<double>(meter);
        _commits = SiloMetrics.CommitDuration.CreateHistogram(meter);
        _bytes = SiloMetrics.CommitSize.CreateCounter<long>(meter);
        _steps = SiloMetrics.TrainSteps.CreateCounter<long>(meter);
        _samples = SiloMetrics.TrainSamples.CreateCounter<long>(meter);
        _loaderWait = SiloMetrics.LoaderWait.CreateCounter<double>(meter);
        _stepDuration = SiloMetrics.StepDuration.CreateHistogram(meter);
        _renewals = SiloMetrics.LeaseRenewal.CreateHistogram(meter);
        _outOfMemory = SiloMetrics.OutOfMemory.CreateCounter<long>(meter);
        SiloMetrics.WorkerSlots.CreateGauge(meter, () => new[] { new Measurement<int>(Volatile.Read(ref _slots)) });
        SiloMetrics.AttemptsRunning.CreateGauge(
            meter, () => Enum.GetValues<StageKind>().Select(kind => new Measurement<int>(Volatile.Read(ref _running[(int)kind]), Word("kind", kind))));
        SiloMetrics.CheckpointTime.CreateGauge(
            meter, () => Interlocked.Read(ref _lastCheckpoint) is not 0 and var at ? [new Measurement<double>(at / 1e3)] : Array.Empty<Measurement<double>>());
    }

    /// <summary>How many workers the silo has.</summary>
    public void HasWorkers(int count) => Volatile.Write(ref _slots, count);

    /// <summary>When something begins; a later call says of it how long it took.</summary>
    public long Begin() => _time.GetTimestamp();

    /// <returns>See <see cref="Begin"/>.</returns>
    public long AttemptBegan(StageKind kind)
    {
        Interlocked.Increment(ref _running[(int)kind]);
        return Begin();
    }

    /// <param name="last">What the attempt reports in the end.</param>
    /// <param name="device">It was on.</param>
    public void AttemptEnded(StageKind kind, AttemptReport last, string device, long begun)
    {
        ArgumentNullException.ThrowIfNull(last);
        Interlocked.Decrement(ref _running[(int)kind]);
        _attempts.Record(_time.GetElapsedTime(begun).TotalSeconds, Word("kind", kind), Word("outcome", last.Phase));
        if (last.Failure?.Reason == FailureReason.OutOfMemory)
        {
            _outOfMemory.Add(1, new KeyValuePair<string, object?>("device", device));
        }
    }

    public void Trained(string device, TrainingWork work)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(work);
        var on = new KeyValuePair<string, object?>("device", device.StartsWith("cuda", StringComparison.Ordinal) ? "cuda" : "cpu");
        _steps.Add(work.Steps, on);
        _samples.Add(work.Samples, on);
        _loaderWait.Add(work.LoaderSeconds, on);
        for (var step = 0; step < work.Steps; step++)
        {
            _stepDuration.Record(work.Seconds / work.Steps, on);
        }
    }

    /// <summary>A worker has called the queue about its attempt.</summary>
    public void LeaseRenewed(bool answered, long begun) => _renewals.Record(
        _time.GetElapsedTime(begun).TotalSeconds, Word("outcome", answered ? CallOutcome.Answered : CallOutcome.Away));

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
            if (content == CommitContent.Checkpoint)
            {
                Interlocked.Exchange(ref _lastCheckpoint, _time.GetUtcNow().ToUnixTimeMilliseconds());
            }

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
