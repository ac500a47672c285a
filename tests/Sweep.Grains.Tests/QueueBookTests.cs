using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Scheduling;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

public class QueueBookTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly StageId[] Ids = [.. ExperimentPlanner.Plan(TestSpec.Of("a")).Trials.SelectMany(trial => trial.Stages).Select(stage => stage.Id).Distinct()];
    private static readonly SchedulingOptions Options = new() { Lease = TimeSpan.FromSeconds(10) };

    private readonly QueueBook _book = new(Options);

    [Fact]
    public void Take_GivesEachStageOnce()
    {
        Offer(Ids[0]);
        Offer(Ids[0]);
        Assert.Equal(Ids[0], Take("w1"));
        Assert.Null(Take("w2"));
    }

    [Fact]
    public void Take_ByTheWorkerThatHoldsOne_GivesTheSameAgain()
    {
        Offer(Ids[0]);
        Offer(Ids[1]);
        var first = Take("w1");
        Assert.Equal(first, Take("w1"));
        Assert.NotEqual(first, Take("w2"));
    }

    [Fact]
    public void Take_OfADrainingWorker_GivesNothing()
    {
        Offer(Ids[0]);
        var report = Report("w1") with { AcceptsWork = false };
        _book.Hear(report, Start);
        Assert.Null(_book.Take(report, Start));
    }

    [Fact]
    public void Take_PrefersTheExperimentWithFewestRunning_ThenFewestServed()
    {
        foreach (var id in Ids[..3])
        {
            Offer(id, experiment: "a");
        }

        foreach (var id in Ids[3..6])
        {
            Offer(id, experiment: "b");
        }

        var served = Enumerable.Range(0, 6).Select(i => ExperimentOf(Take($"w{i}"))).ToList();
        Assert.Equal(["a", "b", "a", "b", "a", "b"], served);
    }

    [Fact]
    public void Take_AfterOthersWereServedLong_DoesNotOweANewcomerTheirPast()
    {
        for (var i = 0; i < 8; i++)
        {
            Offer(Ids[i], experiment: "old");
        }

        for (var i = 0; i < 4; i++)
        {
            var stage = Take("w")!.Value;
            _book.Release("w", stage);
        }

        for (var i = 8; i < 12; i++)
        {
            Offer(Ids[i], experiment: "new");
        }

        var turns = Enumerable.Range(0, 4).Select(_ =>
        {
            var stage = Take("w")!.Value;
            var experiment = ExperimentOf(stage);
            _book.Release("w", stage);
            return experiment;
        });
        Assert.Equal(2, turns.Count(experiment => experiment == "new"));
    }

    [Fact]
    public void Take_WhenAPathCouldOutlastTheRest_PrefersTheLongest()
    {
        Offer(Ids[0], path: 2);
        Offer(Ids[1], path: 7);
        Offer(Ids[2], path: 5);
        foreach (var worker in new[] { "w1", "w2", "w3" })
        {
            _book.Hear(Report(worker), Start); // 14 epochs wait: 5 for each of three, and one path has 7
        }

        Assert.Equal([Ids[1], Ids[2], Ids[0]], new[] { Take("w1"), Take("w2"), Take("w3") }.Select(id => id!.Value));
    }

    [Fact]
    public void Take_WhileThereIsWorkForAll_PrefersWhatIsNearestTheEndOfItsTrial()
    {
        Offer(Ids[0], path: 5);
        Offer(Ids[1], path: 7);
        Offer(Ids[2], path: 0);
        var order = new List<StageId>();
        while (Take("w1") is { } stage)
        {
            order.Add(stage);
            _book.Release("w1", stage);
        }

        Assert.Equal([Ids[2], Ids[0], Ids[1]], order);
    }

    [Fact]
    public void Take_AfterAStageSucceeded_PrefersItsChild()
    {
        Offer(Ids[1], path: 9, parent: Ids[5]);
        Offer(Ids[2], path: 1, parent: Ids[0]);
        _book.Hear(Report("w1") with { Attempt = Attempt(Ids[0], "w1", AttemptPhase.Succeeded) }, Start);
        _book.Release("w1", Ids[0]);
        Assert.Equal(Ids[2], Take("w1"));
    }

    [Fact]
    public void Take_AmongEqualPaths_PrefersTheParentItHolds_AndLeavesWhatAnotherHolds()
    {
        Offer(Ids[1], parent: Ids[5]);
        Offer(Ids[2], parent: Ids[6]);
        Offer(Ids[3], parent: Ids[7]);
        _book.Hear(Report("w2") with { Holds = [Ids[5]] }, Start);
        var report = Report("w1") with { Holds = [Ids[7]] };
        Assert.Equal(Ids[3], Take(report));
        Assert.Equal(Ids[2], Take("w3"));
        Assert.Equal(Ids[1], Take("w4"));
    }

    [Fact]
    public void Take_BeforeItsTime_GivesNothing()
    {
        _book.Offer(OfferOf(Ids[0]) with { NotBefore = Start.AddSeconds(5) }, Start);
        Assert.Null(Take("w1"));
        Assert.Equal(Ids[0], Take(Report("w1"), Start.AddSeconds(5)));
    }

    [Fact]
    public void Take_OfAStageThatMustBeAlone_WaitsForAnEmptyDevice_WhichGetsNothingElse()
    {
        Offer(Ids[0]);
        Assert.Equal(Ids[0], Take("w1"));
        _book.Hear(Report("w2"), Start);
        _book.Offer(OfferOf(Ids[1]) with { Alone = true }, Start);
        Offer(Ids[2]);
        Assert.Null(Take("w2"));

        _book.Release("w1", Ids[0]);
        Assert.Equal(Ids[1], Take("w2"));
        Assert.Null(Take("w1"));

        _book.Release("w2", Ids[1]);
        Assert.Equal(Ids[2], Take("w1"));
    }

    [Fact]
    public void Take_OnAnotherDevice_GoesOnBesideAStageThatMustBeAlone()
    {
        var gpu0 = Report("w0") with { Device = "cuda:0" };
        var gpu1 = Report("w1") with { Device = "cuda:1" };
        _book.Hear(gpu0, Start);
        _book.Hear(gpu1, Start);
        _book.Offer(OfferOf(Ids[0]) with { Alone = true }, Start);
        Offer(Ids[1]);
        Assert.Equal(Ids[1], Take(gpu1));
        Assert.Equal(Ids[0], Take(gpu0));
    }

    [Fact]
    public void Take_OnASiloWhereABenchmarkRuns_GivesNothing_OnAnyDevice()
    {
        var benchmarks = new[] { "a", "b" }.Select(name => StageId.Parse($"benchmark-1-{new string(name[0], 26)}")).ToList();
        var gpu0 = Report("w0") with { Device = "cuda:0" };
        var gpu1 = Report("w1") with { Device = "cuda:1" };
        var elsewhere = Report("w2") with { Silo = "t" };
        Assert.All([gpu0, gpu1], report => _book.Hear(report, Start));
        Assert.All(benchmarks, id => _book.Offer(OfferOf(id) with { Alone = true }, Start));
        Assert.Equal(benchmarks[0], Take(gpu0));
        Assert.Null(Take(gpu1));
        Assert.Equal(benchmarks[1], Take(elsewhere));

        Offer(Ids[0]);
        Assert.Null(Take(gpu1));
        _book.Release("w0", benchmarks[0]);
        Assert.Equal(Ids[0], Take(gpu1));
    }

    [Fact]
    public void Take_OfABenchmark_IsForAWorkerWithItsModel()
    {
        var benchmark = StageId.Parse($"benchmark-1-{new string('a', 26)}");
        var cpu = Report("w0") with { DeviceModels = ["cpu", "Babbage 1"] };
        var gpu = Report("w1") with { Device = "cuda:0", DeviceModels = ["Lovelace 2"] };
        _book.Hear(cpu, Start);
        _book.Hear(gpu, Start);
        _book.Offer(OfferOf(benchmark) with { Alone = true, DeviceModel = "lovelace 2" }, Start);
        Offer(Ids[0]);

        Assert.Equal(Ids[0], Take(cpu));
        Assert.Equal(benchmark, Take(gpu));
    }

    [Fact]
    public void Take_OfABenchmarkForADeviceThatNobodyHas_IsForAnybody()
    {
        var benchmark = StageId.Parse($"benchmark-1-{new string('a', 26)}");
        _book.Offer(OfferOf(benchmark) with { Alone = true, DeviceModel = "Lovelace 2" }, Start);

        Assert.Equal(benchmark, Take(Report("w0") with { DeviceModels = ["cpu"] }));
    }

    [Fact]
    public void Expire_EndsALease_OnlyAfterAFullLeaseOfSilence()
    {
        Offer(Ids[0]);
        Take("w1");
        Assert.Empty(_book.Expire(Start.AddSeconds(9)));
        var lost = Assert.Single(_book.Expire(Start.AddSeconds(10)));
        Assert.Equal((Ids[0], "w1", true), (lost.Stage, lost.Worker, lost.HeardHere));
        Assert.Empty(_book.ToStatus(Start.AddSeconds(10)).Workers);
    }

    [Fact]
    public void Hear_RenewsTheLease()
    {
        Offer(Ids[0]);
        Take("w1");
        _book.Hear(Report("w1") with { Attempt = Attempt(Ids[0], "w1", AttemptPhase.Running) }, Start.AddSeconds(9));
        Assert.Empty(_book.Expire(Start.AddSeconds(18)));
        Assert.Single(_book.Expire(Start.AddSeconds(19)));
    }

    [Fact]
    public void NewBook_LearnsFromRunningStages_AndExpiresNobodyBeforeAFullLease()
    {
        var told = Start.AddSeconds(100);
        var offer = OfferOf(Ids[0]) with { Holder = new LeaseHolder { Worker = "w1", Silo = "s", Attempt = 3 } };
        _book.Offer(offer, told);
        _book.Offer(offer, told.AddSeconds(5));
        Assert.Null(Take(Report("w2"), told));
        Assert.Empty(_book.Expire(told.AddSeconds(9)));

        var lost = Assert.Single(_book.Expire(told.AddSeconds(10)));
        Assert.Equal((3, false), (lost.Attempt, lost.HeardHere));
    }

    [Fact]
    public void NewBook_LearnsFromWorkers()
    {
        _book.Hear(Report("w1") with { Attempt = Attempt(Ids[0], "w1", AttemptPhase.Running) }, Start);
        _book.Offer(OfferOf(Ids[0]) with { Holder = new LeaseHolder { Worker = "w1", Silo = "s", Attempt = 1 } }, Start);
        var lost = Assert.Single(_book.Expire(Start.AddSeconds(10)));
        Assert.True(lost.HeardHere);
        Assert.Equal("a", lost.Offer!.Experiment);
    }

    [Fact]
    public void NewInstance_InASlot_EndsTheFormerOnesLease_AtOnce()
    {
        Offer(Ids[0]);
        Take("silo/cpu-0/1");
        var lost = Assert.Single(_book.Hear(Report("silo/cpu-0/2"), Start.AddSeconds(1)));
        Assert.Equal("silo/cpu-0/1", lost.Worker);
        Assert.Empty(_book.Hear(Report("silo/cpu-1/1"), Start.AddSeconds(1)));
        Assert.Equal(["silo/cpu-0/2", "silo/cpu-1/1"], _book.ToStatus(Start).Workers.Select(worker => worker.Worker));
    }

    [Fact]
    public void NewBook_ThatKnowsANewInstance_DoesNotWaitForTheFormerOnesLease()
    {
        _book.Hear(Report("silo/cpu-0/2"), Start);
        _book.Offer(OfferOf(Ids[0]) with { Holder = new LeaseHolder { Worker = "silo/cpu-0/1", Silo = "silo", Attempt = 1 } }, Start);
        Assert.False(Assert.Single(_book.Expire(Start)).HeardHere);
    }

    [Fact]
    public void Leave_EndsTheWorkersLeases()
    {
        Offer(Ids[0]);
        Take("w1");
        Assert.Single(_book.Leave("w1"));
        Assert.Empty(_book.ToStatus(Start).Workers);
    }

    [Fact]
    public void Offer_OlderThanTheStart_IsNotQueuedAgain()
    {
        Offer(Ids[0]);
        Take("w1");
        Offer(Ids[0]);
        Assert.Null(Take("w2"));
    }

    [Fact]
    public void Offer_OfAStageHandedBack_QueuesIt()
    {
        Offer(Ids[0]);
        var report = Report("w1");
        _book.Hear(report, Start);
        _book.Started(_book.Take(report, Start)!, 1);
        Offer(Ids[0]);
        Assert.Equal(1, _book.ToStatus(Start).Depth);
    }

    [Fact]
    public void Return_PutsAStageBack()
    {
        Offer(Ids[0]);
        var report = Report("w1");
        _book.Hear(report, Start);
        _book.Return(_book.Take(report, Start)!, Start);
        Assert.Equal(Ids[0], Take("w2"));
    }

    [Fact]
    public void AClaimThatComesToNothing_LeavesTheStageInTheQueue()
    {
        Offer(Ids[0], path: 3);
        _book.Hear(Report("stale") with { Attempt = Attempt(Ids[0], "stale", AttemptPhase.Running) }, Start);
        Assert.Equal(0, _book.ToStatus(Start).Depth);

        _book.Release("stale", Ids[0]);
        Assert.Equal(1, _book.ToStatus(Start).Depth);

        _book.Hear(Report("stale") with { Attempt = Attempt(Ids[0], "stale", AttemptPhase.Running) }, Start);
        Assert.Single(_book.Expire(Start.AddSeconds(10)));
        Assert.Equal(Ids[0], Take("w2"));
    }

    [Fact]
    public void AnOfferDuringAStart_HoldsIfTheStartComesToNothing_AndNotOtherwise()
    {
        Offer(Ids[0]);
        Take("w1");
        Offer(Ids[0]);
        _book.Release("w1", Ids[0]);
        Assert.Equal(1, _book.ToStatus(Start).Depth);

        var report = Report("w1");
        var lease = _book.Take(report, Start)!;
        Offer(Ids[0]);
        _book.Started(lease, 1);
        _book.Release("w1", Ids[0]);
        Assert.Equal(0, _book.ToStatus(Start).Depth);
    }

    [Fact]
    public void Withdraw_TakesAStageOutOfTheQueue()
    {
        Offer(Ids[0]);
        _book.Withdraw(Ids[0]);
        Assert.Null(Take("w1"));
        Assert.Equal((0, null), (_book.ToStatus(Start).Depth, _book.ToStatus(Start).OldestAge));
    }

    [Fact]
    public void NextCall_OfAnIdleWorker_GrowsWithItsIdleness()
    {
        _book.Hear(Report("w1"), Start);
        Assert.Equal(Options.FirstIdleCall, _book.NextCall("w1", Start));
        Assert.Equal(TimeSpan.FromMilliseconds(100), _book.NextCall("w1", Start.AddMilliseconds(200)));
        Assert.Equal(Options.LastIdleCall, _book.NextCall("w1", Start.AddSeconds(60)));

        Offer(Ids[0]);
        _book.Started(_book.Take(Report("w1"), Start)!, 1);
        Assert.Equal(Options.BusyCall, _book.NextCall("w1", Start));
    }

    [Fact]
    public void Status_ShowsWhatRuns_AndTheOldestInTheQueue()
    {
        Offer(Ids[0]);
        _book.Hear(Report("w1") with { Attempt = Attempt(Ids[1], "w1", AttemptPhase.Running) with { EpochsDone = 1.5, Epochs = 3, Loss = 0.7 } }, Start);
        var status = _book.ToStatus(Start.AddSeconds(4));
        var worker = Assert.Single(status.Workers);
        Assert.Equal((Ids[1], 1.5, 3, 0.7), (worker.Running!.Stage, worker.Running.EpochsDone, worker.Running.Epochs, worker.Running.Loss!.Value));
        Assert.Equal(TimeSpan.FromSeconds(4), worker.Silence);
        Assert.Equal(TimeSpan.FromSeconds(4), status.OldestAge);
    }

    private static WorkerReport Report(string worker) => new() { Worker = worker, Silo = "s", Device = "cpu", Threads = 1, AcceptsWork = true };

    private static AttemptReport Attempt(StageId stage, string worker, AttemptPhase phase) =>
        new() { Stage = stage, Attempt = 1, Worker = worker, Phase = phase };

    private static StageOffer OfferOf(StageId stage, string experiment = "a", int path = 1, StageId? parent = null) =>
        new() { Stage = stage, Experiment = experiment, CriticalPath = path, Parent = parent };

    private void Offer(StageId stage, string experiment = "a", int path = 1, StageId? parent = null) =>
        _book.Offer(OfferOf(stage, experiment, path, parent), Start);

    private StageId? Take(string worker) => Take(Report(worker));

    private StageId? Take(WorkerReport report) => Take(report, Start);

    private StageId? Take(WorkerReport report, DateTimeOffset now)
    {
        _book.Hear(report, now);
        return _book.Take(report, now)?.Stage;
    }

    private string? ExperimentOf(StageId? stage) => _book.Leases.Single(lease => lease.Stage == stage).Offer!.Experiment;
}
