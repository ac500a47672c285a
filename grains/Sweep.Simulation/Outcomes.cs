using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Simulation;

/// <summary>What a simulated stage finds out, as a function of the path of recipes to it: whoever runs it, and whenever, it finds the same.</summary>
internal sealed class Outcomes(SweepSpec spec, AccuracySurface surface, long seed, IReadOnlyDictionary<StageId, TrialMetrics> measured)
{
    private const string Simulated = "simulated";

    private readonly long _parameters = ViTCost.Parameters(ImageSet.DenseShape(spec));
    private readonly long _flops = ViTCost.Flops(ImageSet.DenseShape(spec));

    /// <param name="path">From the root to the stage.</param>
    /// <param name="seconds">What its last attempt took.</param>
    public StageResult Of(IReadOnlyList<StageRecipe> path, double seconds)
    {
        var stage = path[^1];
        return new StageResult
        {
            Stage = stage.Id,
            Evaluation = stage is EvaluateRecipe ? measured.TryGetValue(stage.Id, out var known) ? FromTable(known) : FromSurface(path) : null,
            Benchmark = stage is BenchmarkRecipe benchmark ? Speed(path, benchmark) : null,
            Provenance = new Provenance { Device = Simulated, Threads = 1, Torch = Simulated, Engine = Simulated, Seconds = seconds },
        };
    }

    private static Evaluation FromTable(TrialMetrics known) => new()
    {
        Accuracy = known.Accuracy,
        TestAccuracy = known.TestAccuracy,
        Loss = -Math.Log(Math.Max(known.Accuracy, 1e-6)),
        Parameters = known.Parameters,
        Flops = known.Flops,
        Zeros = known.Zeros,
    };

    private Evaluation FromSurface(IReadOnlyList<StageRecipe> path)
    {
        var sparsity = Sparsity(path);
        var method = path.OfType<HardPruneRecipe>().Select(cut => cut.Method.ToString()).LastOrDefault() ?? "";
        var epochs = path.Sum(stage => stage.Epochs);
        var severity = 0.7 + (0.6 * new Draws(seed, $"method {method}").NextDouble());
        var draws = new Draws(seed, $"outcome {path[^1].Id}");
        var clean = (surface.Dense * (1 - Math.Exp(-epochs / surface.Patience))) - (surface.Loss * severity * Math.Pow(sparsity / (1 - sparsity), 1.5));
        return new Evaluation
        {
            Accuracy = Math.Clamp(clean + (surface.Noise * draws.NextNormal()), 0.01, 1),
            TestAccuracy = Math.Clamp(clean + (surface.Noise * draws.NextNormal()), 0.01, 1),
            Loss = -Math.Log(Math.Clamp(clean, 0.01, 0.999)),
            Parameters = (long)Math.Round(_parameters * (1 - sparsity)),
            Flops = (long)Math.Round(_flops * (1 - sparsity)),
        };
    }

    /// <summary>As fast as the Flops say, which real nets are not.</summary>
    private static BenchmarkResult Speed(IReadOnlyList<StageRecipe> path, BenchmarkRecipe recipe)
    {
        var ratio = 1 / (1 - Sparsity(path));
        var dense = new PassTiming { P50 = 0.01, P95 = 0.011, Throughput = 100 };
        return new BenchmarkResult
        {
            DeviceModel = recipe.DeviceModel,
            Threads = 1,
            FlopsRatio = ratio,
            Batches = [new BatchBenchmark { Batch = 1, Dense = dense, Net = new PassTiming { P50 = 0.01 / ratio, P95 = 0.011 / ratio, Throughput = 100 * ratio }, SpeedUp = ratio }],
        };
    }

    private static double Sparsity(IReadOnlyList<StageRecipe> path) => path.OfType<HardPruneRecipe>().Select(cut => cut.Sparsity).LastOrDefault();
}
