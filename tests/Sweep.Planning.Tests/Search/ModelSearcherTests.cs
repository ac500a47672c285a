namespace Sweep.Planning;

/// <summary>What holds of every searcher with a model.</summary>
public abstract class ModelSearcherTests
{
    protected abstract ISearcher Searcher(SearchSpace space, long seed);

    /// <summary>Trials before the model is used, on <see cref="SearchProblem.Pruning"/>.</summary>
    protected abstract int StartUp { get; }

    [Fact]
    public void Proposal_IsAFunctionOfNumberAndHistory()
    {
        var problem = SearchProblem.Pruning();
        var one = Searcher(problem.Space, 7);
        var history = new SearchHistory();
        for (var trial = 0; trial < StartUp + 6; trial++)
        {
            var proposal = one.Propose(trial, history)!;

            Assert.Equal(proposal, Searcher(problem.Space, 7).Propose(trial, Copy(history)));
            history.Note(Measured(problem, trial, proposal.Values));
        }

        Assert.NotEqual(Searcher(problem.Space, 7).Propose(StartUp + 6, history), Searcher(problem.Space, 8).Propose(StartUp + 6, history));
    }

    [Fact]
    public void Proposal_SaysWhyWithFigures()
    {
        var problem = SearchProblem.Pruning();
        var history = Started(problem, StartUp);

        var reason = Searcher(problem.Space, 1).Propose(StartUp, history)!.Reason;

        Assert.Matches(@"^[A-Z].*\d.*\.$", reason);
        Assert.NotEqual(Searcher(problem.Space, 1).Propose(0, new SearchHistory())!.Reason, reason);
    }

    [Fact]
    public void Proposals_ToDevicesThatAskAtOnceLieApart()
    {
        var problem = SearchProblem.Zdt(1, 2, 0);
        var searcher = Searcher(problem.Space, 3);
        var history = Started(problem, 20);
        var running = new List<double[]>();
        for (var trial = 20; trial < 26; trial++)
        {
            var values = searcher.Propose(trial, history)!.Values;
            history.Note(new Observation { Trial = trial, Values = values, State = ObservationState.Running });
            running.Add([.. values.All.Select(value => value.Value.Number)]);
        }

        var nearest = running.SelectMany((a, i) => running.Take(i).Select(b => Math.Max(Math.Abs(a[0] - b[0]), Math.Abs(a[1] - b[1]))));
        Assert.All(nearest, distance => Assert.InRange(distance, 0.005, 1));
    }

    [Fact]
    public void Proposals_KeepAwayFromWhereTrialsFail()
    {
        // Whatever lies above 0.6 fails, and half of the front would lie there.
        var space = new SearchSpace { Parameters = [new FloatParameter { Name = "x", Low = 0, High = 1 }, new FloatParameter { Name = "y", Low = 0, High = 1 }] };
        var searcher = Searcher(space, 5);
        var history = new SearchHistory();
        var late = new List<string>();
        for (var trial = 0; trial < 45; trial++)
        {
            var values = searcher.Propose(trial, history)!.Values;
            var (x, y) = (values.Find("x")!.Value.Number, values.Find("y")!.Value.Number);
            history.Note(x > 0.6
                ? new Observation { Trial = trial, Values = values, State = ObservationState.Failed }
                : new Observation { Trial = trial, Values = values, State = ObservationState.Complete, Costs = [(x - 0.3) * (x - 0.3) + y * y, (x - 0.9) * (x - 0.9) + y * y] });
            if (trial >= 25 && x > 0.65)
            {
                late.Add(FormattableString.Invariant($"({x:F2}, {y:F2})"));
            }
        }

        Assert.True(late.Count <= 8, string.Join(' ', late));
    }

