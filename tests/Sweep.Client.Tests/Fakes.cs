using Sweep.Client.Cluster;
using Sweep.Client.Settings;
using Sweep.Grains;
using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Tests;

/// <summary>A cluster that holds what a test puts into it.</summary>
internal sealed class FakeCluster : ISweepApi, ICluster
{
    public Dictionary<string, ExperimentResult> Results { get; } = [];

    /// <summary>Answers of GetStatus, in turn; the last one stays.</summary>
    public Queue<Func<ExperimentStatus>> Statuses { get; } = [];

    public List<string> Orders { get; } = [];

    public QueueStatus Queue { get; set; } = new() { Workers = [], Depth = 0 };

    public bool Disposed { get; private set; }

    public ISweepApi Api => this;

    public Task<ExperimentStatus> Submit(SweepSpec spec, CancellationToken cancellationToken)
    {
        Orders.Add($"submit {spec.Name}");
        Specs[spec.Name] = spec;
        return Results.TryGetValue(spec.Name, out var result) && result.State is ExperimentState.Failed
            ? throw new ExperimentConflictException($"Another spec was submitted as '{spec.Name}'.")
            : GetStatus(spec.Name, cancellationToken);
    }

    public Task<IReadOnlyList<ExperimentStatus>> List(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ExperimentStatus>>([.. Results.Values.Select(Samples.Status)]);

    public Task<ExperimentStatus> GetStatus(string experiment, CancellationToken cancellationToken)
    {
        if (Statuses.Count > 0)
        {
            var next = Statuses.Count > 1 ? Statuses.Dequeue() : Statuses.Peek();
            return Task.FromResult(next());
        }

        return Task.FromResult(Samples.Status(Result(experiment)));
    }

    public Task<TrialPage> ListTrials(string experiment, int offset, int limit, CancellationToken cancellationToken)
    {
        var trials = Result(experiment).Trials;
        Orders.Add(FormattableString.Invariant($"page {offset}"));
        return Task.FromResult(new TrialPage { Trials = [.. trials.Skip(offset).Take(Math.Min(limit, LargestPage))], Offset = offset, Total = trials.Count });
    }

    /// <summary>Trials that it lists at once, however many are asked for.</summary>
    public int LargestPage { get; set; } = 2;

    /// <summary>Questions about trials, but for those that want them all, in their order.</summary>
    public List<TrialQuery> Queries { get; } = [];

    public Task<TrialPage> FindTrials(string experiment, TrialQuery query, CancellationToken cancellationToken)
    {
        if (query is { TakesAll: true, Descending: false })
        {
            return ListTrials(experiment, query.Offset, query.Limit, cancellationToken);
        }

        lock (Queries)
        {
            Queries.Add(query);
        }

        var result = Result(experiment);
        var outlines = result.Trials.Select((trial, number) =>
            new TrialOutline(number, trial.State, trial.Settings, trial.Metrics, trial.Failure?.Failure.Message ?? trial.StopReason));
        var found = TrialSelection.Of(outlines, result.Front, query);
        return Task.FromResult(new TrialPage
        {
            Trials = [.. found.Skip(query.Offset).Take(query.Limit).Select(number => result.Trials[number])],
            Offset = query.Offset,
            Total = found.Count,
        });
    }

    /// <summary>Attempts that GetTrial tells, of whatever trial has the stages.</summary>
    public List<StageSpan> Attempts { get; } = [];

    public Task<TrialDetail> GetTrial(string experiment, string trial, CancellationToken cancellationToken)
    {
        var found = Result(experiment).Trials.FirstOrDefault(known => known.Id == trial) ?? throw TrialNotFoundException.Named(experiment, trial);
        return Task.FromResult(new TrialDetail { Trial = found, Attempts = [.. Attempts.Where(span => found.Stages.Contains(span.Stage))] });
    }

    public Task<ExperimentResult> GetResult(string experiment, CancellationToken cancellationToken) => Task.FromResult(Result(experiment));

    public Task Pause(string experiment, CancellationToken cancellationToken) => Order("pause", experiment, ExperimentState.Paused);

    public Task Resume(string experiment, CancellationToken cancellationToken) => Order("resume", experiment, ExperimentState.Running);

    public Task Cancel(string experiment, CancellationToken cancellationToken) => Order("cancel", experiment, ExperimentState.Cancelled);

    public Task Delete(string experiment, CancellationToken cancellationToken)
    {
        if (Results.GetValueOrDefault(experiment)?.State is ExperimentState.Running or ExperimentState.Paused)
        {
            throw new ExperimentConflictException($"Only an experiment that has ended can be deleted, but '{experiment}' is running. Cancel it first.");
        }

        Orders.Add($"delete {experiment}");
        Results.Remove(experiment);
        return Task.CompletedTask;
    }

    /// <summary>Stages that have finished, of whatever experiment.</summary>
    public HashSet<StageId> Finished { get; } = [];

    /// <summary>Stages that it was asked about, question by question.</summary>
    public List<int> Asked { get; } = [];

    public Task<IReadOnlyList<StageId>> FindFinished(IReadOnlyList<StageId> stages, CancellationToken cancellationToken)
    {
        Asked.Add(stages.Count);
        return Task.FromResult<IReadOnlyList<StageId>>([.. stages.Where(Finished.Contains)]);
    }

    /// <summary>What is known of the training of stages.</summary>
    public Dictionary<StageId, StageHistory> Histories { get; } = [];

    public Task<IReadOnlyList<StageHistory>> GetHistories(IReadOnlyList<StageId> stages, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<StageHistory>>([.. stages.Where(Histories.ContainsKey).Select(stage => Histories[stage])]);

    public Task<QueueStatus> GetQueue(CancellationToken cancellationToken) => Task.FromResult(Queue);

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        return ValueTask.CompletedTask;
    }

    /// <summary>What was submitted, and what GetSpec answers with.</summary>
    public Dictionary<string, SweepSpec> Specs { get; } = [];

    public Task<SweepSpec> GetSpec(string experiment, CancellationToken cancellationToken) =>
        Task.FromResult(Specs.TryGetValue(experiment, out var spec) ? spec : throw ExperimentNotFoundException.Named(experiment));

    public Task StopTrial(string experiment, string trial, CancellationToken cancellationToken) => OrderTrial("stop", experiment, trial);

    public Task RetryTrial(string experiment, string trial, CancellationToken cancellationToken) => OrderTrial("retry", experiment, trial);

    private Task OrderTrial(string verb, string experiment, string trial)
    {
        if (Result(experiment).Trials.All(known => known.Id != trial))
        {
            throw TrialNotFoundException.Named(experiment, trial);
        }

        Orders.Add($"{verb} {experiment} {trial}");
        return Task.CompletedTask;
    }

    private Task Order(string verb, string experiment, ExperimentState state)
    {
        var result = Result(experiment);
        if (result.State is ExperimentState.Complete)
        {
            throw new ExperimentConflictException($"Only an experiment that has not ended can be told to {verb}, but '{experiment}' is complete.");
        }

        Orders.Add($"{verb} {experiment}");
        Results[experiment] = result with { State = state };
        return Task.CompletedTask;
    }

    private ExperimentResult Result(string experiment) =>
        Results.TryGetValue(experiment, out var result) ? result : throw ExperimentNotFoundException.Named(experiment);
}

/// <summary>Gives out one cluster, whatever the address, and remembers the addresses.</summary>
internal sealed class FakeConnector(FakeCluster cluster) : IClusterConnector
{
    public List<string> Addresses { get; } = [];

