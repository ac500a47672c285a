using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Scheduling;

namespace Sweep.Grains.Tests.Protocol;

/// <summary>Short texts for traces and digests: equal for equal meaning.</summary>
internal static class Words
{
    public static string Of(object? thing) => thing switch
    {
        null => "-",
        StageRecord stage => FormattableString.Invariant(
            $"{stage.State}#{stage.Attempt}@{stage.Worker}{Short(stage.Checkpoint)}{Short(stage.Artifact)}{stage.Losses}{stage.Alone}{string.Join('+', stage.Waiters)}"),
        StageStatus status => FormattableString.Invariant($"{status.State}#{status.Attempt}{Short(status.Artifact)}"),
        StageAssignment assignment => FormattableString.Invariant($"{assignment.Recipe.Id}#{assignment.Attempt}{Short(assignment.Checkpoint)}"),
        WorkerDirective directive => FormattableString.Invariant($"{directive.Kind} {Of(directive.Assignment)} {directive.NextCall.TotalSeconds}"),
        AttemptReport report => FormattableString.Invariant($"{report.Stage}#{report.Attempt} {report.Phase} {report.EpochsDone}{Short(report.Checkpoint)}"),
        StageOffer offer => $"{offer.Stage}{(offer.Holder is { } holder ? FormattableString.Invariant($" of {holder.Worker}#{holder.Attempt}") : "")}",
        ExperimentRecord experiment => experiment.State.ToString(),
        Dictionary<StageId, StageStanding> pages => string.Join(',', pages.Keys.Order()),
        _ => thing.ToString() ?? "",
    };

    private static string Short(ArtifactId? artifact) => artifact is { } id ? "/" + id.Value[..6] : "";
}
