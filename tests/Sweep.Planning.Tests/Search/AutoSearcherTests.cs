namespace Sweep.Planning;

public sealed class AutoSearcherTests
{
    private static readonly SearchSpace s_grid = new() { Parameters = [new IntegerParameter { Name = "n", Low = 1, High = 100 }] };

    private static readonly SearchSpace s_continuum = TestProblem.Dtlz2.Space;

    [Theory]
    [InlineData(100, "grid, since the space has 100 points and all of them can be had")]
    [InlineData(null, "grid, since the space has 100 points and all of them can be had")]
    [InlineData(11, "sobol, since 11 trials are too few to learn 1 parameters from, which takes 12")]
    [InlineData(12, "gp, since 12 trials are enough to learn from and few enough to think long about each")]
    public void Auto_ChoosesForASmallGrid(int? trials, string reason) => Assert.Equal(reason, Auto(s_grid, trials).Reason);

    [Theory]
    [InlineData(33, "sobol, since 33 trials are too few to learn 12 parameters from, which takes 34")]
    [InlineData(34, "gp, since 34 trials are enough to learn from and few enough to think long about each")]
    [InlineData(200, "gp, since 200 trials are enough to learn from and few enough to think long about each")]
    [InlineData(201, "motpe, since 201 trials are enough to learn from, but too many or of too many parameters for gp")]
    [InlineData(1000, "motpe, since 1000 trials are enough to learn from, but too many or of too many parameters for gp")]
    [InlineData(1001, "nsga2, since 1001 trials are more than a model of 1000 pays for")]
    [InlineData(null, "nsga2, since the number of trials has no limit")]
    public void Auto_ChoosesForAContinuum(int? trials, string reason) => Assert.Equal(reason, Auto(s_continuum, trials).Reason);

    [Fact]
    public void Auto_ProposesWhatItsChoiceDoesAndSaysWhyOnce()
    {
        var auto = Auto(s_grid, 100);
        var grid = new GridSpaceSearcher(s_grid);

        Assert.Equal(grid.Propose(0, new())! with { Reason = $"Auto chose {auto.Reason}. Point 1 of 100 of the grid." }, auto.Propose(0, new()));
        Assert.Equal(grid.Propose(1, new()), auto.Propose(1, new()));
        Assert.Null(auto.Propose(100, new()));
    }

    [Fact]
    public void Auto_ChoosesParzenEstimatorsForManyParameters() => Assert.Equal(
        "motpe, since 100 trials are enough to learn from, but too many or of too many parameters for gp", Auto(TestProblem.Zdt1.Space, 100).Reason);

    [Theory]
    [InlineData(100, SearchAlgorithm.Gp, typeof(GpSearcher))]
    [InlineData(500, SearchAlgorithm.Motpe, typeof(MotpeSearcher))]
    public void Auto_AsksTheModel(int trials, SearchAlgorithm algorithm, Type expected)
    {
        var problem = SearchProblem.Pruning();
        var searcher = Searchers.Create(algorithm, problem.Space, 9, trials, null, 2);
        var history = new SearchHistory();
        for (var trial = 0; trial < 20; trial++)
        {
            var values = searcher.Propose(trial, history)!.Values;
            history.Note(new() { Trial = trial, Values = values, State = ObservationState.Complete, Costs = problem.Costs(values) });
        }

        Assert.IsType(expected, searcher);
        Assert.Equal(searcher.Propose(20, history), Auto(problem.Space, trials).Propose(20, history));
    }

    private static AutoSearcher Auto(SearchSpace space, int? trials) => new(space, seed: 9, trials, population: null, objectives: 3);
}
