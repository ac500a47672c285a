using System.Text.Json;
using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

/// <summary>What reaches grains past every client: refused whole, and nothing is lost by it.</summary>
public class EntranceTests
{
    private static readonly StageId s_stage = StageId.Parse("pretrain-1-" + new string('0', 26));

    private static readonly AttemptReport s_attempt = new()
    {
        Stage = s_stage,
        Attempt = 1,
        Worker = "stranger/cpu-0/x",
        Phase = AttemptPhase.Running,
        EpochsDone = 1.5,
        Epochs = 3,
        Loss = 0.7,
        Curve = [new EpochRecord { Epoch = 0, Loss = 0.8, LearningRate = 1e-3 }],
        Times = [new EpochTime { Epoch = 0, Seconds = 1, LoaderSeconds = 0.1, Images = 640 }],
        PeakMemory = 3L << 30,
        Checkpoint = FakeEngine.CheckpointOf(s_stage, 1),
    };

    private static readonly DeviceMemory s_memory = new()
    {
        Usable = 80L << 30,
        Held = 1L << 30,
        Unmeasured = 4L << 30,
        Regime = new MemoryRegime(Gpu: true, MicroBatch: 64),
        Peaks = [new MeasuredPeak(new MemoryClass("pretrain-0123456789abcdef"), 2L << 30)],
    };

    private static readonly WorkerReport s_report = new()
    {
        Worker = "stranger/cpu-0/x",
        Silo = "stranger",
        Device = "cpu",
        DeviceModels = ["cpu"],
        DeviceId = "GPU-1",
        Packing = 4,
        Memory = s_memory,
        Threads = 1,
        AcceptsWork = false,
        Attempt = s_attempt,
        Holds = [s_stage],
    };

    private static readonly StageOffer s_offer = new() { Stage = s_stage, Experiment = "other", CriticalPath = 3, Parent = s_stage, MemoryClass = s_memory.Peaks[0].Class, Holder = new LeaseHolder { Worker = "stranger/cpu-0/x", Silo = "stranger", Attempt = 1 } };

