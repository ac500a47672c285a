using System.Diagnostics.Metrics;
using System.Globalization;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>The instruments of <see cref="GrainMetrics"/>, one of each a silo. What is counted is counted after it is on disk.</summary>
public sealed class GrainMeter
{
    private readonly TimeProvider _clock;
    private readonly Counter<long> _stages;
    private readonly Counter<long> _started;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _expired;
    private readonly Counter<long> _experimentsFinished;
    private readonly Counter<long> _trialsFinished;
    private readonly Counter<long> _dropped;
    private readonly Histogram<double> _queueWait;
    private readonly ExperimentSeries _experiments = new(GrainMetrics.ExperimentLimit);
    private volatile QueueGauges? _queue;

    public GrainMeter(IMeterFactory meters, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _clock = clock;
        var meter = meters.Create(MetricDefinition.Meter);
        _stages = GrainMetrics.StagesFinished.CreateCounter<long>(meter);
        _started = GrainMetrics.AttemptsStarted.CreateCounter<long>(meter);
        _attempts = GrainMetrics.AttemptsFinished.CreateCounter<long>(meter);
        _failures = GrainMetrics.Failures.CreateCounter<long>(meter);
        _retries = GrainMetrics.Retries.CreateCounter<long>(meter);
        _refused = GrainMetrics.ReportsRefused.CreateCounter<long>(meter);
        _expired = GrainMetrics.LeasesExpired.CreateCounter<long>(meter);
        _experimentsFinished = GrainMetrics.ExperimentsFinished.CreateCounter<long>(meter);
        _trialsFinished = GrainMetrics.TrialsFinished.CreateCounter<long>(meter);
        _dropped = GrainMetrics.SeriesDropped.CreateCounter<long>(meter);
        _queueWait = GrainMetrics.QueueWait.CreateHistogram(meter);

        // A counter that begins with its first event hides that event from every rate.
        foreach (var alone in new[] { _refused, _expired, _dropped })
        {
            alone.Add(0);
        }

        GrainMetrics.QueueDepth.CreateGauge(meter, () => ByWord(_queue?.Waiting, "kind"));
        GrainMetrics.StagesRunning.CreateGauge(meter, () => ByWord(_queue?.Running, "kind"));
        GrainMetrics.Workers.CreateGauge(meter, () => ByWord(_queue?.Workers, "state"));
        GrainMetrics.LeasesHeld.CreateGauge(meter, () => OfQueue(queue => queue.Leases));
        GrainMetrics.QueueOldest.CreateGauge(
            meter, () => OfQueue(queue => queue.OldestSince is { } since ? Math.Max(0, (_clock.GetUtcNow() - since).TotalSeconds) : 0));
        GrainMetrics.Experiments.CreateGauge(meter, () => ByState<ExperimentState>((all, state) => all.Count(one => one.State == state)));
        GrainMetrics.Trials.CreateGauge(meter, () => ByState<TrialState>((all, state) => all.Sum(one => one.TrialsOf(state))));
        GrainMetrics.FrontSize.CreateGauge(meter, () => ByExperiment(one => one.Front.Value.Size));
        GrainMetrics.Hypervolume.CreateGauge(meter, () => ByExperiment(one => one.Front.Value.Hypervolume));
        GrainMetrics.BestAccuracy.CreateGauge(meter, () => ByExperiment(one => one.Front.Value.BestAccuracy));
        GrainMetrics.PointAccuracy.CreateGauge(meter, () => ByPoint(point => point.Accuracy));
        GrainMetrics.PointParameters.CreateGauge(meter, () => ByPoint(point => point.Parameters));
        GrainMetrics.PointFlops.CreateGauge(meter, () => ByPoint(point => point.Flops));
        GrainMetrics.Progress.CreateGauge(meter, () => ByExperiment(one => one.Progress));
    }

    /// <summary>A worker has the stage.</summary>
    public void AttemptStarted(StageKind kind) => _started.Add(1, Word("kind", kind));

