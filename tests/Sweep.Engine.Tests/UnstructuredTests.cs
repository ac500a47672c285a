using Sweep.Engine.Pruning;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Tests;

public sealed class UnstructuredTests : IDisposable
{
    private static readonly PretrainRecipe s_pretrain = new() { Shape = TestNets.WideShape, Data = StageBench.Data, Training = StageBench.Training };

    private static readonly HardPruneRecipe s_omp = new() { Parent = s_pretrain.Id, Method = PruningMethod.Omp, Sparsity = 0.6 };

    private readonly StageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    private static FineTuneRecipe FineTune(StageId parent, int? from = null, int? to = null) => new()
    {
        Parent = parent,
        Data = StageBench.Data,
        Training = StageBench.Training with { From = from, To = to, WeightDecay = 0.3 },
    };

    private (Net Net, WeightMask Mask) Read(StageRecipe recipe)
    {
        var net = ModelFolder.Read(_bench.Folder(recipe));
        return (net, WeightMask.Read(_bench.Folder(recipe), net.Layout));
    }

    private static void AssertZerosUnder(WeightMask mask, Net net) =>
        Assert.All(Enumerable.Range(0, net.Values.Length).Where(i => mask.Kept[i] == 0), i => Assert.Equal(0, net.Values[i]));

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    [InlineData(0.6)]
    [InlineData(0.8)]
    public void Every_matrix_loses_the_same_fraction_and_its_smallest_weights(double sparsity)
    {
        var net = TestNets.Random(TestNets.WideShape, 1);

        var mask = UnstructuredPruner.Plan(net, sparsity, PruningScope.PerLayer);

        Assert.Equal((long)Math.Round(sparsity * net.Values.Length), mask.Zeros);
        var matrices = WeightMask.Prunable(net.Layout);
        var fraction = (double)mask.Zeros / matrices.Sum(entry => entry.Length);
        foreach (var entry in matrices)
        {
            var places = Enumerable.Range(entry.Offset, entry.Length).ToLookup(i => mask.Kept[i]);
            Assert.InRange(places[0].Count() - fraction * entry.Length, -1, 1);
            Assert.True(places[0].Select(i => Math.Abs(net.Values[i])).DefaultIfEmpty(0).Max()
                <= places[1].Min(i => Math.Abs(net.Values[i])));
        }

        Assert.Equal(mask.Zeros, matrices.Sum(entry => Enumerable.Range(entry.Offset, entry.Length).Count(i => mask.Kept[i] == 0)));
    }

    [Fact]
    public void Globally_all_matrices_compete_by_magnitude_over_their_mean()
    {
        var net = TestNets.Random(TestNets.WideShape, 2);
        foreach (ref var value in net[Name.Fc1Weight(0)])
        {
            value *= 100; // a matrix's scale must not count
        }

        var mask = UnstructuredPruner.Plan(net, 0.5, PruningScope.Global);

        Assert.Equal((long)Math.Round(0.5 * net.Values.Length), mask.Zeros);
        double Relative(ParameterEntry entry, int i) => Math.Abs(net.Values[i]) / net[entry.Name].ToArray().Average(value => Math.Abs((double)value));
        var scored = WeightMask.Prunable(net.Layout)
            .SelectMany(entry => Enumerable.Range(entry.Offset, entry.Length).Select(i => (Kept: mask.Kept[i], Score: Relative(entry, i))))
            .ToLookup(weight => weight.Kept, weight => weight.Score);
        Assert.True(scored[0].Max() <= scored[1].Min() + 1e-6);
        var lost = Enumerable.Range(net.Layout[Name.Fc1Weight(0)].Offset, net.Layout[Name.Fc1Weight(0)].Length).Count(i => mask.Kept[i] == 0);
        Assert.True(lost > 100);
    }

    [Fact]
    public void Of_equal_magnitudes_the_lower_number_stays()
    {
        var layout = ParameterLayout.Of(TestNets.Shape);
        var values = new float[layout.Length];
        values.AsSpan().Fill(0.5f);

        var mask = UnstructuredPruner.Plan(new Net(layout, values), 0.3, PruningScope.PerLayer);

        Assert.Equal((long)Math.Round(0.3 * layout.Length), mask.Zeros);
        foreach (var entry in WeightMask.Prunable(layout))
        {
            var kept = Enumerable.Range(entry.Offset, entry.Length).Select(i => mask.Kept[i]).ToList();
            Assert.Equal(kept.OrderDescending(), kept);
        }
    }

