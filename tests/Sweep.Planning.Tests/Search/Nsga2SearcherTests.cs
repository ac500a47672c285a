namespace Sweep.Planning;

public sealed class Nsga2SearcherTests
{
    private static readonly SearchSpace s_mixed = new()
    {
        Parameters =
        [
            new ChoiceParameter { Name = "method", Values = ["p", "q", "r"] },
            new FloatParameter { Name = "lambda", Low = 1e-5, High = 1e-2, Log = true, When = new() { Parameter = "method", Values = ["q", "r"] } },
            new ChoiceParameter { Name = "target", Values = ["f", "g"], When = new() { Parameter = "method", Values = ["r"] } },
            new IntegerParameter { Name = "epochs", Low = 1, High = 64, Log = true, When = new() { Parameter = "target", Values = ["g"] } },
            new OrdinalParameter { Name = "s", Values = [0.1, 0.2, 0.4, 0.8] },
            new FloatParameter { Name = "rate", Low = 0, High = 1 },
        ],
    };

    public static readonly TheoryData<string, int, double, double> OptunasVolumes = new()
    {
        { nameof(TestProblem.Zdt1), 300, 96.639, 1.971 },
        { nameof(TestProblem.Zdt2), 1000, 100.258, 2.188 },
        { nameof(TestProblem.Dtlz2), 300, 13.711, 0.195 },
    };

    private static readonly Dictionary<string, TestProblem> s_problems = new()
    {
        [nameof(TestProblem.Zdt1)] = TestProblem.Zdt1,
        [nameof(TestProblem.Zdt2)] = TestProblem.Zdt2,
        [nameof(TestProblem.Dtlz2)] = TestProblem.Dtlz2,
    };

    /// <summary>
    /// Optuna 3.1.0 (Debian 12's python3-optuna, numpy 1.24.2), create_study(directions=["minimize"] * D, sampler=NSGAIISampler(seed=s)).optimize(f, n_trials=trials),
    /// s = 0 to 11, volume of best_trials by optuna._hypervolume.WFG over the same reference: mean and standard deviation. Not to be behind would be to have the
    /// mean less one deviation; what is asked here is the mean and one deviation more.
    /// </summary>
    [Theory]
    [MemberData(nameof(OptunasVolumes))]
    public void Search_CoversMoreThanOptunas(string problem, int trials, double mean, double deviation)
    {
        var covered = Enumerable.Range(0, 12).Average(seed => Search(s_problems[problem], SearchAlgorithm.Nsga2, seed, trials));

        Assert.True(covered > mean + deviation, $"{covered} is not above Optuna's {mean} ± {deviation}.");
    }

    [Theory]
    [InlineData(nameof(TestProblem.Zdt1))]
    [InlineData(nameof(TestProblem.Zdt2))]
    [InlineData(nameof(TestProblem.Dtlz2))]
    public void Search_CoversMoreThanPointsThatLearnNothing(string problem)
    {
        for (var seed = 0; seed < 3; seed++)
        {
            var learnt = Search(s_problems[problem], SearchAlgorithm.Nsga2, seed, 300);
            Assert.True(learnt > Search(s_problems[problem], SearchAlgorithm.Random, seed, 300));
            Assert.True(learnt > Search(s_problems[problem], SearchAlgorithm.Sobol, seed, 300));
        }
    }

    /// <summary>Eight trials at once, which end in any order, some failing and some stopped early.</summary>
    [Fact]
    public void Search_FollowsFromTheHistoryInWhateverOrderTrialsEnd()
    {
        var random = new Random(1);
        var history = new SearchHistory();
        var running = new List<Observation>();
        var searcher = new Nsga2Searcher(s_mixed, seed: 4, population: 12, trials: null, objectives: 2);
        for (var trial = 0; trial < 150; trial++)
        {
            var proposal = searcher.Propose(trial, history)!;
            if (trial % 10 == 9)
            {
                Assert.Equal(proposal, new Nsga2Searcher(s_mixed, 4, 12, null, 2).Propose(trial, Rebuilt(history)));
            }

            running.Add(new() { Trial = trial, Values = proposal.Values, State = ObservationState.Running });
            history.Note(running[^1]);
            if (running.Count == 8)
            {
                var ended = running[random.Next(running.Count)];
                running.Remove(ended);
                history.Note(Ended(ended, random.Next(8)));
            }
        }
    }

    [Fact]
    public void Search_ProposesPointsOfTheSpaceThatItAllows()
    {
        var space = s_mixed with { Allows = values => values.Find("s")!.Value.Number < 0.5 || values.Find("method")!.Value.Choice == "p" };
        var points = new SpacePoints(space);
        var searcher = new Nsga2Searcher(space, seed: 1, population: 10, trials: null, objectives: 2);
        var history = new SearchHistory();
        for (var trial = 0; trial < 300; trial++)
        {
            var values = searcher.Propose(trial, history)!.Values;

            Assert.Equal(values, points.FromUnit(points.ToUnit(values)!));
            Assert.True(space.Allows(values));
            Assert.False(history.Contains(values));
            history.Note(Ended(new() { Trial = trial, Values = values, State = ObservationState.Running }, trial));
        }
    }

