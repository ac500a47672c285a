using Sweep.Models.Numerics;
using Sweep.Recipes;

namespace Sweep.Bench.TrainingStep;

/// <summary>
/// Pruned nets against the dense one by the engine's Benchmark stage. What counts is their shapes, so they are barely trained: GOHSP's come
/// from one step of SoftPrune, VTP's from gates drawn at random.
/// </summary>
internal static class InferenceBench
{
    private static readonly double[] s_sparsities = [0.4, 0.8];

    public static void Run(Arguments arguments, Report report)
    {
        using var stages = new Stages(arguments);
        var dense = stages.Pretrain(1);
        stages.Run(dense, arguments.Batch);
        foreach (var method in arguments.Methods("gohsp", "vtp"))
        {
            foreach (var sparsity in s_sparsities)
            {
                var pruned = method switch
                {
                    "gohsp" => Gohsp(arguments, stages, dense, sparsity),
                    "vtp" => Vtp(stages, dense, sparsity),
                    _ => throw new ArgumentException($"--methods must name gohsp or vtp, but has '{method}'."),
                };
                Measure(arguments, stages, dense.Id, pruned, $"{method} {sparsity:P0}", report);
            }
        }
    }

    private static StageId Gohsp(Arguments arguments, Stages stages, PretrainRecipe dense, double sparsity)
    {
        var rank = new RankHeadsRecipe { Parent = dense.Id, Data = Stages.Data, Images = arguments.Batch };
        stages.Run(rank, arguments.Batch);
        var soft = new SoftPruneRecipe
        {
            Parent = rank.Id,
            Weights = dense.Id,
            Data = Stages.Data,
            Training = stages.Training(1),
            Sparsity = sparsity,
            Rho = 0.01,
            Lambda = 1e-4,
        };
        stages.Run(soft, arguments.Batch);
        return HardPrune(stages, soft.Id, PruningMethod.Gohsp, sparsity);
    }

    private static StageId Vtp(Stages stages, PretrainRecipe dense, double sparsity)
    {
        var gated = stages.Read(dense.Id).WithGates();
        var random = new SeededRandom(0, "gates");
        foreach (ref var gate in gated.Values.AsSpan(gated.Layout.WeightLength))
        {
            gate = (float)random.NextDouble();
        }

        var sparse = new SparseTrainRecipe { Parent = dense.Id, Data = Stages.Data, Training = stages.Training(1), Lambda = 1e-4 };
        stages.Put(sparse.Id, gated);
        return HardPrune(stages, sparse.Id, PruningMethod.Vtp, sparsity);
    }

    private static StageId HardPrune(Stages stages, StageId parent, PruningMethod method, double sparsity)
    {
        var recipe = new HardPruneRecipe { Parent = parent, Method = method, Sparsity = sparsity };
        stages.Run(recipe, 1);
        return recipe.Id;
    }

    private static void Measure(Arguments arguments, Stages stages, StageId dense, StageId pruned, string subject, Report report)
    {
        var recipe = new BenchmarkRecipe { Parent = pruned, Dense = dense, DeviceModel = "cpu", Runs = arguments.Pairs(50, 10), WarmUp = arguments.IsLarge ? 1 : 5 };
        var result = stages.Run(recipe, 1).Benchmark!;
        foreach (var batch in result.Batches)
        {
            report.Add(new Row
            {
                Bench = "inference",
                Net = arguments.Net,
                Subject = subject,
                Peer = "dense",
                Batch = batch.Batch,
                Threads = result.Threads,
                Pairs = recipe.Runs,
                SubjectSeconds = batch.Net.P50,
                PeerSeconds = batch.Dense.P50,
                Ratio = 1 / batch.SpeedUp,
                FlopsRatio = result.FlopsRatio,
                SubjectMemory = batch.Net.PeakMemory,
                PeerMemory = batch.Dense.PeakMemory,
            });
        }
    }
}