    /// <summary>Addresses at which nobody answers.</summary>
    public HashSet<string> Dead { get; } = [];

    public Task<ICluster> Connect(GatewayAddress gateway, CancellationToken cancellationToken)
    {
        Addresses.Add(gateway.ToString());
        return Dead.Contains(gateway.ToString())
            ? throw ClientException.NoAnswer(gateway.ToString(), "connection refused.")
            : Task.FromResult<ICluster>(cluster);
    }
}

/// <summary>Gives out one cluster, whatever the server, and remembers the servers.</summary>
internal sealed class FakeServers(FakeCluster cluster) : IServerConnector
{
    public List<HttpServer> Servers { get; } = [];

    public ICluster Connect(HttpServer server)
    {
        Servers.Add(server);
        return cluster;
    }
}

/// <summary>Starts silos that exist in name only.</summary>
internal sealed class FakeSilos : ISiloLauncher
{
    public List<SiloLaunch> Launches { get; } = [];

    public List<FakeSilo> Started { get; } = [];

    /// <summary>Thrown by the next launches, one each.</summary>
    public Queue<ClientException> Refusals { get; } = [];

    public Task<IOwnedSilo> Start(SiloLaunch launch, CancellationToken cancellationToken)
    {
        Launches.Add(launch);
        if (Refusals.TryDequeue(out var refusal))
        {
            throw refusal;
        }

        Started.Add(new FakeSilo());
        return Task.FromResult<IOwnedSilo>(Started[^1]);
    }
}

internal sealed class FakeSilo : IOwnedSilo
{
    private readonly TaskCompletionSource<int> _ended = new();

