using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Testing;

/// <summary>
/// An experiment of very many trials in a cluster's place: every answer is made when it is asked for, and questions are counted. Trials are complete but
/// for every seventh, which failed, and the last ones, which wait.
/// </summary>
/// <param name="trials">How many there are.</param>
public sealed class LargeExperiment(int trials) : ISweepApi
{
    public const string Name = "large";

    private const int Waiting = 1000;

    private static readonly DateTimeOffset s_submitted = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly HashSet<int> _front = [1, 2, 3];
    private volatile bool _isDeleted;

    /// <summary>What was asked, question by question.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Queries about trials.</summary>
    public List<TrialQuery> Queries { get; } = [];

    /// <summary>What it says of every trial that failed, of its workers, and why it was ended.</summary>
    public string Said { get; init; } = "The loss is not finite.";

    public ExperimentState State { get; set; } = ExperimentState.Running;

    public Task<ExperimentStatus> Submit(SweepSpec spec, CancellationToken cancellationToken) => throw new NotSupportedException("Nothing is handed in here.");

    public Task<IReadOnlyList<ExperimentStatus>> List(CancellationToken cancellationToken)
    {
        Ask("list");
        return Task.FromResult<IReadOnlyList<ExperimentStatus>>(_isDeleted ? [] : [Status()]);
    }

    public Task<ExperimentStatus> GetStatus(string experiment, CancellationToken cancellationToken)
    {
        Find(experiment);
        Ask("status");
        return Task.FromResult(Status());
    }

    public Task<TrialPage> ListTrials(string experiment, int offset, int limit, CancellationToken cancellationToken) =>
        FindTrials(experiment, new TrialQuery { Offset = offset, Limit = limit }, cancellationToken);

    public Task<TrialPage> FindTrials(string experiment, TrialQuery query, CancellationToken cancellationToken)
    {
        Find(experiment);
        Ask("find");
        lock (Queries)
        {
            Queries.Add(query);
        }

        var found = TrialSelection.Of(
            Enumerable.Range(0, trials).Select(number => new TrialOutline(number, StateOf(number), SettingsOf(number), MetricsOf(number), null)), Status().Front.Select(point => point.Trial), query);
        return Task.FromResult(new TrialPage { Trials = [.. query.Page(found.Count).Select(place => TrialOf(found[place]))], Offset = query.Offset, Total = found.Count });
    }

    public Task<TrialDetail> GetTrial(string experiment, string trial, CancellationToken cancellationToken)
    {
        Find(experiment);
        Ask("trial");
        var number = TrialPlanner.NumberOf(trial) is { } known && known < trials ? known : throw TrialNotFoundException.Named(experiment, trial);
        return Task.FromResult(new TrialDetail
        {
            Trial = TrialOf(number) with { Stages = [Stage], Device = Said },
            Attempts =
            [
                new StageSpan
                {
                    Stage = Stage, Kind = StageKind.FineTune, Label = Said, Attempt = 1, Worker = Said, Start = s_submitted, End = s_submitted.AddMinutes(1), Outcome = SpanEnd.Failed, PaidHere = true,
                },
            ],
        });
    }

    public Task<ExperimentResult> GetResult(string experiment, CancellationToken cancellationToken)
    {
        Find(experiment);
        Ask("result");
        return Task.FromResult(new ExperimentResult
        {
            Experiment = Name,
            State = State,
            Objectives = TestSpec.Of(Name).Objectives,
            Trials = [.. Enumerable.Range(0, 10).Select(TrialOf)],
            Front = [.. Status().Front.Select(point => point.Trial)],
            Sharing = new SharingResult { EpochsAsked = 4, EpochsNeeded = 3, EpochsRun = 3 },
            Scope = new MeasurementScope { Data = Said, ValidationImages = 500, TestImages = 500, Seeds = [0] },
        });
    }

    public Task Pause(string experiment, CancellationToken cancellationToken) => Order(experiment, "pause", ExperimentState.Paused);

    public Task Resume(string experiment, CancellationToken cancellationToken) => Order(experiment, "resume", ExperimentState.Running);

    public Task Cancel(string experiment, CancellationToken cancellationToken) => Order(experiment, "cancel", ExperimentState.Cancelled);

    public async Task Delete(string experiment, CancellationToken cancellationToken)
    {
        await Order(experiment, "delete", State);
        _isDeleted = true;
    }