    /// <summary>The less of s and rate the better, the rest is no matter: what is better comes to be proposed more.</summary>
    [Fact]
    public void Search_LearnsWhichNamesAndNumbersAreGood()
    {
        var searcher = new Nsga2Searcher(s_mixed, seed: 2, population: 20, trials: null, objectives: 2);
        var history = new SearchHistory();
        for (var trial = 0; trial < 200; trial++)
        {
            var values = searcher.Propose(trial, history)!.Values;
            var (s, rate) = (values.Find("s")!.Value.Number, values.Find("rate")!.Value.Number);
            var worse = values.Find("method")!.Value.Choice == "r" ? 0 : 1;
            history.Note(new() { Trial = trial, Values = values, State = ObservationState.Complete, Costs = [s + worse, rate + worse] });
        }

        var late = history.Observations.Skip(100).ToList();
        Assert.True(late.Count(trial => trial.Values.Find("method")!.Value.Choice == "r") > 80);
        Assert.True(late.Average(trial => trial.Values.Find("s")!.Value.Number) < 0.25);
    }

    [Fact]
    public void Search_BeginsWithEarlierExperimentsWhereThereAreEnough()
    {
        var points = new SpacePoints(TestProblem.Zdt1.Space);
        var history = new SearchHistory();
        for (var i = 0; i < 10; i++)
        {
            var values = points.FromUnit(new SearchRandom(0, i, "warm").NextDoubles(30));
            history.Note(new() { Trial = -1 - i, Values = values, State = ObservationState.Complete, Costs = TestProblem.Zdt1.CostsOf(values) });
        }

        Assert.StartsWith("Child of a trial of an earlier experiment (rank ", new Nsga2Searcher(points.Space, 0, population: 10, null, objectives: 2).Propose(0, history)!.Reason, StringComparison.Ordinal);
        Assert.Contains("Sobol", new Nsga2Searcher(points.Space, 0, population: 11, null, objectives: 2).Propose(0, history)!.Reason, StringComparison.Ordinal);
        Assert.Contains("Sobol", new Nsga2Searcher(points.Space, 0, population: 10, null, objectives: 3).Propose(0, history)!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Population_TakesCompleteTrialsBeforeStoppedOnesOfEqualMerit()
    {
        var population = new Nsga2Population(new SpacePoints(TestProblem.Zdt1.Space), size: 3, objectives: 2);
        var states = new[] { ObservationState.Censored, ObservationState.Complete, ObservationState.Failed, ObservationState.Running, ObservationState.Complete };
        var costs = new double[]?[] { [1, 1], [1, 1], null, null, [2, 2] };
        var history = new SearchHistory();
        for (var i = 0; i < states.Length; i++)
        {
            history.Note(new() { Trial = i, Values = Unit(i), State = states[i], Costs = costs[i] });
        }

        var members = population.Of(history).OrderBy(member => member.Place).ToList();
        Assert.Equal([0, 1, 4], members.Select(member => member.Place));
        Assert.Equal([0, 0, 1], members.Select(member => member.Rank));
        Assert.True((members[1] with { Room = 0 }).Beats(members[0] with { Room = 0 }));
        Assert.True(members[0].Beats(members[2]));

        history.Note(new() { Trial = 2, Values = Unit(2), State = ObservationState.Complete, Costs = [0, 0] });
        Assert.Equal([0, 1, 2], population.Of(history).Select(member => member.Place).Order());
    }

    [Theory]
    [InlineData(20, 5)]
    [InlineData(100, 25)]
    [InlineData(1000, 31)]
    [InlineData(100_000, 100)]
    public void Population_GrowsWithTheTrials(int trials, int size) => Assert.Equal(size, Nsga2Searcher.PopulationFor(trials));

    private static double Search(TestProblem problem, SearchAlgorithm algorithm, long seed, int trials) =>
        problem.Search(Searchers.Create(algorithm, problem.Space, seed, trials, population: null, problem.Reference.Length), trials);

    private static ParameterValues Unit(int i) => new SpacePoints(TestProblem.Zdt1.Space).FromUnit(new SearchRandom(1, i, "unit").NextDoubles(30));

    private static Observation Ended(Observation trial, int die) => die % 8 == 0
        ? trial with { State = ObservationState.Failed }
        : trial with
        {
            State = die % 8 == 1 ? ObservationState.Censored : ObservationState.Complete,
            Epochs = die % 8 == 1 ? 3 : null,
            Costs = [trial.Values.Find("rate")!.Value.Number, trial.Values.Find("s")!.Value.Number + trial.Trial % 3],
        };

    /// <summary>As it would be read from storage: each trial noted once, as it stands.</summary>
    private static SearchHistory Rebuilt(SearchHistory history)
    {
        var rebuilt = new SearchHistory();
        foreach (var trial in history.Observations)
        {
            rebuilt.Note(trial);
        }

        return rebuilt;
    }
}