    public SiloReady Ready { get; } = new() { GatewayPort = 4242, HttpPort = 4243, Pid = 1 };

    public Task<int> Ended => _ended.Task;

    public string LastWords => "the last line of its log";

    public bool Drained { get; private set; }

    /// <summary>When set, draining never ends by itself.</summary>
    public bool Stubborn { get; set; }

    public bool Disposed { get; private set; }

    public void End(int code) => _ended.TrySetResult(code);

    public Task Drain(CancellationToken cancellationToken)
    {
        Drained = true;
        if (Stubborn)
        {
            return Ended.WaitAsync(cancellationToken);
        }

        End(0);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        return ValueTask.CompletedTask;
    }
}

/// <summary>Hands out one small net under every trial's name.</summary>
internal sealed class FakeModels : IModelSource
{
    public static Net Net { get; } = Net.Fresh(ViTShape.Dense(8, 1, 4, 3, 8, 1, 2, 2), 1);

    public List<string> Asked { get; } = [];

    /// <summary>The last one brought.</summary>
    public string? Token { get; private set; }

    /// <summary>Thrown instead of an answer for this trial.</summary>
    public Dictionary<string, ClientException> Refusals { get; } = [];

    public Task Fetch(HttpServer server, string experiment, string trial, string folder, CancellationToken cancellationToken)
    {
        Asked.Add($"{server.Address}{experiment}/{trial}");
        Token = server.Token;
        if (Refusals.TryGetValue(trial, out var refusal))
        {
            throw refusal;
        }

        Write(folder, experiment, trial);
        return Task.CompletedTask;
    }

    public static void Write(string folder, string experiment, string trial) => AtomicFolder.WriteJson(
        Path.Combine(folder, ModelOrigin.File),
        new ModelOrigin
        {
            Experiment = experiment,
            Trial = trial,
            Stage = StageId.Parse("finetune-1-7k" + new string('0', 24)),
            Weights = ModelFolder.Write(folder, Net),
        });
}

/// <summary>Time that jumps to whatever is waited for.</summary>
/// <param name="longest">What is set for longer is a limit that is never reached; null where there is none.</param>
internal sealed class JumpingTime(TimeSpan? longest = null) : TimeProvider
{
    private readonly Lock _lock = new();
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _now.Ticks;
        }
    }

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime >= TimeSpan.Zero && !(dueTime > longest))
        {
            lock (_lock)
            {
                _now += dueTime;
            }

            ThreadPool.QueueUserWorkItem(_ => callback(state));
        }

        return new Fired();
    }

    private sealed class Fired : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
