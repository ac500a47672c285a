namespace Sweep.Planning;

public sealed class TrialOutlookTests
{
    [Fact]
    public void Grid_IsKnownWhole()
    {
        var outlook = TrialOutlook.Of(SpecText.Spec);

        Assert.Equal((18, 18, null), (outlook.Trials, outlook.Plan.Trials.Count, outlook.Chooser));
    }

    [Theory]
    [InlineData("search: { algorithm: grid, trials: 4 }", 4)]
    [InlineData("search: { algorithm: grid, trials: 400 }", 18)]
    [InlineData("search: { algorithm: grid, trials: 4 }\nlimits: { trials: 3 }", 3)]
    public void Grid_EndsAtTheLeastLimit(string search, int trials)
    {
        var outlook = TrialOutlook.Of(SweepSpecReader.Read(SpecText.With("search:   { algorithm: grid }", search), "sweep.yaml"));

        Assert.Equal((trials, trials), (outlook.Trials, outlook.Plan.Trials.Count));
        Assert.Equal(outlook.Plan.Paths.SelectMany(trial => trial.Stages).DistinctBy(stage => stage.Id).Sum(stage => stage.Epochs), outlook.Plan.EpochsNeeded);
    }

    [Fact]
    public void Search_IsKnownByItsNumberAlone()
    {
        var outlook = TrialOutlook.Of(SweepSpecReader.Read(SpecText.With("search:   { algorithm: grid }", "search: { algorithm: random, trials: 40 }"), "sweep.yaml"));

        Assert.Equal((40, 0, SearchAlgorithm.Random), (outlook.Trials, outlook.Plan.Trials.Count, outlook.Chooser));
        Assert.Equal(6, outlook.Plan.EpochsNeeded);
    }
}
