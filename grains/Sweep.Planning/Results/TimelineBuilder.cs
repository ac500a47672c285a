using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>Gathers the spans of an experiment's stages path by path, each stage once however many trials share it.</summary>
public sealed class TimelineBuilder
{
    private readonly HashSet<StageId> _seen = [];
    private readonly List<StageSpan> _spans = [];
    private int _omitted;
    private int _untimed;

    /// <summary>Attempts at stages that have ended, as they were added.</summary>
    public IReadOnlyList<StageSpan> Spans => _spans;

    /// <param name="path">Of a trial or an unpruned net.</param>
    /// <param name="outcome">How a stage stands; null when it was never requested.</param>
    public void Add(TrialPlan path, Func<StageId, StageStanding?> outcome)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(outcome);
        foreach (var stage in path.Stages.Where(stage => _seen.Add(stage.Id)))
        {
            if (outcome(stage.Id) is not { } standing || (standing.Result is null && standing.Failure is null))
            {
                continue;
            }

            _omitted += standing.Attempts?.Omitted ?? 0;
            _untimed += standing.Attempts is null ? 1 : 0;
            var label = standing.Attempts is null ? "" : StageLabel.Of(stage);
            foreach (var span in standing.Attempts?.Spans ?? [])
            {
                if (span is { End: { } end, Outcome: { } how })
                {
                    _spans.Add(new StageSpan
                    {
                        Stage = stage.Id,
                        Kind = stage.Kind,
                        Label = label,
                        Attempt = span.Attempt,
                        Worker = span.Worker,
                        Start = span.Start,
                        End = end,
                        Outcome = how,
                        Reason = span.Reason,
                        Epochs = span.EpochsRun is > 0 and var epochs ? epochs : null,
                        PeakMemory = span.PeakMemory,
                        PaidHere = standing.PaidHere,
                    });
                }
            }
        }
    }

    /// <param name="result">The document that the timeline is part of.</param>
    /// <param name="submittedAt">When the experiment was submitted.</param>
    /// <param name="endedAt">When it ended; null while it has not.</param>
    /// <returns>Null where no stage was timed.</returns>
    public ExperimentTimeline? Build(ExperimentResult result, DateTimeOffset? submittedAt, DateTimeOffset? endedAt)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (_spans.Count == 0)
        {
            return null;
        }

        var spans = _spans.OrderBy(span => span.Start).ThenBy(span => span.Stage).ThenBy(span => span.Attempt).ToList();
        return new ExperimentTimeline
        {
            SubmittedAt = submittedAt,
            EndedAt = endedAt,
            Spans = spans,
            Omitted = _omitted > 0 ? _omitted : null,
            Untimed = _untimed > 0 ? _untimed : null,
            Hypervolume = HypervolumeCurve.Of(result, spans, submittedAt),
        };
    }
}
