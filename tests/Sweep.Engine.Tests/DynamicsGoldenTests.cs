using Sweep.Recipes;

namespace Sweep.Engine.Tests;

/// <summary>
/// Methods that prune while they train, from end to end. A golden loss that changes means another answer for the same recipe: raise the
/// kind's version.
/// </summary>
public sealed class DynamicsGoldenTests : IDisposable
{
    private static readonly TrainingRecipe s_training = StageBench.Training with { ImagesPerEpoch = null };

    private static readonly PretrainRecipe s_pretrain = new() { Shape = TestNets.WideShape, Data = StageBench.Data, Training = s_training };

    private static readonly GradualPruneRecipe s_gradual = new()
    {
        Parent = s_pretrain.Id,
        Data = StageBench.Data,
        Training = s_training,
        Sparsity = 0.5,
        Updates = 10,
    };

    private static readonly DynamicSparseRecipe s_dynamic = new()
    {
        Shape = TestNets.WideShape,
        Data = StageBench.Data,
        Training = s_training,
        Sparsity = 0.5,
        Updates = 10,
    };

    private readonly StageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    public static TheoryData<PruningMethod, double[]> Losses => new()
    {
        { PruningMethod.Sgmp, [0.46980, 0.35489, 0.31618, 0.31546] },
        { PruningMethod.Gmp, [0.45485, 0.39451, 0.36257, 0.36585] },
        { PruningMethod.S2vite, [0.95264, 0.71210, 0.62484, 0.61101] },
    };

    private static StageRecipe Training(PruningMethod method) => method == PruningMethod.S2vite
        ? s_dynamic
        : s_gradual with { Unstructured = method == PruningMethod.Gmp };

    [Theory]
    [MemberData(nameof(Losses))]
    public void The_losses_are_those_of_version_1(PruningMethod method, double[] expected)
    {
        var recipe = Training(method);
        _bench.Run(s_pretrain);

        var losses = _bench.Run(recipe).Curve!.Select(record => record.Loss).ToList();

        Assert.Equal(1, recipe.Version);
        Assert.Equal(expected.Length, losses.Count);
        Assert.True(
            losses.Zip(expected).All(pair => Math.Abs(pair.First - pair.Second) < 1e-3),
            string.Join(", ", losses.Select(loss => FormattableString.Invariant($"{loss:0.00000}"))));
    }

    [Theory]
    [InlineData(PruningMethod.Omp)]
    [InlineData(PruningMethod.Gmp)]
    [InlineData(PruningMethod.Sgmp)]
    [InlineData(PruningMethod.S2vite)]
    public void A_small_net_still_knows_the_shades_when_half_is_gone(PruningMethod method)
    {
        StageRecipe parent = method == PruningMethod.Omp ? s_pretrain : Training(method);
        var hard = new HardPruneRecipe { Parent = parent.Id, Method = method, Sparsity = 0.5 };
        var tuned = new FineTuneRecipe { Parent = hard.Id, Data = StageBench.Data, Training = s_training };
        var evaluate = new EvaluateRecipe { Parent = tuned.Id, Data = StageBench.Data };
        StageRecipe[] path = [s_pretrain, parent, hard, tuned];
        Assert.All(path.DistinctBy(recipe => recipe.Id), recipe => _bench.Run(recipe));

        var evaluation = _bench.Run(evaluate).Evaluation!;

        var dense = ViTCost.Parameters(TestNets.WideShape);
        var left = evaluation.Parameters - (evaluation.Zeros ?? 0);
        Assert.InRange(left / (double)dense, 0.495, 0.505);
        Assert.Equal(method is PruningMethod.Omp or PruningMethod.Gmp, evaluation.Parameters == dense);
        Assert.True(evaluation.Accuracy > 0.8, $"{method}: accuracy {evaluation.Accuracy}");
    }
}