    [Fact]
    public async Task Submit_PastTheClientsCheck_IsCheckedByTheGrain()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        var spec = TestSpec.Of("bad");

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => cluster.Grains.GetGrain<IExperimentGrain>("bad").Submit(spec with { Finetune = spec.Finetune with { LearningRate = -1 } }));

        Assert.Contains("finetune.learningRate", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await cluster.Api.List(default));
        Assert.Null(await cluster.Grains.GetGrain<IExperimentGrain>("bad").GetStatus());
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("Upper")]
    [InlineData("a\u001b[2J")]
    [InlineData("")]
    public async Task Name_ThatIsNone_IsNoExperiment(string name)
    {
        await using var cluster = await FakeCluster.Start(workers: 0);

        var refused = await Assert.ThrowsAnyAsync<ArgumentException>(() => cluster.Grains.GetGrain<IExperimentGrain>(name).Submit(TestSpec.Of("good") with { Name = name }));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => cluster.Grains.GetGrain<IExperimentCatalogGrain>(IExperimentCatalogGrain.Key).Register(name));

        Assert.DoesNotContain("\u001b", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await cluster.Api.List(default));
    }

    [Fact]
    public async Task Submit_OfTooManyTrials_IsRefused()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        var spec = TestSpec.Of("many", [.. Enumerable.Range(1, 900).Select(i => i / 1000.0)]);
        spec = spec with { Space = spec.Space with { Seed = new SpaceAxis<long> { Values = [.. Enumerable.Range(0, 100).Select(seed => (long)seed)] } } };

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => cluster.Grains.GetGrain<IExperimentGrain>("many").Submit(spec));

        Assert.Contains("a grid has at most", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_HasABound()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        var spec = TestSpec.Of("long", [.. Enumerable.Range(1, 600).Select(i => i / 1000.0)], [PruningMethod.Vtp, PruningMethod.Somp]);
        await cluster.Api.Submit(spec, default);

        var page = await cluster.Api.ListTrials("long", 0, int.MaxValue, default);

        Assert.Equal((1000, 1200), (page.Trials.Count, page.Total));
    }

    public static TheoryData<string, WorkerReport> Reports { get; } = new()
    {
        { "worker", s_report with { Worker = null! } },
        { "worker", s_report with { Worker = new string('x', 257) } },
        { "worker", s_report with { Worker = "a\nb" } },
        { "silo", s_report with { Silo = "../x" } },
        { "device", s_report with { Device = "" } },
        { "deviceModels", s_report with { DeviceModels = null! } },
        { "deviceModels", s_report with { DeviceModels = [null!] } },
        { "deviceId", s_report with { DeviceId = "" } },
        { "deviceId", s_report with { DeviceId = new string('x', 257) } },
        { "deviceId", s_report with { DeviceId = "GPU\u001b[2J" } },
        { "packing", s_report with { Packing = 0 } },
        { "packing", s_report with { Packing = int.MaxValue } },
        { "memory.usable", s_report with { Memory = s_memory with { Usable = -1 } } },
        { "memory.usable", s_report with { Memory = s_memory with { Usable = long.MaxValue } } },
        { "memory.held", s_report with { Memory = s_memory with { Held = long.MaxValue } } },
        { "memory.unmeasured", s_report with { Memory = s_memory with { Unmeasured = long.MinValue } } },
        { "memory.regime", s_report with { Memory = s_memory with { Regime = null! } } },
        { "memory.regime.microBatch", s_report with { Memory = s_memory with { Regime = new MemoryRegime(true, 0) } } },
        { "memory.peaks", s_report with { Memory = s_memory with { Peaks = null! } } },
        { "memory.peaks", s_report with { Memory = s_memory with { Peaks = [null!] } } },
        { "memory.peaks", s_report with { Memory = s_memory with { Peaks = [.. Enumerable.Repeat(s_memory.Peaks[0], 1001)] } } },
        { "memory.peaks", s_report with { Memory = s_memory with { Peaks = [new MeasuredPeak(default, 1)] } } },
        { "memory.peaks", s_report with { Memory = s_memory with { Peaks = [new MeasuredPeak(new MemoryClass(new string('x', 257)), 1)] } } },
        { "memory.peaks", s_report with { Memory = s_memory with { Peaks = [s_memory.Peaks[0] with { Bytes = -1 }] } } },
        { "peakMemory", s_report with { Attempt = s_attempt with { PeakMemory = -1 } } },
        { "peakMemory", s_report with { Attempt = s_attempt with { PeakMemory = long.MaxValue } } },
        { "threads", s_report with { Threads = -1 } },
        { "holds", s_report with { Holds = null! } },
        { "holds", s_report with { Holds = [default] } },
        { "holds", s_report with { Holds = [.. Enumerable.Repeat(s_stage, 10_001)] } },
        { "stage", s_report with { Attempt = s_attempt with { Stage = default } } },
        { "attempt", s_report with { Attempt = s_attempt with { Attempt = 0 } } },
        { "its own", s_report with { Attempt = s_attempt with { Worker = "other/cpu-0/y" } } },
        { "phase", s_report with { Attempt = s_attempt with { Phase = (AttemptPhase)9 } } },
        { "epochs", s_report with { Attempt = s_attempt with { Epochs = -1 } } },
        { "epochsDone", s_report with { Attempt = s_attempt with { EpochsDone = double.NaN } } },
        { "epochsDone", s_report with { Attempt = s_attempt with { EpochsDone = double.PositiveInfinity } } },
        { "checkpoint", s_report with { Attempt = s_attempt with { Checkpoint = default(ArtifactId) } } },
        { "artifact", s_report with { Attempt = s_attempt with { Phase = AttemptPhase.Succeeded } } },
        { "failure", s_report with { Attempt = s_attempt with { Phase = AttemptPhase.Failed } } },
        { "failure", s_report with { Attempt = s_attempt with { Phase = AttemptPhase.Failed, Failure = new StageFailure { Reason = (FailureReason)99, Message = "" } } } },
    };

    [Theory]
    [MemberData(nameof(Reports))]
    public void Report_ThatNoWorkerSends_IsRefusedWithItsRule(string word, WorkerReport report) =>
        Assert.Contains(word, Assert.Throws<ArgumentException>(() => MessageRules.Check(report)).Message, StringComparison.Ordinal);

    [Fact]
    public void Report_OfARealWorker_Passes()
    {
        MessageRules.Check(s_report);
        MessageRules.Check(s_report with { DeviceId = null, Packing = null, Memory = null, Attempt = s_attempt with { PeakMemory = null } });
        MessageRules.Check(s_report with { Memory = s_memory with { Unmeasured = null, Regime = new MemoryRegime(false, null), Peaks = [] } });
    }

    [Fact]
    public void MemoryClass_ThatIsNone_IsRefused()
    {
        var request = new StageRequest { Recipe = ExperimentPlanner.Plan(TestSpec.Of("steady")).Dense.Stages[0], Experiment = "other", CriticalPath = 1 };

        Assert.Contains("memoryClass", Assert.Throws<ArgumentException>(() => MessageRules.Check(s_offer with { MemoryClass = default(MemoryClass) })).Message, StringComparison.Ordinal);
        Assert.Contains(
            "memoryClass", Assert.Throws<ArgumentException>(() => MessageRules.Check(request with { MemoryClass = new MemoryClass("a\nb") })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RefusedReport_ChangesNothing()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);

        await Assert.ThrowsAnyAsync<ArgumentException>(() => cluster.Queue.Synchronize(s_report with { Threads = -1 }));

        Assert.Empty((await cluster.Queue.GetStatus()).Workers);
    }

    [Fact]
    public async Task Loss_ThatIsNoNumber_IsNotShown()
    {
        await using var cluster = await FakeCluster.Start(workers: 1);
        await cluster.Api.Submit(TestSpec.Of("lossy"), default);
        await cluster.RunUntil(() => Task.FromResult(cluster.Workers[0].Assignment is not null), "a stage on a worker");
        var worker = cluster.Workers[0];
        var assignment = worker.Assignment!;
        var report = s_report with
        {
            Worker = worker.Name,
            Attempt = s_attempt with { Worker = worker.Name, Stage = assignment.Recipe.Id, Attempt = assignment.Attempt, Loss = double.NaN, Checkpoint = null },
        };

        Assert.Equal(DirectiveKind.Continue, (await cluster.Queue.Synchronize(report)).Kind);

        Assert.Null(Assert.Single((await cluster.Queue.GetStatus()).Workers).Running!.Loss);
    }

    [Fact]
    public async Task Measure_ThatIsNone_FailsTheStage_AndPoisonsNoFront()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        await cluster.Api.Submit(TestSpec.Of("measured", [0.4], [PruningMethod.Vtp]), default);
        var assignment = (await Assignment(cluster, "honest/cpu-0/a")).Assignment!;
        var sound = FakeEngine.ResultOf(assignment.Recipe);
        var evaluation = new Evaluation { Accuracy = double.NaN, TestAccuracy = 0.5, Loss = 1, Parameters = 1, Flops = 1 };
        var report = s_attempt with
        {
            Stage = assignment.Recipe.Id,
            Worker = "honest/cpu-0/a",
            Phase = AttemptPhase.Succeeded,
            Artifact = FakeEngine.ArtifactOf(s_stage),
            Result = sound with { Evaluation = evaluation },
        };

        await cluster.Queue.Synchronize(s_report with { Worker = "honest/cpu-0/a", Attempt = report });

        var status = await cluster.Grains.GetGrain<IStageGrain>(assignment.Recipe.Id.Value).GetStatus();
        Assert.Equal((StageState.Failed, FailureKind.Deterministic), (status!.State, status.Failure!.Kind));
        Assert.Contains("NaN", status.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Failure_IsKeptWithABound()
    {
        var report = s_attempt with { Phase = AttemptPhase.Failed, Failure = new StageFailure { Reason = FailureReason.EngineCrashed, Message = new string('x', 1 << 20) } };

        Assert.Equal(MessageRules.LongestFailure + 1, MessageRules.Tempered(report).Failure!.Message.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Nonsense_ToEveryEntrance_ChangesNoResult(int seed)
    {
        var expected = await Run(cluster => Task.CompletedTask);

        var actual = await Run(cluster => Mutations.Try(seed, rounds: 300, async mutations =>
        {
            await Send(cluster, mutations);
            if (mutations.Random.Next(10) == 0)
            {
                await cluster.Turn();
            }
        }));

        Assert.Equal(expected, actual);
    }

    private static async Task<string> Run(Func<FakeCluster, Task> meanwhile)
    {
        await using var cluster = await FakeCluster.Start(workers: 2);
        await cluster.Api.Submit(TestSpec.Of("steady", [0.2, 0.4]), default);
        await cluster.Turn();
        await meanwhile(cluster);
        var end = await cluster.RunUntilEnded("steady");
        Assert.Equal(ExperimentState.Complete, end.State);
        var result = await cluster.Api.GetResult("steady", default);
        return CanonicalJson.Serialize(result with { Sharing = null!, Timeline = null });
    }

    private static async Task Send(FakeCluster cluster, Mutations mutations)
    {
        try
        {
            switch (mutations.Random.Next(5))
            {
                case 0:
                    var report = Mutated(mutations, s_report with { Attempt = mutations.Random.Next(2) == 0 ? s_attempt : s_attempt with { Stage = Known(cluster, mutations) } });
                    await cluster.Queue.Synchronize(report with { AcceptsWork = false });
                    break;
                case 1:
                    await cluster.Queue.Offer(Mutated(mutations, mutations.Random.Next(2) == 0 ? s_offer : s_offer with { Stage = Known(cluster, mutations), Holder = null }));
                    break;
                case 2:
                    var attempt = Mutated(mutations, s_attempt with { Stage = Known(cluster, mutations) });
                    await cluster.Grains.GetGrain<IStageGrain>(Known(cluster, mutations).Value).Report(attempt);
                    break;
                case 3:
                    var request = new StageRequest { Recipe = ExperimentPlanner.Plan(TestSpec.Of("steady")).Dense.Stages[0], Experiment = "other", CriticalPath = 1 };
                    await cluster.Grains.GetGrain<IStageGrain>(s_stage.Value).Request(Mutated(mutations, request));
                    break;
                default:
                    var spec = Mutated(mutations, TestSpec.Of("steady"));
                    await cluster.Grains.GetGrain<IExperimentGrain>(spec.Name ?? "steady").Submit(spec);
                    break;
            }
        }
        catch (Exception e) when (e is JsonException or ArgumentException or SweepSpecException or ExperimentConflictException
            || e.Message.Contains("keyed by its recipe", StringComparison.Ordinal))
        {
            // Refused: by the reader of JSON, or by the grain.
        }
    }

    private static StageId Known(FakeCluster cluster, Mutations mutations) =>
        mutations.Pick(cluster.Workers.Select(worker => worker.Assignment?.Recipe.Id ?? s_stage).ToList());

    private static T Mutated<T>(Mutations mutations, T sound) => CanonicalJson.Deserialize<T>(mutations.Json(CanonicalJson.Serialize(sound)));

    private static async Task<WorkerDirective> Assignment(FakeCluster cluster, string worker)
    {
        var directive = new WorkerDirective { Kind = DirectiveKind.Wait, NextCall = TimeSpan.Zero };
        await cluster.RunUntil(
            async () => (directive = await cluster.Queue.Synchronize(s_report with { Worker = worker, AcceptsWork = true, Attempt = null, Holds = [] })).Kind == DirectiveKind.Run,
            "an assignment");
        return directive;
    }
}
