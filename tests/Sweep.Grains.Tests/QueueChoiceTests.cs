using Sweep.Recipes;
using Sweep.Scheduling;

namespace Sweep.Grains.Tests;

/// <summary>The indexed choice against the plain ordering of everything that waits, on random books.</summary>
public class QueueChoiceTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly SchedulingOptions Options = new() { Lease = TimeSpan.FromMinutes(5), MemoryPatience = TimeSpan.FromMinutes(3) };
    private static readonly MemoryClass?[] Classes = [null, new MemoryClass("small"), new MemoryClass("medium"), new MemoryClass("large")];
    private static readonly MemoryRegime Regime = new(Gpu: true, MicroBatch: null);

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 16)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Choice_IsThatOfThePlainOrdering(int seed)
    {
        var random = new Random(seed);
        var book = new QueueBook(Options);
        var ids = Enumerable.Range(0, 60).Select(i => Id(i % 9 == 0 ? "benchmark" : i % 2 == 0 ? "finetune" : "hardprune", i)).ToArray();
        var reports = Enumerable.Range(0, 8).Select(i => Report(random, i, ids)).ToArray();
        var starting = new List<StageLease>();
        var now = Start;
        var taken = 0;
        for (var step = 0; step < 1000; step++)
        {
            now += random.Next(4) == 0 ? TimeSpan.FromSeconds(random.Next(40)) : TimeSpan.Zero;
            var at = random.Next(reports.Length);
            switch (random.Next(14))
            {
                case < 6:
                    book.Offer(Offer(random, ids, now), now);
                    break;
                case < 9:
                    var report = reports[at] = random.Next(3) == 0 ? Report(random, at, ids) : reports[at];
                    book.Hear(report, now);
                    book.Waiting.Ripen(now);
                    Assert.Equal(Plain(book, report, now), QueueChoice.For(book, report, now));
                    if (book.Take(report, now) is { } lease)
                    {
                        taken++;
                        starting.Add(lease);
                    }

                    break;
                case 9 when starting.Count > 0:
                    book.Started(starting[0], 1);
                    starting.RemoveAt(0);
                    break;
                case 10 when starting.Count > 0:
                    book.Return(starting[^1], now);
                    starting.RemoveAt(starting.Count - 1);
                    break;
                case 11 when book.Leases.Count > 0:
                    var ended = book.Leases.ElementAt(random.Next(book.Leases.Count));
                    book.Hear(reports[at] with { Worker = ended.Worker, Silo = ended.Silo, Attempt = new AttemptReport { Stage = ended.Stage, Attempt = 1, Worker = ended.Worker, Phase = AttemptPhase.Succeeded } }, now);
                    book.Release(ended.Worker, ended.Stage);
                    break;
                case 12:
                    book.Withdraw(ids[random.Next(ids.Length)]);
                    break;
                default:
                    _ = random.Next(4) == 0 ? book.Leave(reports[at].Worker) : book.Expire(now);
                    break;
            }
        }

        Assert.True(taken > 40, $"Only {taken} stages were taken.");
    }

    /// <summary>The definition: whatever is ready and fits, sorted.</summary>
    private static QueuedStage? Plain(QueueBook book, WorkerReport worker, DateTimeOffset now)
    {
        var place = DevicePlace.Of(worker);
        var here = book.Workers.Where(known => DevicePlace.Of(known.Report) == place).Select(known => known.Report.Worker).ToHashSet();
        var busy = book.Leases.Where(lease => here.Contains(lease.Worker)).ToList();
        if (busy.Any(lease => lease.Offer?.Alone == true)
            || book.Leases.Any(lease => lease.Silo == worker.Silo && lease.Stage.Kind == StageKind.Benchmark)
            || busy.Count >= worker.Packing)
        {
            return null;
        }

        var slot = WorkerSlot.Of(worker.Worker).Name;
        var room = DeviceRoom.For(book, worker);
        if (AloneReservation.On(book, place) is { } alone)
        {
            var crowded = room is { OthersHeld: > 0 } && alone.Kind != StageKind.Benchmark;
            return busy.Count == 0 && !crowded && !alone.Offer.Excluded.Contains(slot) ? alone : null;
        }

        var ready = book.Waiting.All.Where(queued => !(queued.Offer.NotBefore > now)).ToList();
        var reserved = room is null ? null : DeviceReservation.For(book, worker, now);
        var running = book.Leases.Where(lease => lease.Offer is not null).CountBy(lease => lease.Offer!.Experiment).ToDictionary();
        Assert.All(ready.Select(queued => queued.Offer.Experiment).Distinct(), experiment =>
            Assert.Equal(running.GetValueOrDefault(experiment), book.Ledger.Find(experiment)!.Running));
        var lastEnded = book.Workers.FirstOrDefault(known => known.Report.Worker == worker.Worker)?.LastEnded;
        var others = book.Workers
            .Where(known => known.Report.Worker != worker.Worker && known.Report.AcceptsWork && known.IdleSince is not null)
            .SelectMany(known => known.Report.Holds)
            .ToHashSet();
        var workers = Math.Max(1, book.Workers.Count(known => known.Report.AcceptsWork));
        var plenty = ready.Sum(queued => (long)queued.Offer.CriticalPath) > (long)ready.Select(queued => queued.Offer.CriticalPath).DefaultIfEmpty().Max() * workers;
        return ready
            .Where(queued => !queued.Offer.Alone && !queued.Offer.Excluded.Contains(slot))
            .Where(queued => reserved is null || (queued.Offer.MemoryClass ?? default) == reserved)
            .Where(queued => room is null || room.Judge(DeviceRoom.Need(book, queued.Offer.MemoryClass ?? default, worker.Memory!)) == MemoryFit.Fits)
            .OrderByDescending(queued => book.Ledger.Find(queued.Offer.Experiment)!.Share.Priority)
            .ThenBy(queued => running.GetValueOrDefault(queued.Offer.Experiment) * (1 / book.Ledger.Find(queued.Offer.Experiment)!.Share.Weight))
            .ThenBy(queued => book.Ledger.Find(queued.Offer.Experiment)!.Tag)
            .ThenBy(queued => book.Ledger.Find(queued.Offer.Experiment)!, Account.Order)
            .ThenByDescending(queued => queued.Offer.Parent is { } parent && parent == lastEnded)
            .ThenBy(queued => plenty ? queued.Offer.CriticalPath : -queued.Offer.CriticalPath)
            .ThenByDescending(queued => queued.Offer.Parent is { } parent && worker.Holds.Contains(parent))
            .ThenBy(queued => queued.Offer.Parent is { } parent && others.Contains(parent))
            .ThenBy(queued => queued.Since)
            .ThenBy(queued => queued.Offer.Stage)
            .FirstOrDefault();
    }

    private static StageOffer Offer(Random random, StageId[] ids, DateTimeOffset now)
    {
        var stage = ids[random.Next(ids.Length)];
        var experiment = random.Next(5);
        return new StageOffer
        {
            Stage = stage,
            Experiment = $"e{experiment}",
            CriticalPath = random.Next(5),
            Parent = random.Next(4) == 0 ? null : ids[random.Next(12)],
            NotBefore = random.Next(6) == 0 ? now.AddSeconds(random.Next(-20, 60)) : null,
            Alone = stage.Kind == StageKind.Benchmark && random.Next(3) == 0,
            DeviceModel = stage.Kind == StageKind.Benchmark && random.Next(2) == 0 ? "m1" : null,
            MemoryClass = Classes[random.Next(Classes.Length)],
            Weight = experiment == 4 ? random.Next(1, 4) : 1 + experiment % 3,
            Priority = experiment == 3 ? random.Next(3) - 1 : 0,
            ShareRevision = random.Next(3),
            Excluded = random.Next(8) == 0 ? [$"s{random.Next(3)}/d{random.Next(8)}", "s0/d9"] : [],
            Holder = random.Next(25) == 0 ? new LeaseHolder { Worker = $"s{random.Next(3)}/d{random.Next(8)}/1", Silo = "s0", Attempt = 1 } : null,
        };
    }

    private static WorkerReport Report(Random random, int slot, StageId[] ids) => new()
    {
        Worker = $"s{slot % 3}/d{slot}/{random.Next(2)}",
        Silo = $"s{slot % 3}",
        Device = $"d{slot / 4}",
        DeviceId = slot / 4 == 0 ? "G" : null,
        DeviceModels = [$"m{slot % 2}"],
        Packing = slot < 6 ? 3 : null,
        Threads = 1,
        AcceptsWork = random.Next(8) != 0,
        Holds = [.. Enumerable.Range(0, 12).Where(_ => random.Next(4) == 0).Select(i => ids[i])],
        Memory = slot == 7 ? null : new DeviceMemory
        {
            Usable = 1100,
            Held = random.Next(3) == 0 ? random.Next(400) : 0,
            Unmeasured = random.Next(4) == 0 ? 300 : null,
            Regime = Regime,
            Peaks = [new(Classes[1]!.Value, 200), new(Classes[2]!.Value, 450), new(Classes[3]!.Value, 900)],
        },
    };

    private static StageId Id(string kind, int number)
    {
        const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
        return StageId.Parse($"{kind}-1-{Alphabet[number * 7 % 32]}{Alphabet[number / 32]}{Alphabet[number % 32]}{new string('0', 23)}");
    }
}
