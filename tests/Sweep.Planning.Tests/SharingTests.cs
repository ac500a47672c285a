using System.Text.RegularExpressions;
using Sweep.Recipes;

namespace Sweep.Planning;

public sealed partial class SharingTests
{
    private static readonly SweepSpec s_shared = SpecText.Spec;

    private static readonly SweepSpec s_alone = SpecText.Spec with { Sharing = Sharing.Off };

    [Fact]
    public void Off_IsReadFromTheFile_AndOnIsTheDefault()
    {
        Assert.Equal(Sharing.On, s_shared.Sharing);
        Assert.Equal(Sharing.Off, SweepSpecReader.Read(SpecText.With("seed: 7", "sharing: off"), "sweep.yaml").Sharing);
        Assert.Equal(s_alone, SweepSpecReader.Read(CanonicalJson.Serialize(s_alone), "spec.json"), (a, b) => CanonicalJson.Serialize(a) == CanonicalJson.Serialize(b));
        var fault = Assert.Single(SpecText.Faults(SpecText.With("seed: 7", "sharing: no")));
        Assert.Equal("sharing: must be one of on, off, but is 'no'; did you mean 'on'?", $"{fault.Path}: {fault.Rule}");
    }

    [Fact]
    public void Off_NeedsEveryEpochThatIsAsked()
    {
        var (shared, alone) = (ExperimentPlanner.Plan(s_shared), ExperimentPlanner.Plan(s_alone));

        Assert.Equal(shared.EpochsAsked, alone.EpochsAsked);
        Assert.True(shared.EpochsNeeded < alone.EpochsNeeded);
        Assert.Equal(alone.EpochsAsked, alone.EpochsNeeded);
        Assert.All(StageTree.Of(alone).Stages, node => Assert.True(
            node.Trials.Count == 1 || node.Trials.SequenceEqual([TrialPlanner.DenseId, alone.Trials[0].Id]), string.Join(' ', node.Trials)));
    }

    [Fact]
    public void Off_ChangesNothingThatIsComputed()
    {
        var (shared, alone) = (ExperimentPlanner.Plan(s_shared), ExperimentPlanner.Plan(s_alone));

        Assert.Equal(shared.Paths.Select(Computed), alone.Paths.Select(Computed));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Off_HoldsForWhateverIsPlanned(int seed)
    {
        var spec = RandomSpec.Next(new Random(seed));
        var (shared, alone) = (ExperimentPlanner.Plan(spec), ExperimentPlanner.Plan(spec with { Sharing = Sharing.Off }));

        Assert.Equal(shared.Paths.Select(Computed), alone.Paths.Select(Computed));
        var ids = alone.Trials.SelectMany(trial => trial.Stages).Select(stage => stage.Id).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.DoesNotContain(shared.Paths.SelectMany(path => path.Stages), stage => ids.Contains(stage.Id));
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(0, 20)];

    [Fact]
    public void Off_FindsItsOwnStagesAgain_AndNoOthers()
    {
        var ids = Ids(s_alone);

        Assert.Equal(ids, Ids(s_alone with { Parallelism = 1, Priority = 3 }));
        Assert.Empty(ids.Intersect(Ids(s_alone with { Name = "another" })));
    }

    [Fact]
    public void Owner_IsPartOfWhatARecipeIs()
    {
        var recipe = ExperimentPlanner.Plan(s_shared).Dense.Stages[0];
        var owned = recipe with { Unshared = "a/t0001" };

        Assert.NotEqual(recipe, owned);
        Assert.NotEqual(recipe.Id, owned.Id);
        Assert.Equal(owned.Id, CanonicalJson.Deserialize<StageRecipe>(CanonicalJson.Serialize(owned)).Id);
        Assert.Equal(recipe.Id, (owned with { Unshared = null }).Id);
    }

    private static IReadOnlyList<StageId> Ids(SweepSpec spec) =>
        [.. ExperimentPlanner.Plan(spec).Paths.SelectMany(path => path.Stages).Select(stage => stage.Id).Distinct()];

    /// <summary>The recipes of a path with every id replaced by the stage's place, and no owner.</summary>
    private static string Computed(TrialPlan path) => string.Join('\n', path.Stages.Select(stage => StageIds().Replace(
        CanonicalJson.Serialize(stage with { Unshared = null }),
        id => path.Stages.Index().Single(other => other.Item.Id.Value == id.Value).Index.ToString(System.Globalization.CultureInfo.InvariantCulture))));

    [GeneratedRegex("[a-z]+-[0-9]+-[0-9a-z]{26}")]
    private static partial Regex StageIds();
}
