using System.Globalization;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Output;

/// <summary>In the order of cause and effect, for what happened at one moment.</summary>
internal enum EventKind
{
    Submitted,
    StageEnded,
    TrialEnded,
    FrontGrew,
    StageStarted,
    Ended,
}

/// <summary>Something that happened to an experiment.</summary>
internal sealed record ExperimentEvent
{
    public required DateTimeOffset At { get; init; }

    public required EventKind Kind { get; init; }

    public string? Trial { get; init; }

    public StageId? Stage { get; init; }

    /// <summary>Of a stage, counted from 1.</summary>
    public int? Attempt { get; init; }

    public string? Worker { get; init; }

    /// <summary>For people, in one line.</summary>
    public required string Text { get; init; }
}

/// <summary>
/// The history of an experiment as its result tells it. A stage's start is known once an attempt has ended; what nobody has timed is not in it, and neither
/// is who paused and resumed.
/// </summary>
internal static class ExperimentEvents
{
    /// <summary>The first first; what happened at one moment in the order of the kinds.</summary>
    public static IReadOnlyList<ExperimentEvent> Of(ExperimentResult result)
    {
        var timeline = result.Timeline;
        var spans = timeline?.Spans ?? [];
        var events = new List<ExperimentEvent>();
        if (timeline?.SubmittedAt is { } submitted)
        {
            events.Add(new ExperimentEvent { At = submitted, Kind = EventKind.Submitted, Text = $"'{result.Experiment}' was submitted" });
        }

        foreach (var span in spans)
        {
            events.Add(OfStage(span, EventKind.StageStarted, span.Start, $"attempt {Words.Count(span.Attempt)} started on {span.Worker}"));
            events.Add(OfStage(
                span,
                EventKind.StageEnded,
                span.End,
                $"{Words.Name(span.Outcome)} after {Words.Duration(span.End - span.Start)} on {span.Worker}{(span.Reason is { } reason ? $": {Words.Name(reason)}" : "")}"));
        }

        var ends = spans.GroupBy(span => span.Stage).ToDictionary(stage => stage.Key, stage => stage.Max(span => span.End));
        foreach (var trial in result.Trials)
        {
            var known = trial.Stages.Where(ends.ContainsKey).Select(stage => ends[stage]).ToList();
            if (known.Count > 0 && TextOf(trial, result.Objectives) is { } text)
            {
                events.Add(new ExperimentEvent { At = known.Max(), Kind = EventKind.TrialEnded, Trial = trial.Id, Stage = trial.Failure?.Stage, Text = text });
            }
        }

        foreach (var step in timeline?.Hypervolume?.Steps ?? [])
        {
            events.Add(new ExperimentEvent
            {
                At = step.At,
                Kind = EventKind.FrontGrew,
                Trial = step.Trial,
                Text = $"the front grew to a hypervolume of {step.Hypervolume.ToString("0.0000", CultureInfo.InvariantCulture)} by {step.Trial}",
            });
        }

        if (timeline?.EndedAt is { } ended)
        {
            events.Add(new ExperimentEvent { At = ended, Kind = EventKind.Ended, Text = $"'{result.Experiment}' is {Words.Name(result.State)}{(result.Reason is { } why ? $": {why}" : "")}" });
        }

        return [.. events.OrderBy(one => one.At).ThenBy(one => one.Kind)];
    }

    private static ExperimentEvent OfStage(StageSpan span, EventKind kind, DateTimeOffset at, string text) => new()
    {
        At = at,
        Kind = kind,
        Stage = span.Stage,
        Attempt = span.Attempt,
        Worker = span.Worker,
        Text = $"{span.Label}: {text}",
    };

    /// <summary>Null for one that has not ended.</summary>
    private static string? TextOf(TrialResult trial, IReadOnlyList<Objective> objectives) => trial switch
    {
        { State: TrialState.Complete, Metrics: { } metrics } =>
            $"{trial.Id} is complete: {string.Join(", ", objectives.Select(objective => $"{Words.Name(objective.Metric)} {Words.Number(ObjectiveValues.Of([objective], metrics)[0])}"))}",
        { State: TrialState.Failed, Failure: { } failure } => $"{trial.Id} failed: {failure.Failure.Message}",
        { State: TrialState.Stopped } => $"{trial.Id} was stopped{(trial.StopReason is { } reason ? $": {reason}" : "")}",
        _ => null,
    };
}
