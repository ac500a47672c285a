using System.Text.Json.Serialization;
using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>
/// Everything durable about one stage, and the ways it may change. A transition that does not apply answers with the same record, so
/// that the grain writes only what changed; one that a stale attempt asks for is such a transition.
/// </summary>
public sealed record StageRecord
{
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

    /// <summary>Failures for the infrastructure's sake in a row, without a new checkpoint in between.</summary>
    public int InfrastructureFailures { get; init; }

    /// <summary>It ran out of memory: its last chance is alone on a device.</summary>
    public bool Alone { get; init; }

    /// <summary>Back-off.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    public ArtifactId? Artifact { get; init; }

    public StageResult? Result { get; init; }

    public StageFailure? Failure { get; init; }

    [JsonIgnore]
    public StageId Id => Recipe.Id;

    [JsonIgnore]
    public bool IsOpen => State is StageState.Queued or StageState.Running;

    /// <summary>The first request.</summary>
    public static StageRecord Requested(StageRequest request, IReadOnlyDictionary<StageId, ArtifactId> inputs) => new()
    {
        Recipe = request.Recipe,
        State = StageState.Queued,
        Inputs = inputs,
        Waiters = [new StageWaiter(request.Experiment, request.CriticalPath)],
        PaidBy = request.Experiment,
        MemoryClass = request.MemoryClass,
    };

    /// <summary>A further request: another waiter, a longer path, a second life after a withdrawal or, if it may be retried, a failure.</summary>
    public StageRecord RequestedAgain(StageRequest request) => State switch
    {
        StageState.Queued or StageState.Running => WithWaiter(request),
        StageState.Cancelled => Reopened(request),
        StageState.Failed when request.Retry && Failure?.Kind == FailureKind.Infrastructure => Reopened(request),
        _ => this,
    };

    public StageRecord Withdrawn(string experiment)
    {
        var waiters = Waiters.Where(waiter => waiter.Experiment != experiment).ToList();
        return !IsOpen || waiters.Count == Waiters.Count ? this
            : waiters.Count == 0 ? this with { Waiters = waiters, State = StageState.Cancelled }
            : this with { Waiters = waiters, PaidBy = PaidBy == experiment ? waiters[0].Experiment : PaidBy };
    }

    public StageRecord Relinquished(string experiment) => State == StageState.Queued ? Withdrawn(experiment) : this;

    /// <summary>A worker takes it. Asking once more changes nothing; another worker's asking neither.</summary>
    public StageRecord Started(string worker, string silo) => State == StageState.Queued
        ? this with { State = StageState.Running, Attempt = Attempt + 1, Worker = worker, Silo = silo, NotBefore = null }
        : this;

    public bool IsRunBy(string worker) => State == StageState.Running && Worker == worker;

    public bool IsRunBy(int attempt, string worker) => IsRunBy(worker) && Attempt == attempt;

    /// <summary>A new checkpoint shows that the stage can be run: what went wrong before is forgiven.</summary>
    public StageRecord CheckpointCommitted(int attempt, string worker, ArtifactId checkpoint) =>
        !IsRunBy(attempt, worker) || Checkpoint == checkpoint
            ? this
            : this with { Checkpoint = checkpoint, Losses = 0, InfrastructureFailures = 0 };

    public StageRecord Succeeded(int attempt, string worker, ArtifactId artifact, StageResult result) => !IsRunBy(attempt, worker)
        ? this
        : this with { State = StageState.Succeeded, Artifact = artifact, Result = result };

    public StageRecord Failed(int attempt, string worker, StageFailure failure, DateTimeOffset now, SchedulingOptions options)
    {
        if (!IsRunBy(attempt, worker))
        {
            return this;
        }

        switch (failure.Kind)
        {
            case FailureKind.OutOfMemory when !Alone:
                return this with { State = StageState.Queued, Alone = true };
            case FailureKind.Infrastructure:
                var failures = InfrastructureFailures + 1;
                return failures < options.InfrastructureLimit
                    ? this with { State = StageState.Queued, InfrastructureFailures = failures, NotBefore = now + options.BackOffAfter(failures) }
                    : this with { State = StageState.Failed, InfrastructureFailures = failures, Failure = Exhausted(failure, failures) };
            default:
                return this with { State = StageState.Failed, Failure = failure };
        }
    }

    public StageRecord HandedBack(int attempt, string worker) =>
        IsRunBy(attempt, worker) ? this with { State = StageState.Queued } : this;

    /// <summary>Only a worker that fell silent counts: what goes down with everything else says nothing against the stage.</summary>
    public StageRecord Lost(int attempt, string worker, LeaseEnd end, SchedulingOptions options)
    {
        if (!IsRunBy(attempt, worker))
        {
            return this;
        }

        var losses = end == LeaseEnd.Silent ? Losses + 1 : Losses;
        return losses < options.LossLimit
            ? this with { State = StageState.Queued, Losses = losses }
            : this with { State = StageState.Failed, Losses = losses, Failure = Poison(losses) };
    }

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
        Holder = State == StageState.Running ? new LeaseHolder { Worker = Worker!, Silo = Silo!, Attempt = Attempt } : null,
    };

    public StageAssignment ToAssignment() =>
        new() { Recipe = Recipe, Attempt = Attempt, Inputs = Inputs, Checkpoint = Checkpoint, Alone = Alone, MemoryClass = MemoryClass ?? Recipes.MemoryClass.Of([Recipe]) };

    public StageStatus ToStatus() =>
        new() { Stage = Id, State = State, Attempt = Attempt, Artifact = Artifact, Result = Result, Failure = Failure, PaidBy = PaidBy };

    private StageRecord WithWaiter(StageRequest request)
    {
        var waiter = new StageWaiter(request.Experiment, request.CriticalPath);
        return Waiters.Contains(waiter)
            ? this
            : this with { Waiters = [.. Waiters.Where(other => other.Experiment != request.Experiment), waiter] };
    }

    private StageRecord Reopened(StageRequest request) => this with
    {
        State = StageState.Queued,
        Waiters = [new StageWaiter(request.Experiment, request.CriticalPath)],
        PaidBy = request.Experiment,
        Losses = 0,
        InfrastructureFailures = 0,
        NotBefore = null,
        Failure = null,
    };

    private StageFailure Exhausted(StageFailure last, int failures) => last with
    {
        Message = FormattableString.Invariant(
            $"A stage may not fail {failures} times in a row for the infrastructure's sake, but {Id} did, last on worker {Worker}: {last.Message}"),
    };

    private StageFailure Poison(int losses) => new()
    {
        Reason = FailureReason.WorkerLost,
        Message = FormattableString.Invariant(
            $"A stage may not lose its worker {losses} times in a row, but {Id} did, last worker {Worker} of silo {Silo}: it is taken for poison."),
    };
}

/// <param name="Experiment">Its name.</param>
/// <param name="CriticalPath">Epochs from this stage to the leaf this waiter wants.</param>
public sealed record StageWaiter(string Experiment, int CriticalPath);

/// <summary>What the grain storage keeps of a stage. Empty when it was never requested.</summary>
public sealed record StoredStage
{
    public StageRecord? Stage { get; init; }
}
