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
        Assert.NotEmpty(ExperimentPlanner.Plan(spec).Trials);
    }

    /// <summary>
    /// Counted by hand. For example reduced/gohsp-table-2: 3 dense nets of 5 epochs, 9 SoftPrune of 4, 9 DynamicSparse of 5 + 1 (4 × 20,000
    /// images are about one epoch of 55,000), 27 FineTune of 4, and 4 more
    /// after each of the 9 cuts that had no training before.
    /// </summary>
    [Theory]
    [InlineData("vtp-table-1", 6, 100 + 3 * 100 + 6 * 100)]
    [InlineData("vtp-table-2", 2, 100 + 100 + 2 * 100)]
    [InlineData("vtp-table-3", 2, 100 + 2 * 100)]
    [InlineData("gohsp-table-2", 12, 6 * 150 + 12 * 150 + 6 * 150)]
    [InlineData("gohsp-table-2-tiny", 6, 3 * 150 + 6 * 150 + 3 * 150)]
    [InlineData("reduced/vtp-table-1", 18, 3 * 5 + 9 * 4 + 18 * 4)]
    [InlineData("reduced/vtp-table-2", 6, 3 * 5 + 3 * 4 + 6 * 4)]
    [InlineData("reduced/vtp-table-3", 6, 3 * 5 + 3 * 4 + 6 * 4)]
    [InlineData("reduced/gohsp-table-1", 18, 3 * 5 + 12 * 4 + 18 * 4 + 6 * 4)]
    [InlineData("reduced/gohsp-table-2", 27, 3 * 5 + 9 * 4 + 9 * 6 + 27 * 4 + 9 * 4)]
    [InlineData("reduced/all-methods", 216, 3 * 5 + (24 + 3 + 24 + 12) * 4 + 24 * 6 + 216 * 4 + (4 * 24 + 12) * 4)]
    public void Sample_PlansItsTable(string sample, int trials, int epochs)
    {
        var plan = Plan(sample);

        Assert.Equal((trials, epochs), (plan.Trials.Count, plan.EpochsNeeded));
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
