using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>
/// What is durable about an experiment beside the outcomes of its stages (<see cref="OutcomePages"/>): little, and written only when a
/// person or the end changes it. Everything else follows from the spec and the outcomes.
/// </summary>
public sealed record ExperimentRecord
{
    public required SweepSpec Spec { get; init; }

    public required ExperimentState State { get; init; }

    public required DateTimeOffset SubmittedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why a failed experiment failed.</summary>
    public string? Failure { get; init; }

    /// <summary>Paused only: why it paused by itself; null when a person paused it.</summary>
    public string? PausedFor { get; init; }

    /// <summary>What ended it before its last trial: a limit, or a front that grew no longer.</summary>
    public string? Reason { get; init; }

    /// <summary>Ended before its last trial, and not every stage has heard of it yet.</summary>
    public bool Withdrawing { get; init; }

    /// <summary>Failed stages that were to be tried once more, and perhaps have not been told yet.</summary>
    public IReadOnlyList<StageId> Retries { get; init; } = [];

    /// <summary>Of those that a person wants tried once more whatever they failed for: the attempt that failed.</summary>
    public IReadOnlyDictionary<StageId, int>? Forced { get; init; }

    /// <summary>Grows with each change of the spec: <see cref="StageRequest.ShareRevision"/>.</summary>
    public int Revision { get; init; }

    internal bool IsUnfinished => Withdrawing || State is ExperimentState.Running or ExperimentState.Paused;

    /// <summary>Whether trials that have not ended never will.</summary>
    internal bool IsCutShort => State == ExperimentState.Cancelled || (State == ExperimentState.Complete && Reason is not null);

    private bool HasEnded => State is ExperimentState.Complete or ExperimentState.Cancelled or ExperimentState.Failed;

    public static ExperimentRecord Submitted(SweepSpec spec, DateTimeOffset now) =>
        new() { Spec = spec, State = ExperimentState.Running, SubmittedAt = now };

    /// <summary>
    /// The spec once more: goes on if cancelled, tries again what there is to try again, and takes over what may change
    /// (<see cref="SpecChanges"/>), for which one that has ended goes on, too.
    /// </summary>
    public ExperimentRecord SubmittedAgain(SweepSpec spec, IReadOnlyCollection<StageId> retries)
    {
        var changed = CanonicalJson.Serialize(spec) != CanonicalJson.Serialize(Spec);
        return retries.Count == 0 && State != ExperimentState.Cancelled && !changed ? this : this with
        {
            Spec = changed ? spec : Spec,
            Revision = changed ? Revision + 1 : Revision,
            State = State == ExperimentState.Paused ? ExperimentState.Paused : ExperimentState.Running,
            EndedAt = null,
            Failure = null,
            Reason = null,
            Withdrawing = false,
            Retries = [.. Retries.Union(retries)],
        };
    }

    /// <summary>A person wants a failed stage tried once more.</summary>
    /// <exception cref="ExperimentConflictException">It was cancelled.</exception>
    public ExperimentRecord RetriedByForce(StageId stage, int attempt) => State == ExperimentState.Cancelled ? throw Ended("told to retry a trial") : this with
    {
        State = State == ExperimentState.Paused ? ExperimentState.Paused : ExperimentState.Running,
        EndedAt = null,
        Failure = null,
        Reason = null,
        Withdrawing = false,
        Retries = [.. Retries.Union([stage])],
        Forced = new Dictionary<StageId, int>(Forced ?? new Dictionary<StageId, int>()) { [stage] = attempt },
    };

    /// <summary>A person lets a stopped trial go on.</summary>
    /// <exception cref="ExperimentConflictException">It was cancelled.</exception>
    public ExperimentRecord GoneOn() => State == ExperimentState.Cancelled ? throw Ended("told to go on with a trial") : !HasEnded ? this : this with
    {
        State = ExperimentState.Running,
        EndedAt = null,
        Failure = null,
        Reason = null,
        Withdrawing = false,
    };

    /// <exception cref="ExperimentConflictException">It has ended.</exception>
    internal void RequireUnfinished(string wanted)
    {
        if (HasEnded)
        {
            throw Ended(wanted);
        }
    }

    /// <exception cref="ExperimentConflictException">It has ended.</exception>
    public ExperimentRecord Paused() => State == ExperimentState.Paused ? this
        : HasEnded ? throw Ended("paused")
        : this with { State = ExperimentState.Paused };

    /// <summary>Pauses for failed stages, as its policy says; they are tried again when it is resumed.</summary>
    public ExperimentRecord PausedBy(IReadOnlyCollection<StageId> stages, string reason) => HasEnded || stages.Count == 0 ? this
        : this with { State = ExperimentState.Paused, PausedFor = reason, Retries = [.. Retries.Union(stages)] };

    /// <exception cref="ExperimentConflictException">It has ended.</exception>
    public ExperimentRecord Resumed() => State == ExperimentState.Running ? this
        : HasEnded ? throw Ended("resumed")
        : this with { State = ExperimentState.Running, PausedFor = null };

    /// <exception cref="ExperimentConflictException">It has completed or failed.</exception>
    public ExperimentRecord Cancelled(DateTimeOffset now) => State == ExperimentState.Cancelled ? this
        : HasEnded ? throw Ended("cancelled")
        : this with { State = ExperimentState.Cancelled, EndedAt = now, Withdrawing = true, Retries = [] };

    /// <summary>Every stage has heard of the cancellation.</summary>
    public ExperimentRecord Withdrawn() => Withdrawing ? this with { Withdrawing = false } : this;

    /// <summary>Every stage to be retried has heard of it.</summary>
    public ExperimentRecord Retried() => Retries.Count == 0 ? this : this with { Retries = [], Forced = null };

    /// <summary>All trials have ended.</summary>
    /// <param name="now">The time.</param>
    /// <param name="failure">Why nothing came of it; null when something did.</param>
    /// <param name="reason">Why there were fewer trials than asked for; null when there were all.</param>
    public ExperimentRecord Finished(DateTimeOffset now, string? failure, string? reason = null) => HasEnded ? this : this with
    {
        Reason = reason,
        State = failure is null ? ExperimentState.Complete : ExperimentState.Failed,
        EndedAt = now,
        Failure = failure,
        Retries = [],
    };

    /// <summary>A limit was reached, or the front grew no longer: it is complete as it is.</summary>
    public ExperimentRecord CutShort(DateTimeOffset now, string reason) => HasEnded ? this : this with
    {
        State = ExperimentState.Complete,
        EndedAt = now,
        Reason = reason,
        Withdrawing = true,
        Retries = [],
    };

    /// <exception cref="ExperimentConflictException">It has not ended, or stages do not know yet that it has.</exception>
    public void RequireDeletable()
    {
        if (!HasEnded)
        {
            throw new ExperimentConflictException($"Only an experiment that has ended can be deleted, but '{Spec.Name}' is {State.ToString().ToLowerInvariant()}. Cancel it first.");
        }

        if (IsUnfinished)
        {
            throw new ExperimentConflictException($"An experiment can be deleted once its stages know that it has ended, but '{Spec.Name}' is still telling them. Try again in a moment.");
        }
    }

    private ExperimentConflictException Ended(string wanted) =>
        new($"Only an unfinished experiment can be {wanted}, but '{Spec.Name}' is {State.ToString().ToLowerInvariant()}.");
}

/// <summary>What the grain storage keeps of an experiment. Empty when none was submitted under the name.</summary>
public sealed record StoredExperiment
{
    public ExperimentRecord? Experiment { get; init; }
}
