namespace Sweep.Planning;

public sealed class SpaceSearcherTests
{
    private static readonly SearchSpace s_grid = new()
    {
        Parameters =
        [
            new ChoiceParameter { Name = "method", Values = ["p", "q"] },
            new IntegerParameter { Name = "n", Low = 0, High = 9, When = new() { Parameter = "method", Values = ["q"] } },
            new OrdinalParameter { Name = "s", Values = [0.1, 0.2, 0.4] },
        ],
    };

    private static readonly SearchSpace s_continuum = new()
    {
        Parameters = [new FloatParameter { Name = "x", Low = 0, High = 1 }, new FloatParameter { Name = "y", Low = 1e-5, High = 1, Log = true }],
    };

    public static readonly TheoryData<SearchAlgorithm> Algorithms =
        [SearchAlgorithm.Grid, SearchAlgorithm.Random, SearchAlgorithm.Sobol, SearchAlgorithm.Nsga2, SearchAlgorithm.Motpe, SearchAlgorithm.Gp, SearchAlgorithm.Auto];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Searcher_ProposesEveryPointOnceAndThenNothing(SearchAlgorithm algorithm)
    {
        var proposed = All(Create(algorithm, s_grid), 50);

        Assert.Equal(33, proposed.Count);
        Assert.Equal(33, proposed.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Searcher_ProposesOnlyWhatTheSpaceAllows(SearchAlgorithm algorithm)
    {
        var space = s_grid with { Allows = values => values.Find("n") is not { } n || n.Number % 2 == 1 };
        var proposed = All(Create(algorithm, space), 50);

        Assert.Equal(18, proposed.Distinct().Count());
        Assert.All(proposed, values => Assert.True(space.Allows(values)));
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Searcher_ProposesNothingWhereNothingIsAllowed(SearchAlgorithm algorithm) =>
        Assert.Empty(All(Create(algorithm, s_grid with { Allows = _ => false }), 50));

    [Theory]
    [InlineData(SearchAlgorithm.Random)]
    [InlineData(SearchAlgorithm.Sobol)]
    [InlineData(SearchAlgorithm.Nsga2)]
    public void Searcher_SaysThatNoAllowedPointOfAContinuumWasFound(SearchAlgorithm algorithm)
    {
        var space = s_continuum with { Allows = _ => false };
        var fault = Assert.Throws<NoAllowedPointException>(() => Create(algorithm, space).Propose(0, new()));

        Assert.Contains("none of 10000 points", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SearchAlgorithm.Random)]
    [InlineData(SearchAlgorithm.Sobol)]
    [InlineData(SearchAlgorithm.Nsga2)]
    public void Searcher_FindsASmallAllowedPart(SearchAlgorithm algorithm)
    {
        var space = s_continuum with { Allows = values => values.Find("x")!.Value.Number < 0.01 };

        Assert.Equal(50, All(Create(algorithm, space), 50).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Searcher_GoesOnWhereAnotherOneStopped(SearchAlgorithm algorithm)
    {
        var space = s_grid with { Allows = values => values.Find("n") is not { } n || n.Number % 3 != 0 };
        var history = new SearchHistory();
        var whole = Create(algorithm, space);
        for (var trial = 0; trial < 21; trial++)
        {
            var expected = whole.Propose(trial, history)!;
            Assert.Equal(expected, Create(algorithm, space).Propose(trial, history));
            history.Note(new() { Trial = trial, Values = expected.Values, State = ObservationState.Running });
        }

        Assert.Null(whole.Propose(21, history));
    }

    [Theory]
    [InlineData(SearchAlgorithm.Random)]
    [InlineData(SearchAlgorithm.Sobol)]
    [InlineData(SearchAlgorithm.Nsga2)]
    public void Searcher_DependsOnItsSeed(SearchAlgorithm algorithm) => Assert.NotEqual(
        Create(algorithm, s_continuum, seed: 1).Propose(0, new())!.Values, Create(algorithm, s_continuum, seed: 2).Propose(0, new())!.Values);

    [Theory]
    [InlineData(SearchAlgorithm.Random)]
    [InlineData(SearchAlgorithm.Sobol)]
    [InlineData(SearchAlgorithm.Nsga2)]
    public void Searcher_PassesOverWhatEarlierExperimentsMeasured(SearchAlgorithm algorithm)
    {
        var points = new SpacePoints(s_grid);
        var history = new SearchHistory();
        for (var i = 0; i < 32; i++)
        {
            history.Note(new() { Trial = -1 - i, Values = points.At(i), State = ObservationState.Complete, Costs = [i] });
        }

        Assert.Equal(points.At(32), Create(algorithm, s_grid).Propose(0, history)!.Values);
    }

    [Fact]
    public void Grid_RefusesAContinuum() => Assert.Throws<ArgumentException>(() => Create(SearchAlgorithm.Grid, s_continuum));

    [Fact]
    public void Sobol_CoversTheSpaceEvenly()
    {
        var proposed = All(Create(SearchAlgorithm.Sobol, s_continuum), 256);

        Assert.Equal(256, proposed.Select(values => (Cell(values.Find("x")!.Value.Number), Cell((Math.Log10(values.Find("y")!.Value.Number) + 5) / 5))).Distinct().Count());

        static int Cell(double place) => (int)(place * 16);
    }

    [Fact]
    public void Sobol_ServesMoreParametersThanThereAreDirectionsFor()
    {
        var space = new SearchSpace { Parameters = [.. Enumerable.Range(0, 70).Select(i => new FloatParameter { Name = $"x{i}", Low = 0, High = 1 })] };

        Assert.Equal(20, All(Create(SearchAlgorithm.Sobol, space), 20).Select(values => values.Find("x69")).Distinct().Count());
    }

    private static ISearcher Create(SearchAlgorithm algorithm, SearchSpace space, long seed = 1) =>
        Searchers.Create(algorithm, space, seed, trials: 50, population: null, objectives: 2);

    private static List<ParameterValues> All(ISearcher searcher, int most)
    {
        var history = new SearchHistory();
        var proposed = new List<ParameterValues>();
        while (proposed.Count < most && searcher.Propose(proposed.Count, history) is { } proposal)
        {
            Assert.NotEmpty(proposal.Reason);
            history.Note(new() { Trial = proposed.Count, Values = proposal.Values, State = ObservationState.Running });
            proposed.Add(proposal.Values);
        }

        return proposed;
    }
}