    public Task<SweepSpec> GetSpec(string experiment, CancellationToken cancellationToken)
    {
        Find(experiment);
        return Task.FromResult(TestSpec.Of(Name));
    }

    public Task StopTrial(string experiment, string trial, CancellationToken cancellationToken) => Order(experiment, "stop " + trial, State);

    public Task RetryTrial(string experiment, string trial, CancellationToken cancellationToken) => Order(experiment, "retry " + trial, State);

    public Task<IReadOnlyList<StageId>> FindFinished(IReadOnlyList<StageId> stages, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<StageId>>([]);

    public Task<IReadOnlyList<StageHistory>> GetHistories(IReadOnlyList<StageId> stages, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<StageHistory>>([]);

    public Task<QueueStatus> GetQueue(CancellationToken cancellationToken)
    {
        Ask("queue");
        return Task.FromResult(new QueueStatus
        {
            Workers =
            [
                new WorkerStatus
                {
                    Worker = Said, Silo = Said, Device = Said, DeviceModel = Said, Threads = 1, AcceptsWork = true, Experiment = Name, Silence = TimeSpan.Zero,
                    Running = new RunningStage { Stage = Stage, Worker = Said, Attempt = 1, EpochsDone = 1, Epochs = 2, Loss = 0.5 },
                },
            ],
            Depth = Waiting,
            Experiments = [new QueuedExperiment { Experiment = Name, Running = 1, Waiting = Waiting }],
        });
    }

    private static StageId Stage { get; } = StageId.Parse("finetune-1-" + new string('0', 26));

    private void Find(string experiment)
    {
        if (experiment != Name || _isDeleted)
        {
            throw ExperimentNotFoundException.Named(experiment);
        }
    }

    private Task Order(string experiment, string order, ExperimentState state)
    {
        Find(experiment);
        Ask(order);
        State = state;
        return Task.CompletedTask;
    }

    private void Ask(string question)
    {
        lock (Asked)
        {
            Asked.Add(question);
        }
    }

    private ExperimentStatus Status()
    {
        var states = Enumerable.Range(0, trials).CountBy(StateOf).ToDictionary();
        return new ExperimentStatus
        {
            Name = Name,
            State = State,
            Trials = new TrialCounts { Waiting = states.GetValueOrDefault(TrialState.Waiting), Complete = states.GetValueOrDefault(TrialState.Complete), Failed = states.GetValueOrDefault(TrialState.Failed) },
            EpochsDone = 2.0 * trials,
            EpochsNeeded = 3 * trials,
            EpochsAsked = 4 * trials,
            StagesDone = 5 * trials,
            Stages = 6 * trials,
            Running = [new RunningStage { Stage = Stage, Worker = Said, Attempt = 1, EpochsDone = 1, Epochs = 2, Loss = 0.5 }],
            Front = [.. _front.Order().Select(number => new FrontPoint { Trial = TrialPlanner.IdOf(number), Settings = SettingsOf(number), Metrics = MetricsOf(number)! })],
            Dense = new TrialMetrics { Accuracy = 0.9, TestAccuracy = 0.89, Parameters = 100_000, Flops = 2_000_000 },
            SubmittedAt = s_submitted,
            Reason = Said,
        };
    }

    private TrialState StateOf(int number) => number >= trials - Waiting ? TrialState.Waiting : number % 7 == 6 ? TrialState.Failed : TrialState.Complete;

    private static TrialSettings SettingsOf(int number) => new() { Method = (PruningMethod)(number % 3), Sparsity = number % 90 / 100.0, Lambda = number % 2 == 0 ? null : 1e-4 };

    private TrialMetrics? MetricsOf(int number) => StateOf(number) != TrialState.Complete ? null : new TrialMetrics
    {
        Accuracy = 0.5 + number * 7919L % 4001 / 10_000.0,
        TestAccuracy = 0.5 + number * 104_729L % 4001 / 10_000.0,
        Parameters = 20_000 + number * 31L % 80_000,
        Flops = 400_000 + number * 613L % 1_600_000,
    };

    private TrialResult TrialOf(int number) => new()
    {
        Id = TrialPlanner.IdOf(number),
        State = StateOf(number),
        Settings = SettingsOf(number),
        Metrics = MetricsOf(number),
        Reason = Said,
        Failure = StateOf(number) == TrialState.Failed
            ? new TrialFailure { Stage = Stage, Failure = new StageFailure { Reason = FailureReason.NonFiniteLoss, Message = Said } }
            : null,
        Stages = [],
    };
}
