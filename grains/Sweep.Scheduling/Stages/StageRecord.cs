using System.Text.Json.Serialization;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>
/// Everything durable about one stage, and the ways it may change. A transition that does not apply answers with the same record, so
/// that the grain writes only what changed; one that a stale attempt asks for is such a transition.
/// </summary>
public sealed record StageRecord
{
    /// <summary>Slots that one stage may exclude where its policy names no limit: what fails in so many places is not the places' fault.</summary>
    public const int MostExcluded = 16;

    public required StageRecipe Recipe { get; init; }

    public required StageState State { get; init; }

    /// <summary>The artifact of each input: what was committed first.</summary>
    public required IReadOnlyDictionary<StageId, ArtifactId> Inputs { get; init; }

    /// <summary>In the order they came. Empty once nobody waits any more.</summary>
    public required IReadOnlyList<StageWaiter> Waiters { get; init; }

    /// <summary>The experiment that pays for the epochs.</summary>
    public required string PaidBy { get; init; }

    /// <summary>What decides its memory, as the first request said.</summary>
    public MemoryClass? MemoryClass { get; init; }

    /// <summary>Attempts opened so far; the last one's number is the fencing token.</summary>
    public int Attempt { get; init; }

    /// <summary>Whose the last attempt is or was.</summary>
    public string? Worker { get; init; }

    public string? Silo { get; init; }

    public ArtifactId? Checkpoint { get; init; }

    /// <summary>Workers lost in a row, without a new checkpoint in between.</summary>
    public int Losses { get; init; }

    /// <summary>Failures in a row after which it was retried, without a new checkpoint in between.</summary>
    public int InfrastructureFailures { get; init; }

    /// <summary>It ran out of memory, or failed otherwise in company: its last chance is alone on a device.</summary>
    public bool Alone { get; init; }

    /// <summary>Names of the worker slots that it does not go back to; null for none.</summary>
    public IReadOnlyList<string>? Excluded { get; init; }

    /// <summary>Why the last of them was excluded.</summary>
    public StageFailure? ExcludedFor { get; init; }

    /// <summary>Back-off.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    public ArtifactId? Artifact { get; init; }

    public StageResult? Result { get; init; }

    /// <summary>The epochs that an attempt had told of before it ended without a result; null for none, and once there is a result.</summary>
    public IReadOnlyList<EpochRecord>? CurveSoFar { get; init; }

    /// <summary>What these took.</summary>
    public IReadOnlyList<EpochTime>? TimesSoFar { get; init; }

    public StageFailure? Failure { get; init; }

    /// <summary>Failed only: the experiment that is to pause for it and try it again when it is resumed.</summary>
    public string? Pauses { get; init; }

    /// <summary>When and where it ran; null before the first attempt, and in records older than this member.</summary>
    public AttemptHistory? Attempts { get; init; }

    [JsonIgnore]
    public StageId Id => Recipe.Id;

    [JsonIgnore]
    public bool IsOpen => State is StageState.Queued or StageState.Running;

    private StageWaiter? Payer => Waiters.FirstOrDefault(waiter => waiter.Experiment == PaidBy);

    /// <summary>The first request.</summary>
    public static StageRecord Requested(StageRequest request, IReadOnlyDictionary<StageId, ArtifactId> inputs) => new()
    {
        Recipe = request.Recipe,
        State = StageState.Queued,
        Inputs = inputs,
        Waiters = [StageWaiter.Of(request)],
        PaidBy = request.Experiment,
        MemoryClass = request.MemoryClass,
    };

    /// <summary>
    /// A further request: another waiter, a longer path, another share, a second life after a withdrawal or, if it may be retried, a failure.
    /// </summary>
    public StageRecord RequestedAgain(StageRequest request) => State switch
    {
        StageState.Queued or StageState.Running => WithWaiter(request),
        StageState.Cancelled => Reopened(request),
        StageState.Failed when request.Retry && (Pauses is not null || Failure?.Kind == FailureKind.Infrastructure) => Reopened(request),
        StageState.Failed when request.ForceAfter == Attempt => Reopened(request),
        _ => this,
    };

    public StageRecord Withdrawn(string experiment, DateTimeOffset now)
    {
        var next = Without(experiment);
        return State == StageState.Running && next.State == StageState.Cancelled ? next.AttemptEnded(SpanEnd.Withdrawn, now) : next;
    }

    public StageRecord Relinquished(string experiment) => State == StageState.Queued ? Without(experiment) : this;

    /// <summary>A worker takes it. Asking once more changes nothing; another worker's asking neither.</summary>
    public StageRecord Started(string worker, string silo, DateTimeOffset now) => State != StageState.Queued ? this : this with
    {
        State = StageState.Running,
        Attempt = Attempt + 1,
        Worker = worker,
        Silo = silo,
        NotBefore = null,
        Attempts = AttemptHistory.Begun(Attempts, Attempt + 1, WorkerSlot.Of(worker).Name, now),
    };

    public bool IsRunBy(string worker) => State == StageState.Running && Worker == worker;

    public bool IsRunBy(int attempt, string worker) => IsRunBy(worker) && Attempt == attempt;