    /// <summary>A worker has got a stage that was queued.</summary>
    public void StageTaken(TimeSpan waited) => _queueWait.Record(Math.Max(0, waited.TotalSeconds));

    /// <summary>An attempt has ended, and the stage with it or not.</summary>
    /// <param name="after">The stage, as it now is.</param>
    /// <param name="failure">What a failed attempt reported.</param>
    public void AttemptEnded(StageRecord after, AttemptOutcome outcome, StageFailure? failure)
    {
        ArgumentNullException.ThrowIfNull(after);
        var kind = Word("kind", after.Recipe.Kind);
        _attempts.Add(1, kind, Word("outcome", outcome));
        FailureReason? reason = outcome switch
        {
            AttemptOutcome.Failed => failure?.Reason ?? FailureReason.Unexpected,
            AttemptOutcome.Lost => FailureReason.WorkerLost,
            _ => null,
        };
        if (reason is { } why)
        {
            _failures.Add(1, Word("failure", StageFailure.KindOf(why)), Word("reason", why));
            if (after.State == StageState.Queued)
            {
                _retries.Add(1, kind, Word("reason", why));
            }
        }

        if (!after.IsOpen)
        {
            StageEnded(after.Recipe.Kind, after.State == StageState.Succeeded ? StageEnd.Succeeded : StageEnd.Failed);
        }
    }

    public void StageEnded(StageKind kind, StageEnd outcome) => _stages.Add(1, Word("kind", kind), Word("outcome", outcome));

    public void ReportRefused() => _refused.Add(1);

    public void LeasesExpired(int count)
    {
        if (count > 0)
        {
            _expired.Add(count);
        }
    }

    /// <param name="gauges">Null when the queue is not here any more.</param>
    public void Show(QueueGauges? gauges) => _queue = gauges;

    public void Show(string experiment, ExperimentGauges gauges)
    {
        if (_experiments.Put(experiment, gauges))
        {
            _dropped.Add(1);
        }
    }

    /// <summary>The experiment is not here any more.</summary>
    public void Hide(string experiment) => _experiments.Remove(experiment);

    public void ExperimentEnded(ExperimentState state) => _experimentsFinished.Add(1, Word("outcome", state));

    public void TrialsEnded(TrialState state, int count)
    {
        if (count > 0)
        {
            _trialsFinished.Add(count, Word("outcome", state));
        }
    }

    private static KeyValuePair<string, object?> Word<TEnum>(string label, TEnum value)
        where TEnum : struct, Enum => new(label, MetricWords<TEnum>.Of(value));

    private static IEnumerable<Measurement<int>> ByWord<TEnum>(IReadOnlyDictionary<TEnum, int>? counts, string label)
        where TEnum : struct, Enum => counts?.Select(count => new Measurement<int>(count.Value, Word(label, count.Key))) ?? [];

    private IEnumerable<Measurement<T>> OfQueue<T>(Func<QueueGauges, T> value)
        where T : struct => _queue is { } queue ? [new Measurement<T>(value(queue))] : [];

    private IEnumerable<Measurement<int>> ByState<TState>(Func<IReadOnlyList<ExperimentGauges>, TState, int> count)
        where TState : struct, Enum
    {
        var all = _experiments.All();
        return Enum.GetValues<TState>().Select(state => new Measurement<int>(count(all, state), Word("state", state)));
    }

    private IEnumerable<Measurement<T>> ByPoint<T>(Func<TrialMetrics, T> value)
        where T : struct =>
        from one in _experiments.Named()
        from point in one.Gauges.Front.Value.Points.Index()
        select new Measurement<T>(
            value(point.Item),
            new("experiment", one.Experiment),
            new KeyValuePair<string, object?>("rank", point.Index.ToString(CultureInfo.InvariantCulture)));

    private IEnumerable<Measurement<double>> ByExperiment(Func<ExperimentGauges, double?> value) =>
        from one in _experiments.Named()
        let number = value(one.Gauges)
        where number is not null
        select new Measurement<double>(number.Value, new KeyValuePair<string, object?>("experiment", one.Experiment));
}
