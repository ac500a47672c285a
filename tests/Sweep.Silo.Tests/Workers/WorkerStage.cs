using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Sweep.Grains;
using Sweep.Silo.Artifacts;
using Sweep.Silo.Engines;
using Sweep.Silo.Metrics;
using Sweep.Silo.Workers;

namespace Sweep.Silo.Tests.Workers;

/// <summary>A worker whose queue, runner and time the test plays, one line at a time.</summary>
public sealed class WorkerStage : IAsyncDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    private readonly Channel<QueueCall> _calls = Channel.CreateUnbounded<QueueCall>();
    private readonly ConcurrentQueue<QueueCall> _unanswered = new();
    private readonly Drain _drain;
    private readonly PlayedRunner _runner = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Task _working;
    private bool _over;

    public WorkerStage()
    {
        Store = new DirectoryArtifactStore(Folder["store"]);
        var place = new WorkerPlace
        {
            Silo = "primary",
            Device = "cpu",
            DeviceModels = ["cpu", "Babbage 1"],
            Slot = 0,
            Threads = 1,
            Runner = _runner,
            Memory = new StageMemory(
                _runner, Gauge, new MeasuredPeaks(), new DeviceSlot("cpu", 0, 1) { Memory = 4L << 30, Together = 2 }, new MemoryRegime(Gpu: false, MicroBatch: null)),
            Store = Store,
            Cache = new ArtifactCache(Store, Folder["held"], capacity: 2),
            Gate = Gate,
            Meter = new WorkerMeter(_services.GetRequiredService<IMeterFactory>(), Time),
            Scratch = Folder["scratch"],
        };
        var worker = new Worker(place, "a1", Call, Time, NullLogger.Instance);
        _drain = new Drain(Time);
        _working = worker.Run(_drain);
    }

    public TemporaryFolder Folder { get; } = new();

    public DirectoryArtifactStore Store { get; }

    public PlayedTime Time { get; } = new();

    /// <summary>The test may stand in it like another worker of the silo.</summary>
    public MachineGate Gate { get; } = new();

    public static TimeSpan NextCall { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Between two calls while nobody answers.</summary>
    public static TimeSpan Retry { get; } = TimeSpan.FromSeconds(1);

    public static TimeSpan DrainLimit { get; } = TimeSpan.FromMinutes(1);

    public static WorkerDirective Wait { get; } = new() { Kind = DirectiveKind.Wait, NextCall = NextCall };

    public static WorkerDirective Continue { get; } = new() { Kind = DirectiveKind.Continue, NextCall = NextCall };

    public static WorkerDirective Drop { get; } = new() { Kind = DirectiveKind.Drop, NextCall = NextCall };

    /// <summary>What the engine is said to take of memory.</summary>
    internal PlayedGauge Gauge { get; } = new();

    /// <summary>How often the engine was ended to give its memory back.</summary>
    public int Releases => _runner.Releases;

    public bool RunnerIsIdle => !_runner.Runs.Reader.TryPeek(out _);

    public static WorkerDirective Start(StageAssignment assignment) => new() { Kind = DirectiveKind.Run, Assignment = assignment, NextCall = NextCall };

    /// <summary>The worker's next call, which waits for an answer.</summary>
    public Task<QueueCall> Called() => Within(_calls.Reader.ReadAsync().AsTask(), "the worker should call the queue");

    /// <summary>The next call, once the worker has waited for so long.</summary>
    public async Task<QueueCall> CalledAfter(TimeSpan wait)
    {
        await Within(Time.PassOnce(wait), $"the worker should wait for {wait}");
        return await Called();
    }

    /// <summary>The first call that reports this phase; those before it are told to go on.</summary>
    public async Task<QueueCall> CalledWith(AttemptPhase phase)
    {
        while (true)
        {
            var call = await Called();
            if (call.Report.Attempt?.Phase == phase)
            {
                return call;
            }

            call.Answer(Continue);
        }
    }

    /// <summary>The runner's next run, which waits for an outcome.</summary>
    public Task<PlayedRun> Started() => Within(_runner.Runs.Reader.ReadAsync().AsTask(), "the runner should be started");

    /// <summary>Answers the next call with an assignment and waits for its run.</summary>
    public async Task<PlayedRun> Run(StageAssignment assignment)
    {
        (await Called()).Answer(Start(assignment));
        return await Started();
    }

    /// <summary>With a limit that the test lets pass, or not.</summary>
    public void Drain(TimeSpan? limit = null) => _drain.Begin(limit ?? DrainLimit);

    public void Abandon() => _drain.Begin(TimeSpan.Zero);

    public async Task Left()
    {
        await Within(Task.WhenAny(_working), "the worker should have left");
        await _working;
    }

    /// <summary>Stores an artifact of one file.</summary>
    public Task<ArtifactId> Put(string name, string content)
    {
        var folder = $"put-{Guid.NewGuid():N}";
        Folder.Write($"{folder}/{name}", content);
        return Store.Put(Folder[folder], null, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        _over = true;
        _runner.CancelAll();
        foreach (var call in _unanswered)
        {
            call.Lose();
        }

        Abandon();
        await Left();
        _drain.Dispose();
        await _services.DisposeAsync();
        Folder.Dispose();
    }

    private static async Task<T> Within<T>(Task<T> task, string expectation)
    {
        if (await Task.WhenAny(task, Task.Delay(s_deadline)) != task)
        {
            throw new TimeoutException($"Within {s_deadline} {expectation}.");
        }

        return await task;
    }

    private Task<WorkerDirective> Call(WorkerReport report)
    {
        var call = new QueueCall(report);
        _unanswered.Enqueue(call);
        _calls.Writer.TryWrite(call);
        if (_over)
        {
            call.Lose();
        }

        return call.Directive;
    }

    private sealed class PlayedRunner : IStageRunner
    {
        private readonly List<PlayedRun> _all = [];
        private readonly Lock _gate = new();

        public Channel<PlayedRun> Runs { get; } = Channel.CreateUnbounded<PlayedRun>();

        public Task<StageOutcome> Run(StageRun run, IStageListener listener, CancellationToken cancelled, CancellationToken draining)
        {
            var played = new PlayedRun(run, listener, cancelled, draining);
            lock (_gate)
            {
                _all.Add(played);
            }

            Runs.Writer.TryWrite(played);
            return played.Outcome;
        }

        public void CancelAll()
        {
            lock (_gate)
            {
                _all.ForEach(run => run.End(new StageOutcome.Cancelled()));
            }
        }

        public int Releases { get; private set; }

        public ValueTask Release()
        {
            Releases++;
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
