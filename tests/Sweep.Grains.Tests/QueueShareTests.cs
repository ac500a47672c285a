using System.Globalization;
using Sweep.Recipes;
using Sweep.Scheduling;

namespace Sweep.Grains.Tests;

/// <summary>Who is served when several experiments want the workers.</summary>
public class QueueShareTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly QueueBook _book = new(new SchedulingOptions());
    private int _stages;

    [Fact]
    public void OneWorker_ServesByWeight()
    {
        Offer("a", 40, weight: 3);
        Offer("b", 40);

        Assert.Equal((30, 10), Split(Turns(40)));
    }

    [Fact]
    public void ManyWorkers_AreSharedByWeight()
    {
        Offer("a", 40, weight: 3);
        Offer("b", 40);

        for (var i = 0; i < 16; i++)
        {
            Take($"w{i}");
        }

        Assert.Equal((12, 4), (_book.Ledger.Find("a")!.Running, _book.Ledger.Find("b")!.Running));
    }

    [Fact]
    public void AHigherPriority_GoesFirst_WhateverRuns()
    {
        Offer("a", 10, weight: 100);
        Offer("b", 5, priority: 1);

        Assert.Equal(["b", "b", "b", "b", "b", "a"], Enumerable.Range(0, 6).Select(i => Take($"w{i}")));
    }

    [Fact]
    public void AChangedShare_HoldsForAllThatWaits_AndAnOlderMessageDoesNotUndoIt()
    {
        Offer("a", 30);
        Offer("b", 30);
        Assert.Equal((10, 10), Split(Turns(20)));

        var last = Offer("a", 1, weight: 4, revision: 1);
        Assert.Equal((16, 4), Split(Turns(20)));

        _book.Offer(last with { Weight = 1, ShareRevision = 0 }, Start);
        Assert.Equal(4, _book.Ledger.Find("a")!.Share.Weight);

        _book.Offer(last with { Weight = 4, Priority = -1, ShareRevision = 2 }, Start);
        Assert.Equal((0, 10), Split(Turns(10)));
    }

    [Fact]
    public void ALateExperiment_IsNotOwedThePast_NorHasItToWait()
    {
        Offer("a", 100);
        Turns(50);
        Offer("b", 50);

        Assert.Equal((10, 10), Split(Turns(20)));
    }

    [Fact]
    public void AnExperimentThatPausedForLong_IsNotOwedThePast()
    {
        Offer("b", 3);
        Turns(3);
        Offer("a", 100);
        Turns(50);
        _book.Expire(Start);
        Offer("b", 30);

        Assert.Equal((10, 10), Split(Turns(20)));
    }

    [Fact]
    public void APromotedExperiment_IsOwedNothingThereEither()
    {
        Offer("a", 100, priority: 1);
        Turns(50);
        Offer("b", 100);
        Offer("b", 1, priority: 1, revision: 1);

        Assert.Equal((10, 10), Split(Turns(20)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void WithinAPriority_NobodyStarves_WhileOthersComeAndGo(int seed)
    {
        var random = new Random(seed);
        Offer("patient", 1, weight: 0.1);
        Offer("greedy", 500, weight: 5);
        var turns = 0;
        while (Turns(1)[0] != "patient")
        {
            Offer(string.Create(CultureInfo.InvariantCulture, $"n{random.Next(20)}"), 1, weight: 1 + random.Next(3));
            Assert.True(++turns < 100, "The patient experiment was passed a hundred times.");
        }
    }

    [Fact]
    public void Benchmarks_OfOneExperiment_DoNotKeepTheDevicesFromAnother()
    {
        var reports = Enumerable.Range(0, 4).Select(i => Report($"w{i}") with { Device = $"cuda:{i}", Silo = $"s{i}" }).ToList();
        reports.ForEach(report => _book.Hear(report, Start));
        Offer("b", 10);
        Offer("a", 10, kind: "benchmark");
        var served = Enumerable.Range(0, 4).Select(i => _book.Take(reports[i], Start)!.Offer!.Experiment).ToList();

        Assert.Equal((2, 2), Split(served));
    }

    [Fact]
    public void AStage_ThatExcludesAWorker_GoesToAnother_AndIsStrandedWithoutOne()
    {
        var offer = Offer("a", 1) with { Excluded = ["s/cpu-0"] };
        _book.Offer(offer, Start);
        Assert.Null(Take("s/cpu-0/1"));
        Assert.Null(Take("s/cpu-0/2"));
        Assert.Empty(_book.Stranded(Start));

        var later = Start + new SchedulingOptions().Lease;
        _book.Hear(Report("s/cpu-0/2"), later);
        var stranded = Assert.Single(_book.Stranded(later));

        // Said once more meanwhile, it stays.
        _book.Offer(offer, later);
        _book.Drop(stranded);
        Assert.Equal(1, _book.ToStatus(later).Depth);

        _book.Hear(Report("s/cpu-1/1"), later);
        Assert.Empty(_book.Stranded(later));
        Assert.Equal("a", Take("s/cpu-1/1"));
    }

    [Fact]
    public void WithNoWorkerAtAll_NothingIsStranded()
    {
        _book.Offer(Offer("a", 1) with { Excluded = ["s/cpu-0"] }, Start);

        Assert.Empty(_book.Stranded(Start));
        Assert.Empty(_book.Stranded(Start.AddHours(1)));
    }

    private static (int A, int B) Split(IEnumerable<string> served)
    {
        var counts = served.CountBy(experiment => experiment).ToDictionary();
        return (counts.GetValueOrDefault("a"), counts.GetValueOrDefault("b"));
    }

    private static WorkerReport Report(string worker) => new() { Worker = worker, Silo = "s", Device = "cpu", Threads = 1, AcceptsWork = true };

    /// <summary>One worker runs so many stages, one after another.</summary>
    private List<string> Turns(int count) =>
    [
        .. Enumerable.Range(0, count).Select(_ =>
        {
            var experiment = Take("w")!;
            _book.Release("w", _book.LeaseOf("w")!.Stage);
            return experiment;
        }),
    ];

    private string? Take(string worker)
    {
        _book.Hear(Report(worker), Start);
        return _book.Take(Report(worker), Start)?.Offer!.Experiment;
    }

    private StageOffer Offer(string experiment, int count, double weight = 1, int priority = 0, int revision = 0, string kind = "finetune")
    {
        StageOffer? offer = null;
        for (var i = 0; i < count; i++)
        {
            offer = new StageOffer
            {
                Stage = StageId.Parse(string.Create(CultureInfo.InvariantCulture, $"{kind}-1-{_stages++:d26}")),
                Experiment = experiment,
                CriticalPath = 1,
                Alone = kind == "benchmark",
                Weight = weight,
                Priority = priority,
                ShareRevision = revision,
            };
            _book.Offer(offer, Start);
        }

        return offer!;
    }
}