    /// <summary>A new checkpoint shows that the stage can be run: what went wrong before is forgiven.</summary>
    public StageRecord CheckpointCommitted(int attempt, string worker, ArtifactId checkpoint) =>
        !IsRunBy(attempt, worker) || Checkpoint == checkpoint
            ? this
            : this with { Checkpoint = checkpoint, Losses = 0, InfrastructureFailures = 0 };

    public StageRecord Succeeded(int attempt, string worker, ArtifactId artifact, StageResult result, DateTimeOffset now) => !IsRunBy(attempt, worker)
        ? this
        : AttemptEnded(SpanEnd.Succeeded, now) with { State = StageState.Succeeded, Artifact = artifact, Result = result, CurveSoFar = null, TimesSoFar = null };

    /// <summary>An attempt failed: what becomes of the stage is for the policies of the experiment that pays for it.</summary>
    public StageRecord Failed(int attempt, string worker, StageFailure failure, DateTimeOffset now, SchedulingOptions options) =>
        IsRunBy(attempt, worker) ? AttemptEnded(SpanEnd.Failed, now, failure.Reason).After(failure, now, options) : this;

    public StageRecord HandedBack(int attempt, string worker, DateTimeOffset now) =>
        IsRunBy(attempt, worker) ? AttemptEnded(SpanEnd.HandedBack, now) with { State = StageState.Queued } : this;

    /// <summary>Only a worker that fell silent counts: what goes down with everything else says nothing against the stage.</summary>
    public StageRecord Lost(int attempt, string worker, LeaseEnd end, DateTimeOffset now, SchedulingOptions options)
    {
        if (!IsRunBy(attempt, worker))
        {
            return this;
        }

        var lost = AttemptEnded(SpanEnd.Lost, now);
        return end == LeaseEnd.Silent ? lost.After(Silence(), now, options) : lost with { State = StageState.Queued };
    }

