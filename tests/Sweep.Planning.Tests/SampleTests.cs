using System.Globalization;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>Every file under samples/ is sound, and plans what its opening lines promise.</summary>
public sealed class SampleTests
{
    private static readonly string[] s_reducedTables =
        ["reduced/vtp-table-1", "reduced/vtp-table-2", "reduced/vtp-table-3", "reduced/gohsp-table-1", "reduced/gohsp-table-2"];

    public static TheoryData<string> Files
    {
        get
        {
            var folder = SpecText.Sample("");
            var files = Directory.GetFiles(folder, "*.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file));
            return [.. files.Order(StringComparer.Ordinal)];
        }
    }

    private static SweepSpec Read(string sample) => SweepSpecReader.ReadFile(SpecText.Sample(sample));

    private static ExperimentPlan Plan(string sample) => ExperimentPlanner.Plan(Read(sample + ".yaml"));

    private static IEnumerable<StageRecipe> Stages(ExperimentPlan plan) => plan.Paths.SelectMany(path => path.Stages).DistinctBy(stage => stage.Id);

    [Theory]
    [MemberData(nameof(Files))]
    public void Sample_IsSoundAndHasTrials(string sample)
    {
        var spec = Read(sample);

        Assert.Empty(SweepSpecValidator.Check(spec));
        Assert.True(spec.Search.Algorithm != SearchAlgorithm.Grid || ExperimentPlanner.Plan(spec).Trials.Count > 0);
    }

    /// <summary>Counted by hand: the dense nets, the training before the cuts, the training after them.</summary>
    [Theory]
    [InlineData("vtp-table-1", 6, 100 + 3 * 100 + 6 * 100)]
    [InlineData("vtp-table-2", 2, 100 + 100 + 2 * 100)]
    [InlineData("vtp-table-3", 2, 100 + 2 * 100)]
    [InlineData("gohsp-table-1", 18, 3 * 100 + 12 * 100 + 18 * 100 + 6 * 100)]
    [InlineData("gohsp-table-2", 12, 6 * 150 + 12 * 150 + 6 * 150)]
    [InlineData("gohsp-table-2-tiny", 6, 3 * 150 + 6 * 150 + 3 * 150)]
    public void Sample_PlansItsTable(string sample, int trials, int epochs)
    {
        var plan = Plan(sample);

        Assert.Equal((trials, epochs), (plan.Trials.Count, plan.EpochsNeeded));
    }

    /// <summary>The settings of the tables, over three seeds each. How long they train is tuned, and not the table's.</summary>
    [Theory]
    [InlineData("reduced/vtp-table-1", "vtp", "0.2 0.4", 18)]
    [InlineData("reduced/vtp-table-2", "vtp", "0.2 0.4", 6)]
    [InlineData("reduced/vtp-table-3", "vtp", "0.2 0.4", 6)]
    [InlineData("reduced/gohsp-table-1", "somp sgmp gohsp", "0.4 0.8", 18)]
    [InlineData("reduced/gohsp-table-2", "ssp s2vite gohsp", "0.3 0.35 0.5", 27)]
    [InlineData("reduced/all-methods", "gohsp vtp somp omp sgmp gmp taylor ssp s2vite random", "0.2 0.4 0.6 0.8", (8 * 2 + 2) * 4 * 3)]
    public void ReducedSample_HasTheSettingsOfItsTable(string sample, string methods, string sparsities, int trials)
    {
        var settings = Plan(sample).Trials.Select(trial => trial.Settings!).ToList();

        Assert.Equal(trials, settings.Count);
        Assert.Equal(methods, string.Join(' ', settings.Select(trial => trial.Method.ToString().ToLowerInvariant()).Distinct()));
        Assert.Equal(sparsities, string.Join(' ', settings.Select(trial => trial.Sparsity.ToString(CultureInfo.InvariantCulture)).Distinct()));
        Assert.Equal([0L, 1L, 2L], settings.Select(trial => trial.Seed!.Value).Distinct());
    }

    /// <summary>At about 0.23 core-milliseconds an image and epoch, 13 million are 25 minutes on two cores.</summary>
    [Fact]
    public void ReducedTables_TogetherAreOfMinutes()
    {
        var images = s_reducedTables.SelectMany(sample => Stages(Plan(sample))).DistinctBy(stage => stage.Id)
            .Sum(stage => (long)stage.Epochs * (Training(stage)?.ImagesPerEpoch ?? 55_000));

        Assert.InRange(images, 1_000_000, 13_000_000);
    }

    [Fact]
    public void ReducedTables_ShareTheirDenseNets()
    {
        var dense = s_reducedTables.Append("reduced/all-methods").Select(sample => Plan(sample).DenseSeeds.Select(path => path.Evaluate.Id)).ToList();

        Assert.All(dense, ids => Assert.Equal(dense[0], ids));
        Assert.Equal(3, dense[0].Count());
    }

    [Fact]
    public void TablesOfVtp_ShareWhatTheyHaveInCommon() =>
        Assert.Subset(Stages(Plan("vtp-table-1")).Select(stage => stage.Id).ToHashSet(), Stages(Plan("vtp-table-2")).Select(stage => stage.Id).ToHashSet());

    [Fact]
    public void AllMethods_HasAllMethods() =>
        Assert.Equal(Enum.GetValues<PruningMethod>(), Plan("reduced/all-methods").Trials.Select(trial => trial.Settings!.Method).Distinct().Order());

    private static TrainingRecipe? Training(StageRecipe stage) => stage switch
    {
        PretrainRecipe pretrain => pretrain.Training,
        SoftPruneRecipe soft => soft.Training,
        SparseTrainRecipe sparse => sparse.Training,
        GradualPruneRecipe gradual => gradual.Training,
        DynamicSparseRecipe dynamic => dynamic.Training,
        FineTuneRecipe fineTune => fineTune.Training,
        _ => null,
    };
}
