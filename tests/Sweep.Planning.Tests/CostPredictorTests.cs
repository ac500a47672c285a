using System.Globalization;
using Sweep.Recipes;

namespace Sweep.Planning;

public sealed class CostPredictorTests
{
    private const string Photographs = "{ name: photographs, imageSize: 224, validation: 2000, folder: { classes: 1000, trainingImages: 50000, testImages: 5000 } }";

    private static CostPredictor Predictor(string preset, string more = "") => new(Spec(preset, more));

    private static SweepSpec Spec(string preset, string more) => SweepSpecReader.Read(
        SpecText.Sound
            .Replace("vit-nano-28", preset, StringComparison.Ordinal)
            .Replace("{ name: fashion-mnist, validation: 5000 }", preset.StartsWith("deit", StringComparison.Ordinal) ? Photographs : "{ name: fashion-mnist, validation: 5000 }", StringComparison.Ordinal)
            + "\n" + more + "\n",
        "sweep.yaml");

    private static TrialSettings Settings(PruningMethod method, double sparsity, BudgetTarget? target = null) =>
        new() { Method = method, Sparsity = sparsity, Target = target };

    public static TheoryData<PruningMethod> Structured => [.. Enum.GetValues<PruningMethod>().Where(MethodTraits.IsStructured)];

    /// <summary>The integers of the DeiT papers' nets. vit-nano-28 by hand: 16·49·64 + 4·(17·32,768 + 17²·128) + 640 Flops.</summary>
    [Theory]
    [InlineData("vit-nano-28", 139_018, 2_427_008)]
    [InlineData("deit-tiny", 5_717_416, 1_253_683_200)]
    [InlineData("deit-small", 22_050_664, 4_598_882_304)]
    [InlineData("deit-base", 86_567_656, 17_563_828_224)]
    public void Dense_CostsWhatThePapersCount(string preset, long parameters, long flops)
    {
        Assert.Equal(new DenseCosts(parameters, flops), Predictor(preset).Dense);
        var whole = Predictor(preset).Predict(Settings(PruningMethod.Gohsp, 0));
        Assert.Equal((parameters, flops, true), (whole.Parameters.Value, whole.Flops.Value, whole.Parameters.IsExact && whole.Flops.IsExact));
    }

    [Theory]
    [MemberData(nameof(Structured))]
    public void Value_IsTheBudgetItself(PruningMethod method)
    {
        foreach (var preset in new[] { "vit-nano-28", "deit-tiny", "deit-small" })
        {
            var predictor = Predictor(preset);
            foreach (var sparsity in new[] { 0.2, 0.35, 0.6 })
            {
                var (parameters, flops) = (predictor.Predict(Settings(method, sparsity)), predictor.Predict(Settings(method, sparsity, BudgetTarget.Flops)));

                Assert.InRange(parameters.Parameters.Value / (double)predictor.Dense.Parameters, 1 - sparsity - 0.005, 1 - sparsity + 0.005);
                Assert.InRange(flops.Flops.Value / (double)predictor.Dense.Flops, 1 - sparsity - 0.005, 1 - sparsity + 0.005);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Structured))]
    public void Bounds_HoldTheValue_AndCloseAtNoSparsity(PruningMethod method)
    {
        foreach (var scope in method == PruningMethod.S2vite ? ["perLayer"] : new[] { "perLayer", "global" })
        {
            var predictor = Predictor("vit-nano-28", $"budget: {{ scope: {scope} }}");
            foreach (var target in Enum.GetValues<BudgetTarget>())
            {
                foreach (var cost in new[] { 0, 0.1, 0.4, 0.7 }.Select(sparsity => predictor.Predict(Settings(method, sparsity, target))).SelectMany(costs => new[] { costs.Parameters, costs.Flops }))
                {
                    Assert.InRange(cost.Value, cost.Lowest, cost.Highest);
                    Assert.InRange(cost.Lowest, 1, long.MaxValue);
                }

                Assert.Equal(predictor.Dense.Flops, predictor.Predict(Settings(method, 0, target)).Flops.Lowest);
            }
        }
    }

    [Fact]
    public void MethodsWhoseLayersLoseTheSame_AreExact()
    {
        var exact = new[] { PruningMethod.Gohsp, PruningMethod.Somp, PruningMethod.Sgmp, PruningMethod.Taylor, PruningMethod.Ssp, PruningMethod.S2vite, PruningMethod.Random };
        var (layers, competing) = (Predictor("vit-nano-28"), Predictor("vit-nano-28", "somp: { scope: global }"));

        Assert.All(exact, method => Assert.True(layers.Predict(Settings(method, 0.4)) is { Flops.IsExact: true, Parameters.IsExact: true }));
        Assert.False(layers.Predict(Settings(PruningMethod.Vtp, 0.4)).Flops.IsExact);
        Assert.False(competing.Predict(Settings(PruningMethod.Somp, 0.4)).Flops.IsExact);
        Assert.True(competing.Predict(Settings(PruningMethod.Taylor, 0.4)).Flops.IsExact);
    }

    /// <summary>Zeros are counted as parameters, as the objectives count them.</summary>
    [Theory]
    [InlineData(PruningMethod.Omp)]
    [InlineData(PruningMethod.Gmp)]
    public void Unstructured_KeepsItsShape(PruningMethod method)
    {
        var predictor = Predictor("deit-tiny");

        var costs = predictor.Predict(Settings(method, 0.4));

        Assert.Equal((PredictedCost.Exact(predictor.Dense.Parameters), PredictedCost.Exact(predictor.Dense.Flops)), (costs.Parameters, costs.Flops));
        Assert.Equal(2_286_966, costs.Zeros); // 0.4 · 5,717,416 = 2,286,966.4
    }

    /// <summary>No allocation of DeiT-S's parameters at 50 % costs 2.81 G, as a table of GOHSP's says (arXiv 2301.05345).</summary>
    [Fact]
    public void Bounds_ShowThatGohspsTableCannotBe()
    {
        var costs = Predictor("deit-small", "budget: { scope: global }").Predict(Settings(PruningMethod.Gohsp, 0.5));

        Assert.InRange(costs.Flops.Highest, costs.Flops.Value, 2_810_000_000 - 1);
        Assert.InRange(costs.Flops.Lowest, 1_900_000_000, costs.Flops.Value);
    }

    /// <summary>VTP's published pair at 40 %, 48.0 M and 10.0 G for DeiT-B (arXiv 2104.08500): the bounds for its parameters say the same Flops.</summary>
    [Fact]
    public void Bounds_HoldWhatVtpPublished()
    {
        var costs = Predictor("deit-base").Predict(Settings(PruningMethod.Vtp, 1 - 48.0 / 86.567656));

        Assert.Equal(("10.0", "10.0"), (Giga(costs.Flops.Lowest), Giga(costs.Flops.Highest)));

        static string Giga(long flops) => (flops / 1e9).ToString("0.0", CultureInfo.InvariantCulture);
    }
}