    /// <summary>With what a report says of its attempt, where it has changed something: progress alone is not worth a write.</summary>
    /// <param name="report">The report.</param>
    /// <param name="before">The record before it.</param>
    public StageRecord Noting(AttemptReport report, StageRecord before)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(before);
        return ReferenceEquals(this, before) || Attempts is null ? this
            : this with { Attempts = Attempts.Noted(report.Attempt, report.EpochsDone, report.PeakMemory, saved: Checkpoint != before.Checkpoint) };
    }

    /// <summary>The queue has found that every worker is excluded: nobody else will come, so waiting would be for ever.</summary>
    public StageRecord LeftWithoutWorker() => State == StageState.Queued && Excluded is { Count: > 0 } excluded
        ? this with { State = StageState.Failed, Failure = Nowhere(excluded) }
        : this;

    public StageOffer ToOffer() => new()
    {
        Stage = Id,
        Experiment = PaidBy,
        CriticalPath = Waiters.Select(waiter => waiter.CriticalPath).DefaultIfEmpty(0).Max(),
        Parent = Recipe.ParentId,
        NotBefore = NotBefore,
        Alone = Alone || Recipe.Kind == StageKind.Benchmark,
        MemoryClass = MemoryClass ?? Recipes.MemoryClass.Of([Recipe]),
        DeviceModel = (Recipe as BenchmarkRecipe)?.DeviceModel,
        Weight = (Payer?.Share ?? ExperimentShare.Default).Weight,
        Priority = (Payer?.Share ?? ExperimentShare.Default).Priority,
        ShareRevision = (Payer?.Share ?? ExperimentShare.Default).Revision,
        Excluded = Excluded ?? [],
        Holder = State == StageState.Running ? new LeaseHolder { Worker = Worker!, Silo = Silo!, Attempt = Attempt } : null,
    };

    public StageAssignment ToAssignment() =>
        new() { Recipe = Recipe, Attempt = Attempt, Inputs = Inputs, Checkpoint = Checkpoint, Alone = Alone, MemoryClass = MemoryClass ?? Recipes.MemoryClass.Of([Recipe]) };

    public StageStatus ToStatus() =>
        new() { Stage = Id, State = State, Attempt = Attempt, Artifact = Artifact, Result = Result, Failure = Failure, PaidBy = PaidBy, Pauses = Pauses, Attempts = Attempts };

    /// <summary>
    /// A queued stage is paid for by the first of its waiters of the highest priority, or an urgent experiment would wait for what another one is
    /// in no hurry for.
    /// </summary>
    private StageRecord WithWaiter(StageRequest request)
    {
        var waiter = StageWaiter.Of(request);
        if (Waiters.Contains(waiter))
        {
            return this;
        }

        var urgent = State == StageState.Queued && request.Priority > (Payer?.Share ?? ExperimentShare.Default).Priority;
        return this with
        {
            Waiters = [.. Waiters.Where(other => other.Experiment != request.Experiment), waiter],
            PaidBy = urgent ? request.Experiment : PaidBy,
        };
    }

    private StageRecord Reopened(StageRequest request) => this with
    {
        State = StageState.Queued,
        Waiters = [StageWaiter.Of(request)],
        PaidBy = request.Experiment,
        Losses = 0,
        InfrastructureFailures = 0,
        Excluded = null,
        ExcludedFor = null,
        NotBefore = null,
        Failure = null,
        Pauses = null,
    };

    private StageRecord Without(string experiment)
    {
        var waiters = Waiters.Where(waiter => waiter.Experiment != experiment).ToList();
        return !IsOpen || waiters.Count == Waiters.Count ? this
            : waiters.Count == 0 ? this with { Waiters = waiters, State = StageState.Cancelled }
            : this with { Waiters = waiters, PaidBy = PaidBy == experiment ? waiters[0].Experiment : PaidBy };
    }

    private StageRecord AttemptEnded(SpanEnd end, DateTimeOffset now, FailureReason? reason = null) =>
        this with { Attempts = Attempts?.Ended(Attempt, end, now, reason) };

    private StageRecord After(StageFailure failure, DateTimeOffset now, SchedulingOptions options)
    {
        var policy = Payer?.Policies?.For(failure.Reason);
        return (policy?.Action ?? FailurePolicies.DefaultFor(failure.Reason)) switch
        {
            FailureAction.Retry when failure.Reason == FailureReason.WorkerLost => AgainAfterLoss(failure, policy, now, options),
            FailureAction.Retry => Again(failure, policy, now, options),
            FailureAction.Alone when !Alone => this with { State = StageState.Queued, Alone = true },
            FailureAction.ExcludeWorker => Elsewhere(failure, policy),
            FailureAction.PauseExperiment => this with { State = StageState.Failed, Failure = failure, Pauses = PaidBy },
            _ => this with { State = StageState.Failed, Failure = failure },
        };
    }

    private StageRecord Again(StageFailure failure, FailurePolicy? policy, DateTimeOffset now, SchedulingOptions options)
    {
        var failures = InfrastructureFailures + 1;
        return failures < (policy?.Limit ?? options.InfrastructureLimit)
            ? this with { State = StageState.Queued, InfrastructureFailures = failures, NotBefore = now + options.BackOffAfter(failures, policy?.BackOff) }
            : this with { State = StageState.Failed, InfrastructureFailures = failures, Failure = Exhausted(failure, failures) };
    }

    /// <summary>Whoever lost a worker has waited for its lease already: without a wait of the policy's own, the next attempt may begin at once.</summary>
    private StageRecord AgainAfterLoss(StageFailure failure, FailurePolicy? policy, DateTimeOffset now, SchedulingOptions options)
    {
        var losses = Losses + 1;
        return losses < (policy?.Limit ?? options.LossLimit)
            ? this with { State = StageState.Queued, Losses = losses, NotBefore = policy?.BackOff is { } first ? now + options.BackOffAfter(losses, first) : null }
            : this with { State = StageState.Failed, Losses = losses, Failure = Poison(failure, losses) };
    }

    private StageRecord Elsewhere(StageFailure failure, FailurePolicy? policy)
    {
        var slot = WorkerSlot.Of(Worker!).Name;
        var excluded = (Excluded ?? []).Where(other => other != slot).Append(slot).ToList();
        var most = policy?.Limit ?? MostExcluded;
        var next = this with { Excluded = excluded, ExcludedFor = failure };
        return excluded.Count <= most ? next with { State = StageState.Queued }
            : next with
            {
                State = StageState.Failed,
                Failure = failure with
                {
                    Message = FormattableString.Invariant(
                        $"A stage may exclude at most {most} workers, but {Id} failed on {excluded.Count}, {string.Join(", ", excluded)}: {failure.Message}"),
                },
            };
    }

    private StageFailure Nowhere(IReadOnlyList<string> excluded) => new()
    {
        Reason = ExcludedFor?.Reason ?? FailureReason.Unexpected,
        Message = FormattableString.Invariant(
            $"A stage needs a worker that it has not excluded, but {Id} has excluded every one there is, {string.Join(", ", excluded)}; on the last: {ExcludedFor?.Message}"),
    };

    private StageFailure Exhausted(StageFailure last, int failures) => last with
    {
        Message = last.Kind == FailureKind.Infrastructure
            ? FormattableString.Invariant(
                $"A stage may not fail {failures} times in a row for the infrastructure's sake, but {Id} did, last on worker {Worker}: {last.Message}")
            : FormattableString.Invariant($"A stage may not fail {failures} times in a row, but {Id} did, last on worker {Worker}: {last.Message}"),
    };

    private StageFailure Silence() => new()
    {
        Reason = FailureReason.WorkerLost,
        Message = FormattableString.Invariant($"Attempt {Attempt} at {Id} lost its worker {Worker} of silo {Silo}."),
    };

    private StageFailure Poison(StageFailure last, int losses) => last with
    {
        Message = FormattableString.Invariant(
            $"A stage may not lose its worker {losses} times in a row, but {Id} did, last worker {Worker} of silo {Silo}: it is taken for poison."),
    };
}

/// <summary>What the grain storage keeps of a stage. Empty when it was never requested.</summary>
public sealed record StoredStage
{
    public StageRecord? Stage { get; init; }
}
