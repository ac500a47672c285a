using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>The hypervolume of the front as it grew, over time and over the epochs that the experiment had paid for by then.</summary>
public sealed record HypervolumeCurve
{
    /// <summary>More steps than a picture can show, and each costs a hypervolume.</summary>
    public const int MostSteps = 400;

    /// <summary>The corner of the box that the volume is a fraction of, opposite to accuracy 1 at no cost.</summary>
    public required IReadOnlyList<ReferenceValue> Reference { get; init; }

    /// <summary>
    /// The volume from each of these moments on, ascending. Where the front changed more often than <see cref="MostSteps"/>, every so many changes are one step;
    /// the last is what the front is worth in the end.
    /// </summary>
    public required IReadOnlyList<HypervolumeStep> Steps { get; init; }

    /// <summary>Complete trials that are left out, because nobody recorded when their last stage ended; null for none.</summary>
    public int? Untimed { get; init; }

    /// <param name="result">Trials, objectives and the unpruned net.</param>
    /// <param name="spans">Of all stages of the trials.</param>
    /// <param name="submittedAt">When the experiment was submitted: what was there before counts from then.</param>
    /// <returns>Null without a complete trial, or before the unpruned net is measured.</returns>
    public static HypervolumeCurve? Of(ExperimentResult result, IReadOnlyList<StageSpan> spans, DateTimeOffset? submittedAt)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(spans);
        if (result.Dense is not { } dense)
        {
            return null;
        }

        var complete = result.Trials.Where(trial => trial.Metrics is not null).ToList();
        var ends = spans.Where(span => span.Outcome == SpanEnd.Succeeded).GroupBy(span => span.Stage).ToDictionary(stage => stage.Key, stage => stage.Max(span => span.End));
        var timed = complete
            .Select(trial => (Trial: trial, At: EndOf(trial, ends, submittedAt)))
            .Where(trial => trial.At is not null)
            .OrderBy(trial => trial.At).ThenBy(trial => trial.Trial.Id, StringComparer.Ordinal)
            .ToList();
        var changes = new List<(DateTimeOffset At, TrialResult Trial, IncrementalFront<TrialMetrics> Front)>();
        var front = new IncrementalFront<TrialMetrics>(result.Objectives.Goals());
        foreach (var (trial, at) in timed)
        {
            var grown = front.Add(trial.Metrics!, ObjectiveValues.Of(result.Objectives, trial.Metrics!));
            if (!ReferenceEquals(grown, front))
            {
                front = grown;
                changes.Add((at!.Value, trial, front));
            }
        }

        return changes.Count == 0 ? null : new HypervolumeCurve
        {
            Reference = [.. result.Objectives.Select(objective => ReferenceValue.Of(objective.Metric, dense))],
            Steps = StepsOf(changes, spans, result.Objectives, dense),
            Untimed = complete.Count > timed.Count ? complete.Count - timed.Count : null,
        };
    }

    /// <summary>When the last of a trial's stages had ended, whoever paid for it.</summary>
    private static DateTimeOffset? EndOf(TrialResult trial, Dictionary<StageId, DateTimeOffset> ends, DateTimeOffset? submittedAt)
    {
        var last = submittedAt ?? DateTimeOffset.MinValue;
        foreach (var stage in trial.Stages)
        {
            if (!ends.TryGetValue(stage, out var end))
            {
                return null;
            }

            last = end > last ? end : last;
        }

        return last;
    }

    private static List<HypervolumeStep> StepsOf(
        List<(DateTimeOffset At, TrialResult Trial, IncrementalFront<TrialMetrics> Front)> changes,
        IReadOnlyList<StageSpan> spans,
        IReadOnlyList<Objective> objectives,
        TrialMetrics dense)
    {
        var paid = spans.Where(span => span.PaidHere && span.Epochs is not null).OrderBy(span => span.End).ToList();
        var steps = new List<HypervolumeStep>();
        var (done, epochs) = (0, 0.0);
        for (var step = 1; step <= Math.Min(MostSteps, changes.Count); step++)
        {
            var (at, trial, front) = changes[(int)((long)step * changes.Count / Math.Min(MostSteps, changes.Count)) - 1];
            for (; done < paid.Count && paid[done].End <= at; done++)
            {
                epochs += paid[done].Epochs!.Value;
            }

            var volume = Planning.Hypervolume.Of([.. front.Items.Select(metrics => ObjectiveValues.Gains(objectives, metrics, dense))]);
            steps.Add(new HypervolumeStep { At = at, Epochs = epochs, Hypervolume = volume, Trial = trial.Id });
        }

        return steps;
    }
}

/// <summary>One coordinate of the reference point.</summary>
public sealed record ReferenceValue
{
    public required Metric Metric { get; init; }

    /// <summary>In the metric's unit; null for the dense net's latency as measured beside each net.</summary>
    public double? Value { get; init; }

    internal static ReferenceValue Of(Metric metric, TrialMetrics dense) => new()
    {
        Metric = metric,
        Value = metric switch
        {
            Metric.Accuracy => 0,
            Metric.Latency => null,
            _ => ObjectiveValues.Of(metric, dense),
        },
    };
}

/// <summary>The front after a trial.</summary>
public sealed record HypervolumeStep
{
    public required DateTimeOffset At { get; init; }

    /// <summary>Epochs of the attempts that the experiment had paid for and that had ended by then, lost ones too.</summary>
    public required double Epochs { get; init; }

    /// <summary>As a fraction of the box, in [0, 1].</summary>
    public required double Hypervolume { get; init; }

    /// <summary>The trial that made the front what it was then.</summary>
    public required string Trial { get; init; }
}
