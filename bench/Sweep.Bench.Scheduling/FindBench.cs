using System.Diagnostics;
using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Scheduling;

namespace Sweep.Bench.Scheduling;

/// <summary>What a page of trials costs the experiment that is asked for it, against the whole result document.</summary>
internal static class FindBench
{
    private const int Rounds = 9;

    private static readonly (string Name, TrialQuery Query)[] s_queries =
    [
        ("the first 50", new TrialQuery { Limit = 50, Brief = true }),
        ("the first 50, whole", new TrialQuery { Limit = 50 }),
        ("50 by accuracy", new TrialQuery { Limit = 50, Order = TrialOrder.Accuracy, Descending = true, Brief = true }),
        ("50 by method, the last page", new TrialQuery { Limit = 50, Order = TrialOrder.Method, Offset = int.MaxValue - 50, Brief = true }),
        ("50 of one method by accuracy", new TrialQuery { Limit = 50, Text = "method=vtp", Order = TrialOrder.Accuracy, Brief = true }),
        ("50 that contain t00", new TrialQuery { Limit = 50, Text = "t00", Brief = true }),
        ("500 complete ones at even distances", new TrialQuery { Limit = 500, State = TrialState.Complete, Spread = true, Brief = true }),
    ];

    public static void Run(int trials)
    {
        var progress = ExperimentProgress.Of(SpecOf(trials), [.. Enumerable.Range(0, trials).Select(Ended)]);
        var document = Median(1, () => progress.Result(ExperimentState.Running, (_, _) => null));
        Console.WriteLine(FormattableString.Invariant($"{trials} trials; the whole result document without its outcomes: {document:0.0} ms\n\n| query | ms | of the document |\n|---|---|---|"));
        foreach (var (name, query) in s_queries)
        {
            var found = Median(Rounds, () => progress.Find(query, ExperimentState.Running).Results((_, _) => null));
            Console.WriteLine(FormattableString.Invariant($"| {name} | {found:0.00} | {found / document:0.0000} |"));
        }
    }

    private static double Median(int rounds, Func<object> work)
    {
        var times = new List<double>();
        for (var round = 0; round <= rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            GC.KeepAlive(work());
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        // The first one compiles.
        return times.Skip(1).Order().ElementAt(rounds / 2);
    }

    private static SweepSpec SpecOf(int trials) => SweepSpecReader.Read(
        FormattableString.Invariant($$"""
        apiVersion: sweep/v1
        name: found
        model:    { preset: vit-nano-28 }
        data:     { name: fashion-mnist, validation: 500 }
        pretrain: { epochs: 2, learningRate: 1e-3, batch: 32 }
        space:
          method:   { values: [gohsp, vtp, somp] }
          sparsity: { range: [0.1, 0.9] }
        sparsify: { epochs: 2, learningRate: 1e-3, batch: 32 }
        finetune: { epochs: 2, learningRate: 1e-3, batch: 32 }
        search:   { algorithm: random, trials: {{trials}} }
        """),
        "found.yaml");

    private static StoredTrial Ended(int number) => new()
    {
        Number = number,
        Settings = new TrialSettings { Method = (PruningMethod)(number % 3), Sparsity = 0.1 + number * 7919L % 80_001 / 100_000.0, Lambda = number % 3 == 2 ? null : 1e-4, Rho = number % 3 == 0 ? 0.01 : null },
        Reason = "drawn at random",
        End = new StoredTrialEnd
        {
            State = TrialState.Complete,
            Metrics = new TrialMetrics
            {
                Accuracy = number * 104_729L % 1_000_003 / 1_000_003.0,
                TestAccuracy = 0.5,
                Parameters = 20_000 + number * 31L % 80_000,
                Flops = 400_000 + number * 613L % 1_600_000,
            },
            EpochsAsked = 6,
            Stages = [],
        },
    };
}