    [Fact]
    public void More_zeros_than_prunable_weights_are_unreachable_and_the_largest_sparsity_is_named()
    {
        var net = TestNets.Random(TestNets.WideShape, 3);
        var largest = (double)WeightMask.Prunable(net.Layout).Sum(entry => (long)entry.Length) / net.Values.Length;
        UnstructuredPruner.Plan(net, largest - 1e-6, PruningScope.Global);

        var fault = Assert.Throws<StageFaultException>(() => UnstructuredPruner.Plan(net, largest + 0.01, PruningScope.Global));

        Assert.Equal(FailureReason.UnreachableSparsity, fault.Reason);
        Assert.Contains(FormattableString.Invariant($"{largest:0.0000}"), fault.Message);
    }

    [Fact]
    public void A_mask_survives_its_file_and_a_damaged_one_is_named()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["mask"]);
        var net = TestNets.Random(TestNets.Shape, 5);
        var mask = UnstructuredPruner.Plan(net, 0.5, PruningScope.PerLayer);
        Assert.Null(WeightMask.Find(folder["mask"], net.Layout));

        mask.Write(folder["mask"]);

        Assert.Equal(mask.Kept, WeightMask.Find(folder["mask"], net.Layout)!.Kept);
        var other = Assert.Throws<StageFaultException>(() => WeightMask.Read(folder["mask"], ParameterLayout.Of(TestNets.WideShape)));
        Assert.Equal(FailureReason.DamagedArtifact, other.Reason);
        Assert.Contains(WeightMask.File, other.Message);
        File.WriteAllBytes(Path.Combine(folder["mask"], WeightMask.File), [1, 2, 3]);
        Assert.Equal(FailureReason.DamagedArtifact, Assert.Throws<StageFaultException>(() => WeightMask.Find(folder["mask"], net.Layout)).Reason);
    }

    [Fact]
    public void One_shot_zeros_stay_zero_through_fine_tuning_and_are_no_savings()
    {
        _bench.Run(s_pretrain);
        var hard = _bench.Run(s_omp);
        var tuned = FineTune(s_omp.Id);
        _bench.Run(tuned);
        var evaluation = _bench.Run(new EvaluateRecipe { Parent = tuned.Id, Data = StageBench.Data }).Evaluation!;
        var dense = _bench.Run(new EvaluateRecipe { Parent = s_pretrain.Id, Data = StageBench.Data }).Evaluation!;

        var ((cut, mask), (net, passedOn)) = (Read(s_omp), Read(tuned));
        Assert.Equal(ViTCost.Parameters(TestNets.WideShape), hard.Surgery!.CountedParameters);
        Assert.Equal(hard.Surgery.FlopsBefore, hard.Surgery.FlopsAfter);
        Assert.True(hard.Surgery.LargestLogitDifference < 1e-5);
        Assert.Equal(mask.Kept, passedOn.Kept);
        AssertZerosUnder(mask, cut);
        AssertZerosUnder(mask, net);
        Assert.True(Enumerable.Range(0, net.Values.Length).Count(i => net.Values[i] != cut.Values[i]) > net.Values.Length / 4, "the rest must learn");
        Assert.Equal((long)Math.Round(0.6 * net.Values.Length), evaluation.Zeros);
        Assert.Equal((dense.Parameters, dense.Flops), (evaluation.Parameters, evaluation.Flops));
        Assert.Null(dense.Zeros);
    }

    [Fact]
    public void Parts_of_a_masked_schedule_equal_the_whole()
    {
        _bench.Run(s_pretrain);
        _bench.Run(s_omp);
        var (whole, first) = (FineTune(s_omp.Id), FineTune(s_omp.Id, 0, 1));
        var second = FineTune(first.Id, 1, 4);
        _bench.Run(whole);
        _bench.Run(first);
        _bench.Run(second);

        Assert.Equal(_bench.Weights(whole), _bench.Weights(second));
        Assert.Equal(Read(whole).Mask.Kept, Read(second).Mask.Kept);
    }

    [Fact]
    public void Gradual_zeros_are_handed_on_as_they_are()
    {
        _bench.Run(s_pretrain);
        var gradual = new GradualPruneRecipe
        {
            Parent = s_pretrain.Id,
            Data = StageBench.Data,
            Training = StageBench.Training,
            Sparsity = 0.6,
            Unstructured = true,
            Updates = 5,
        };
        _bench.Run(gradual);
        var hard = s_omp with { Parent = gradual.Id, Method = PruningMethod.Gmp };

        _bench.Run(hard);

        Assert.Equal(Read(gradual).Mask.Kept, Read(hard).Mask.Kept);
        Assert.Equal(_bench.Weights(gradual), _bench.Weights(hard));
        var other = Assert.Throws<StageFaultException>(() => _bench.Run(hard with { Sparsity = 0.5 }));
        Assert.Equal(FailureReason.InvalidRecipe, other.Reason);
        Assert.Contains("0.6000", other.Message);
        Assert.Equal(
            FailureReason.DamagedArtifact,
            Assert.Throws<StageFaultException>(() => _bench.Run(hard with { Parent = s_pretrain.Id })).Reason);
    }
}