    [Fact]
    public void Proposals_AreAllowedAndNewUntilTheSpaceIsExhausted()
    {
        var space = new SearchSpace
        {
            Parameters =
            [
                new ChoiceParameter { Name = "method", Values = ["a", "b"] },
                new OrdinalParameter { Name = "x", Values = [1, 2, 3, 4, 5] },
                new IntegerParameter { Name = "n", Low = 0, High = 4, When = new ParameterCondition { Parameter = "method", Values = ["b"] } },
            ],
            Allows = values => values.Find("x")!.Value.Number != 3,
        };
        var searcher = Searcher(space, 2);
        var history = new SearchHistory();
        for (var trial = 0; trial < 24; trial++)
        {
            var values = searcher.Propose(trial, history)!.Values;

            Assert.NotEqual(3, values.Find("x")!.Value.Number);
            Assert.False(history.Contains(values));
            var x = values.Find("x")!.Value.Number;
            history.Note(new Observation { Trial = trial, Values = values, State = ObservationState.Complete, Costs = [x, 5 - x + (values.Find("n")?.Number ?? 2)] });
        }

        Assert.Null(searcher.Propose(24, history));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Proposals_ServeAnyNumberOfObjectives(int objectives)
    {
        var space = SearchProblem.Zdt(1, 2, 0).Space;
        var searcher = Searcher(space, 1);
        var history = new SearchHistory();
        for (var trial = 0; trial < StartUp + 4; trial++)
        {
            var values = searcher.Propose(trial, history)!.Values;
            var x = values.All.Select(value => value.Value.Number).ToArray();
            history.Note(new Observation
            {
                Trial = trial,
                Values = values,
                State = ObservationState.Complete,
                Costs = [.. new[] { x[0], 1 - x[0] + x[1], x[1], 1 - x[1] * x[0] }.Take(objectives)],
            });
        }

        Assert.Equal(StartUp + 4, history.Observations.Count);
    }

    [Fact]
    public void Proposals_GoOnWhenNothingWasMeasuredOrAllCostsAreEqual()
    {
        var space = SearchProblem.Pruning().Space;
        var searcher = Searcher(space, 1);
        var (failed, equal) = (new SearchHistory(), new SearchHistory());
        for (var trial = 0; trial < StartUp + 4; trial++)
        {
            failed.Note(new Observation { Trial = trial, Values = searcher.Propose(trial, failed)!.Values, State = ObservationState.Failed });
            equal.Note(new Observation { Trial = trial, Values = searcher.Propose(trial, equal)!.Values, State = ObservationState.Complete, Costs = [1, 1] });
        }

        Assert.Equal(StartUp + 4, failed.Observations.Select(observation => observation.Values).Distinct().Count());
        Assert.Equal(StartUp + 4, equal.Observations.Select(observation => observation.Values).Distinct().Count());
    }

    /// <summary>As in a sweep with early stopping: two of three trials are stopped after 3 of 27 epochs, where their errors are still higher.</summary>
    [Fact]
    public void Proposals_LearnFromTrialsThatWereStoppedEarly()
    {
        var problem = SearchProblem.BraninCurrin();
        var (stopped, random) = (0.0, 0.0);
        for (var seed = 0; seed < 3; seed++)
        {
            stopped += Run(Searcher(problem.Space, seed));
            random += Run(new RandomSearcher(problem.Space, seed));
        }

        Assert.True(stopped > 1.2 * random, $"{stopped} {random}");

        double Run(ISearcher searcher)
        {
            var history = new SearchHistory();
            var full = new SearchHistory();
            for (var trial = 0; trial < 40; trial++)
            {
                var values = searcher.Propose(trial, history)!.Values;
                var measured = Measured(problem, trial, values);
                full.Note(measured);
                history.Note(trial % 3 == 0 ? measured : measured with { State = ObservationState.Censored, Epochs = 3, Costs = [1.3 * measured.Costs![0] + 5, measured.Costs[1]] });
            }

            return problem.Share(full);
        }
    }

    [Fact]
    public void Proposals_StartFromEarlierExperiments()
    {
        var problem = SearchProblem.BraninCurrin();
        var quarter = (StartUpOf(problem) + 3) / 4;
        var cold = Searcher(problem.Space, 1).Propose(quarter, Started(problem, quarter))!;
        var warm = new SearchHistory();
        foreach (var observation in Started(problem, 40).Observations)
        {
            warm.Note(observation with { Trial = observation.Trial - 40 });
        }

        // The first quarter of the start-up is spread over the space all the same.
        Assert.Equal(Searcher(problem.Space, 1).Propose(0, new SearchHistory())!.Reason, Searcher(problem.Space, 1).Propose(0, warm)!.Reason);
        Assert.NotEqual(cold.Reason, Searcher(problem.Space, 1).Propose(quarter, warm)!.Reason);

        var (gained, lost) = (0.0, 0.0);
        for (var seed = 0; seed < 3; seed++)
        {
            gained += Own(warm, seed);
            lost += Own(new SearchHistory(), seed);
        }

        Assert.True(gained > lost, $"{gained} {lost}");

        double Own(SearchHistory earlier, int seed)
        {
            var (history, own) = (Copy(earlier), new SearchHistory());
            var searcher = Searcher(problem.Space, seed);
            for (var trial = 0; trial < 15; trial++)
            {
                var measured = Measured(problem, trial, searcher.Propose(trial, history)!.Values);
                history.Note(measured);
                own.Note(measured);
            }

            return problem.Share(own);
        }
    }

    [Fact]
    public void Proposals_PassOverEarlierTrialsOfOtherSpacesAndObjectives()
    {
        var problem = SearchProblem.BraninCurrin();
        var history = Started(problem, 20);
        var expected = Searcher(problem.Space, 1).Propose(20, history);
        var longer = new SearchHistory();
        longer.Note(new Observation { Trial = -2, Values = new ParameterValues([("y", ParameterValue.Of(1))]), State = ObservationState.Complete, Costs = [0, 0] });
        longer.Note(Measured(problem, -1, new ParameterValues([("x0", ParameterValue.Of(0.25)), ("x1", ParameterValue.Of(0.75))])) with { Costs = [1, 2, 3] });
        foreach (var observation in history.Observations)
        {
            longer.Note(observation);
        }

        Assert.Equal(expected, Searcher(problem.Space, 1).Propose(20, longer));
    }

    protected abstract int StartUpOf(SearchProblem problem);

    /// <summary>So many random trials, measured.</summary>
    protected static SearchHistory Started(SearchProblem problem, int trials)
    {
        var history = new SearchHistory();
        var random = new RandomSearcher(problem.Space, 11);
        for (var trial = 0; trial < trials; trial++)
        {
            history.Note(Measured(problem, trial, random.Propose(trial, history)!.Values));
        }

        return history;
    }

    protected static Observation Measured(SearchProblem problem, int trial, ParameterValues values) =>
        new() { Trial = trial, Values = values, State = ObservationState.Complete, Costs = problem.Costs(values) };

    private static SearchHistory Copy(SearchHistory history)
    {
        var copy = new SearchHistory();
        foreach (var observation in history.Observations)
        {
            copy.Note(observation);
        }

        return copy;
    }
}
