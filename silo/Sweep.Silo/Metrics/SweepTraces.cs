using System.Diagnostics;
using Sweep.Grains;
using Sweep.Recipes;
using Sweep.Scheduling;
using Sweep.Silo.Workers;

namespace Sweep.Silo.Metrics;

/// <summary>Spans of what takes time and can be asked about later: ids, which no metric may have, are their attributes.</summary>
internal static class SweepTraces
{
    public const string Name = "Sweep";

    private static readonly ActivitySource s_source = new(Name);

    /// <summary>Somebody submits an experiment.</summary>
    public static Activity? BeginSubmit(string experiment)
    {
        // The web server's own span of the request is not traced, which would decide for this one too: its parent is the caller's, if any.
        var request = Activity.Current;
        ActivityContext.TryParse(request?.ParentId, request?.TraceStateString, isRemote: true, out var caller);
        Activity.Current = null;
        return s_source.StartActivity("submit", ActivityKind.Server, caller)?.SetTag("sweep.experiment", experiment);
    }

    /// <summary>One attempt at a stage; the spans below are in it.</summary>
    /// <returns>Null when nobody listens.</returns>
    public static Activity? Begin(string name, StageAssignment assignment, WorkerPlace place) => Begin(name, assignment.Recipe.Id)?
        .SetTag("sweep.attempt", assignment.Attempt)
        .SetTag("sweep.silo", place.Silo)
        .SetTag("sweep.device", place.Device);

    public static Activity? Begin(string name, StageId stage, ArtifactId artifact) => Begin(name, stage)?.SetTag("sweep.artifact", artifact.Value);

    public static Activity? Begin(string name, StageId stage) => s_source.StartActivity(name)?
        .SetTag("sweep.stage", stage.Value)
        .SetTag("sweep.stage.kind", MetricWords<StageKind>.Of(stage.Kind));

    /// <summary>Says how the attempt ended. The span itself ends when it is disposed.</summary>
    public static void End(Activity? attempt, AttemptReport last)
    {
        attempt?.SetTag("sweep.outcome", MetricWords<AttemptPhase>.Of(last.Phase));
        if (last.Failure is { } failure)
        {
            attempt?.SetTag("error.type", MetricWords<FailureReason>.Of(failure.Reason)).SetStatus(ActivityStatusCode.Error, failure.Message);
        }
    }

    /// <summary>The work of the span failed.</summary>
    public static void Fault(Activity? span, string message) => span?.SetStatus(ActivityStatusCode.Error, message);
}
