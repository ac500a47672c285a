using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Scheduling;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

/// <summary>Which stages share a device of 1100 bytes, of which 1000 may be promised.</summary>
public class QueuePackingTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly StageId[] Ids = [.. ExperimentPlanner.Plan(TestSpec.Of("a")).Trials.SelectMany(trial => trial.Stages).Select(stage => stage.Id).Distinct()];
    private static readonly SchedulingOptions Options = new() { Lease = TimeSpan.FromHours(1), MemoryPatience = TimeSpan.FromMinutes(10) };
    private static readonly MemoryRegime Gpu = new(Gpu: true, MicroBatch: null);
    private static readonly MemoryClass Small = new("finetune-small");
    private static readonly MemoryClass Large = new("finetune-large");
    private static readonly MemoryClass Fresh = new("finetune-fresh");

    private readonly QueueBook _book = new(Options);

    [Fact]
    public void MeasuredStages_ShareADevice_AsLongAsTheirPeaksFit()
    {
        foreach (var id in Ids[..4])
        {
            Offer(id, Small); // 300 each
        }

        Assert.NotNull(Take("w0"));
        Assert.NotNull(Take("w1"));
        Assert.NotNull(Take("w2"));
        Assert.Null(Take("w3"));
    }

    [Fact]
    public void OneThatDoesNotFit_IsPassedByOneThatDoes()
    {
        Offer(Ids[0], Small);
        Take("w0");
        Offer(Ids[1], Large, path: 9); // 800
        Offer(Ids[2], Small, path: 1);

        Assert.Equal(Ids[2], Take("w1"));
    }

    [Fact]
    public void AClassNeverMeasured_RunsAloneTheFirstTime_AndInCompanyAfterwards()
    {
        Offer(Ids[0], Fresh);
        Offer(Ids[1], Fresh);
        Offer(Ids[2], Small);
        Assert.Equal(Ids[0], Take("w0"));
        Assert.Null(Take("w1"));

        // An epoch later its worker knows.
        var attempt = new AttemptReport { Stage = Ids[0], Attempt = 1, Worker = "w0", Phase = AttemptPhase.Running, PeakMemory = 400 };
        _book.Hear(Report("w0", new MeasuredPeak(Fresh, 400)) with { Attempt = attempt }, Start);

        Assert.Equal(Ids[1], Take("w1"));
        Assert.Null(Take("w2")); // 400 + 400 + 300
    }

    [Fact]
    public void AClassNeverMeasured_WaitsForAnEmptyDevice()
    {
        Offer(Ids[0], Small);
        Take("w0");
        Offer(Ids[1], Fresh);
        Assert.Null(Take("w1"));

        _book.Release("w0", Ids[0]);
        Assert.Equal(Ids[1], Take("w1"));
    }

    [Fact]
    public void AClassNeverMeasured_CountsAsTheShareThatItsWorkerNames()
    {
        Offer(Ids[0], Fresh);
        Offer(Ids[1], Fresh);
        Offer(Ids[2], Fresh);

        Assert.NotNull(Take(Sharing("w0")));
        Assert.NotNull(Take(Sharing("w1")));
        Assert.Null(Take(Sharing("w2")));

        WorkerReport Sharing(string worker) => Report(worker) with { Memory = Memory() with { Unmeasured = 500 } };
    }

    [Fact]
    public void MoreThanWasMeasuredBefore_CountsAsItIs()
    {
        Offer(Ids[0], Small);
        Take("w0");
        var attempt = new AttemptReport { Stage = Ids[0], Attempt = 1, Worker = "w0", Phase = AttemptPhase.Running, PeakMemory = 750 };
        _book.Hear(Report("w0") with { Attempt = attempt }, Start);
        Offer(Ids[1], Small);

        Assert.Null(Take("w1")); // 750 + 300
    }

    [Fact]
    public void WhatWasMeasuredWithAnotherMicroBatch_SaysNothing()
    {
        Offer(Ids[0], Small);
        Take("w0");
        Offer(Ids[1], Small);

        Assert.Null(Take(Report("w1") with { Memory = Memory() with { Regime = new MemoryRegime(true, 8), Peaks = [] } }));
    }

    [Fact]
    public void AStageThatMustBeAlone_StaysAlone()
    {
        Offer(Ids[0], Small, alone: true);
        Offer(Ids[1], Small);
        Hear("w1");
        Assert.Equal(Ids[0], Take("w0"));
        Assert.Null(Take("w1"));
    }

    [Fact]
    public void AStageThatMustBeAlone_WaitsUntilIdleProcessesHaveGivenBack()
    {
        Offer(Ids[0], Small, alone: true);
        Hear(Keeping("w1", 50));
        Assert.Null(Take("w0"));
        Assert.True(_book.ShouldGiveBack(Keeping("w1", 50), Start));

        Hear("w1");
        Assert.Equal(Ids[0], Take("w0"));
    }

    [Fact]
    public void AnIdleProcess_GivesBack_WhatAStageNeeds_AndNotBefore()
    {
        Offer(Ids[0], Small);
        Hear(Keeping("w1", 600));
        Assert.Equal(Ids[0], Take("w0"));
        Assert.False(_book.ShouldGiveBack(Keeping("w1", 600), Start));

        Offer(Ids[1], Small);
        Assert.Equal(Ids[1], Take(Keeping("w1", 600))); // 300 beside 600 of its own
        _book.Release("w1", Ids[1]);
        Hear(Keeping("w1", 750));

        Offer(Ids[2], Small);
        Assert.Null(Take("w2")); // 300 + 300 + 750
        Assert.Null(Take(Keeping("w1", 750)));
        Assert.True(_book.ShouldGiveBack(Keeping("w1", 750), Start));
        Hear("w1");
        Assert.Equal(Ids[2], Take("w2"));
    }

    [Fact]
    public void ALargeStage_PassedForLong_GetsADeviceThatStartsNothingElse()
    {
        Offer(Ids[0], Small);
        Take("w0");
        Offer(Ids[1], Large);
        Offer(Ids[2], Small);
        Offer(Ids[3], Small);
        var second = Take("w1")!.Value;
        Assert.NotEqual(Ids[1], second);

        var later = Start + Options.MemoryPatience;
        Assert.Null(Take("w2", later));
        _book.Release("w0", Ids[0]);
        Assert.Null(Take("w2", later));
        _book.Release("w1", second);
        Assert.Equal(Ids[1], Take("w2", later));
    }

    [Fact]
    public void ALargeStage_PassedForLong_IsNotPassedAgainWhenItFits()
    {
        Offer(Ids[1], Large, path: 9);
        Offer(Ids[2], Small, path: 1);

        // With work for everybody the end of a trial comes first, unless patience has ended.
        foreach (var worker in new[] { "w0", "w1", "w2" })
        {
            Hear(worker);
        }

        Assert.Equal(Ids[1], Take("w0", Start + Options.MemoryPatience));
    }

    [Fact]
    public void ALargeStage_PassedForLong_LeavesOtherDevicesToOthers()
    {
        Offer(Ids[0], Small);
        Offer(Ids[4], Small);
        Take("w0");
        Take(OnTheOther("v0"));
        Hear("w1");
        Hear(OnTheOther("v1"));
        Offer(Ids[1], Large);
        var later = Start + Options.MemoryPatience;
        _book.Offer(OfferOf(Ids[2], Small), later);

        // Both have one small stage; the first by name is kept.
        Assert.Null(Take("w1", later));
        Assert.Equal(Ids[2], Take(OnTheOther("v1"), later));

        static WorkerReport OnTheOther(string worker) => Report(worker) with { Device = "cuda:1", DeviceId = "GPU-2" };
    }

    [Fact]
    public void ARestartedQueue_LearnsPeaksFromWorkers_AndWaitsForStagesToSayTheirClass()
    {
        var attempt = new AttemptReport { Stage = Ids[0], Attempt = 1, Worker = "w0", Phase = AttemptPhase.Running, PeakMemory = 300 };
        var holder = new LeaseHolder { Worker = "w0", Silo = "s", Attempt = 1 };
        _book.Hear(Report("w0", new MeasuredPeak(Small, 300)) with { Attempt = attempt }, Start);
        _book.Offer(OfferOf(Ids[1], Small), Start);
        Assert.Null(_book.Take(Listed("w1"), Start)); // what runs on w0 has not said what it is

        _book.Offer(OfferOf(Ids[0], Small) with { Holder = holder }, Start);
        Assert.Equal(Ids[1], _book.Take(Listed("w1"), Start)?.Stage);

        WorkerReport Listed(string worker)
        {
            _book.Hear(Report(worker), Start);
            return Report(worker);
        }
    }

    [Fact]
    public void ADeviceOfTwoSilos_IsOne_AndNeverGetsMoreThanItIsPackedFor()
    {
        foreach (var id in Ids[..3])
        {
            Offer(id, Small);
        }

        Assert.NotNull(Take(Report("w0") with { Packing = 2 }));
        Assert.NotNull(Take(Elsewhere("v0")));
        Assert.Null(Take(Elsewhere("v1")));
        Assert.Null(Take(Report("w1") with { Packing = 2 }));

        static WorkerReport Elsewhere(string worker) => Report(worker) with { Silo = "t", Device = "cuda:5", Packing = 2 };
    }

    [Fact]
    public void AnExclusiveDevice_TakesWhateverComes()
    {
        Offer(Ids[0], Fresh);

        Assert.Equal(Ids[0], Take(Report("w0") with { Packing = 1 }));
    }

    [Fact]
    public void UnknownMemory_LimitsNothing()
    {
        Offer(Ids[0], Fresh);
        Offer(Ids[1], Large);

        Assert.NotNull(Take(Report("w0") with { Memory = null }));
        Assert.NotNull(Take(Report("w1") with { Memory = null }));
    }

    [Fact]
    public void Status_ShowsMemory()
    {
        var attempt = new AttemptReport { Stage = Ids[0], Attempt = 1, Worker = "w0", Phase = AttemptPhase.Running, PeakMemory = 300 };
        Hear(Report("w0") with { Attempt = attempt });

        var worker = Assert.Single(_book.ToStatus(Start).Workers);

        Assert.Equal((1100, 300), (worker.DeviceMemory!.Value, worker.PeakMemory!.Value));
    }

    private static DeviceMemory Memory(params MeasuredPeak[] peaks) => new()
    {
        Usable = 1100,
        Regime = Gpu,
        Peaks = [new MeasuredPeak(Small, 300), new MeasuredPeak(Large, 800), .. peaks],
    };

    private static WorkerReport Report(string worker, params MeasuredPeak[] peaks) => new()
    {
        Worker = worker,
        Silo = "s",
        Device = "cuda:0",
        DeviceId = "GPU-1",
        Packing = 4,
        Memory = Memory(peaks),
        Threads = 1,
        AcceptsWork = true,
    };

    private static WorkerReport Keeping(string worker, long held) => Report(worker) with { Memory = Memory() with { Held = held } };

    private static StageOffer OfferOf(StageId stage, MemoryClass memoryClass, int path = 1) =>
        new() { Stage = stage, Experiment = "a", CriticalPath = path, MemoryClass = memoryClass };

    private void Offer(StageId stage, MemoryClass memoryClass, int path = 1, bool alone = false) =>
        _book.Offer(OfferOf(stage, memoryClass, path) with { Alone = alone }, Start);

    private void Hear(string worker) => Hear(Report(worker));

    private void Hear(WorkerReport report) => _book.Hear(report, Start);

    private StageId? Take(string worker, DateTimeOffset? now = null) => Take(Report(worker), now);

    private StageId? Take(WorkerReport report, DateTimeOffset? now = null)
    {
        _book.Hear(report, now ?? Start);
        return _book.Take(report, now ?? Start)?.Stage;
    }
}
