namespace Sweep.Planning;

public sealed class TrialOutlookTests
{
    private const string Grid = "search:   { algorithm: grid }";

    private static TrialOutlook Of(string search, Func<string, string>? change = null) =>
        TrialOutlook.Of(SweepSpecReader.Read((change ?? (text => text))(SpecText.With(Grid, search)), "sweep.yaml"));

    /// <summary>A continuum of sparsities in place of three.</summary>
    private static string Continuum(string text) => text.Replace("sparsity: { values: [0.2, 0.4, 0.6] }", "sparsity: { range: [0.2, 0.6] }", StringComparison.Ordinal);

    [Fact]
    public void Grid_IsKnownWhole()
    {
        var outlook = TrialOutlook.Of(SpecText.Spec);

        Assert.Equal((18, 18, null, true), (outlook.Trials, outlook.Plan.Trials.Count, outlook.Chooser, outlook.IsExact));
    }

    [Theory]
    [InlineData("search: { algorithm: grid, trials: 4 }", 4)]
    [InlineData("search: { algorithm: grid, trials: 400 }", 18)]
    [InlineData("search: { algorithm: grid, trials: 4 }\nlimits: { trials: 3 }", 3)]
    public void Grid_EndsAtTheLeastLimit(string search, int trials)
    {
        var outlook = Of(search);

        Assert.Equal((trials, trials), (outlook.Trials, outlook.Plan.Trials.Count));
        Assert.Equal(outlook.Plan.Paths.SelectMany(trial => trial.Stages).DistinctBy(stage => stage.Id).Sum(stage => stage.Epochs), outlook.Plan.EpochsNeeded);
    }

    [Theory]
    [InlineData("random")]
    [InlineData("sobol")]
    public void SearchThatDoesNotLearn_IsKnownWhole(string algorithm)
    {
        var outlook = Of($"search: {{ algorithm: {algorithm}, trials: 40 }}", Continuum);

        Assert.Equal((40, 40, 40, true), (outlook.Trials, outlook.Foreknown, outlook.Plan.Trials.Count, outlook.IsExact));
        Assert.Equal(40, outlook.Plan.Trials.Select(trial => trial.Settings).Distinct().Count());
        Assert.Equal(outlook.Plan.EpochsNeeded, outlook.EpochsAtMost);
    }

    [Theory]
    [InlineData("random")]
    [InlineData("sobol")]
    public void SearchOfAFiniteSpace_EndsWithIt(string algorithm)
    {
        var outlook = Of($"search: {{ algorithm: {algorithm}, trials: 40 }}", text => text.Replace("{ range: [1e-3, 1e-1], scale: log, count: 3,", "{ values: [1e-3, 1e-2],", StringComparison.Ordinal));

        Assert.Equal((6 + 6 + 3, true), (outlook.Trials, outlook.IsExact)); // gohsp with two ρ, vtp with two λ, somp, of three sparsities each
        Assert.Equal(15, outlook.Plan.Trials.Select(trial => trial.Settings).Distinct().Count());
    }

    [Theory]
    [InlineData("nsga2, population: 8", 8)]
    [InlineData("motpe", 10)]
    [InlineData("gp", 10)] // twice the four parameters, and two
    public void SearchThatLearns_IsKnownAsFarAsItLooksAtNothing(string algorithm, int known)
    {
        var outlook = Of($"search: {{ algorithm: {algorithm}, trials: 60 }}", Continuum);

        Assert.Equal((60, known, known, 60, false), (outlook.Trials, outlook.Foreknown, outlook.Known.Trials.Count, outlook.Plan.Trials.Count, outlook.IsExact));
        Assert.InRange(outlook.EpochsAtMost, outlook.Plan.EpochsNeeded, 6 + (60 * 5)); // the dense net, and as many as sparsifying and fine-tuning have
    }

    [Fact]
    public void WarmStart_LeavesNothingKnown() =>
        Assert.Equal(0, Of("search: { algorithm: motpe, trials: 60, warmStart: [earlier] }", Continuum).Foreknown);

    [Theory]
    [InlineData(12, "sobol", true)]
    [InlineData(100, "gp", false)]
    [InlineData(500, "motpe", false)]
    public void Auto_SaysWhomItTakes(int trials, string chosen, bool exact)
    {
        var outlook = Of(FormattableString.Invariant($"search: {{ algorithm: auto, trials: {trials} }}"), Continuum);

        Assert.StartsWith($"{chosen}, since", outlook.Choice, StringComparison.Ordinal);
        Assert.Equal(exact, outlook.IsExact);
    }

    [Fact]
    public void Limits_AreNamed() => Assert.Equal(
        ["limits.wallTime", "stopping.plateau"],
        Of("search: { algorithm: sobol, trials: 4 }\nlimits: { wallTime: 2h }\nstopping: { plateau: { trials: 3 } }").EndsSoonerBy);

    [Theory]
    [InlineData("search: { algorithm: random, trials: 5 }", "that were drawn")]
    [InlineData("search: { algorithm: grid }", "refuse all 18")]
    public void ConstraintsThatRefuseAll_AreAFault(string search, string said)
    {
        var faults = SpecText.Faults(Continuum(SpecText.With(Grid, search + "\nconstraints: [\"predicted.flops <= 1\", \"sparsity > 2\"]")).Replace(
            search.Contains("grid", StringComparison.Ordinal) ? "{ range: [0.2, 0.6] }" : "none", "{ values: [0.2, 0.4, 0.6] }", StringComparison.Ordinal));

        var fault = Assert.Single(faults);
        Assert.Equal("constraints", fault.Path);
        Assert.Contains(said, fault.Rule, StringComparison.Ordinal);
        Assert.Contains("'predicted.flops <= 1' refuses", fault.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void ConstraintsOfASearch_AreTalliedOverPointsAtRandom()
    {
        var spec = SweepSpecReader.Read(Continuum(SpecText.With(Grid, "search: { algorithm: sobol, trials: 5 }\nconstraints: [\"sparsity <= 0.5\"]")), "sweep.yaml");
        var tally = RefusedPoints.Of(spec)!;

        Assert.Equal((RefusedPoints.Draws, true), (tally.Settings, tally.Drawn));
        Assert.InRange(tally.RefusedInAll, 200, 300); // a quarter of [0.2, 0.6]
        Assert.All(TrialOutlook.Of(spec).Plan.Trials, trial => Assert.InRange(trial.Settings!.Sparsity, 0.2, 0.5));
    }
}
