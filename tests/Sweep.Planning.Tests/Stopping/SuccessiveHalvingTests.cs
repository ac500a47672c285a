namespace Sweep.Planning;

public sealed class SuccessiveHalvingTests
{
    private static readonly StoppingOptions Promoting = new() { Mode = StoppingMode.Promote };

    private static readonly StoppingOptions Stopping = new() { Mode = StoppingMode.Stop };

    private static RungResult Result(int trial, double[] costs, int rung = 0, double violation = 0) =>
        new() { Trial = trial, Rung = rung, Costs = costs, Violation = violation };

    [Fact]
    public void Promoting_WaitsUntilOneInThreeCanGoOn()
    {
        var halving = new SuccessiveHalving(Promoting, 27);
        Assert.Empty(halving.Report(Result(0, [0.3, 3])));
        Assert.Empty(halving.Report(Result(1, [0.2, 2])));
        Assert.Equal(
            [new StoppingDecision(1, 0, TrialVerdict.Continue, "rank 1 of 3 after 1 epoch; the best 1 goes on", 1, 3)],
            halving.Report(Result(2, [0.4, 4])));
    }

    [Fact]
    public void Promoting_LaterLetsGoWhoWaited()
    {
        var halving = new SuccessiveHalving(Promoting with { MinEpochs = 3 }, 27);
        double[] costs = [1, 2, 3, 4, 5];
        for (var trial = 0; trial < costs.Length; trial++)
        {
            halving.Report(Result(trial, [costs[trial], costs[trial]]));
        }

        Assert.Equal(
            [new StoppingDecision(1, 0, TrialVerdict.Continue, "rank 2 of 6 after 3 epochs; the best 2 go on", 2, 6)],
            halving.Report(Result(5, [6, 6])));
    }

    [Fact]
    public void Promoting_PutsFeasibleTrialsFirst()
    {
        var halving = new SuccessiveHalving(Promoting, 27);
        halving.Report(Result(0, [0, 0], violation: 0.5));
        halving.Report(Result(1, [0, 0], violation: 0.1));
        Assert.Equal(2, Assert.Single(halving.Report(Result(2, [9, 9]))).Trial);
        halving.Report(Result(3, [0, 0], violation: 0.3));
        halving.Report(Result(4, [0, 0], violation: 0.4));
        var next = Assert.Single(halving.Report(Result(5, [0, 0], violation: 0.2)));
        Assert.Equal(1, next.Trial);
        Assert.Equal("rank 2 of 6 after 1 epoch, breaking constraints by 0.1; the best 2 go on", next.Reason);
    }

    [Fact]
    public void Promoting_KeepsTheEndsOfTheFront()
    {
        var halving = new SuccessiveHalving(Promoting, 27);
        var on = Enumerable.Range(0, 9).SelectMany(trial => halving.Report(Result(trial, [trial, 8 - trial]))).Select(decision => decision.Trial).ToList();
        Assert.Contains(0, on);
        Assert.Contains(8, on);
    }

    [Fact]
    public void FirstObjective_LooksAtNothingElse()
    {
        var halving = new SuccessiveHalving(Promoting with { Ranking = TrialRanking.FirstObjective }, 27);
        halving.Report(Result(0, [0.3, 0]));
        halving.Report(Result(1, [0.2, 9]));
        Assert.Equal(1, Assert.Single(halving.Report(Result(2, [0.4, 0]))).Trial);
    }

    [Fact]
    public void Closing_WithTwoTrialsLetsOneGoOn()
    {
        var halving = new SuccessiveHalving(Promoting, 27);
        halving.Report(Result(0, [2, 2]));
        halving.Report(Result(1, [1, 1]));
        Assert.Equal(
            [
                new StoppingDecision(1, 0, TrialVerdict.Continue, "rank 1 of 2 after 1 epoch; the best 1 of those that came goes on", 1, 2),
                new StoppingDecision(0, 0, TrialVerdict.Stop, "rank 2 of 2 after 1 epoch; the best 1 of those that came goes on", 2, 2),
            ],
            halving.Close());
        Assert.Empty(halving.Close());
    }

    [Fact]
    public void Stopping_LetsTheFirstGoOnAndThenTheBestThird()
    {
        var halving = new SuccessiveHalving(Stopping with { MinEpochs = 3 }, 27);
        Assert.Equal("rank 1 of 1 after 3 epochs; nothing stops before 3 results", Assert.Single(halving.Report(Result(0, [2, 2]))).Reason);
        Assert.Equal(TrialVerdict.Continue, Assert.Single(halving.Report(Result(1, [3, 3]))).Verdict);
        Assert.Equal(
            new StoppingDecision(2, 0, TrialVerdict.Stop, "rank 2 of 3 after 3 epochs; the best 1 goes on", 2, 3), Assert.Single(halving.Report(Result(2, [2.5, 2.5]))));
        Assert.Equal(TrialVerdict.Continue, Assert.Single(halving.Report(Result(3, [1, 1]))).Verdict);
        Assert.Empty(halving.Close());
    }

    [Fact]
    public void Decisions_AreNotMadeAtTheLastRung()
    {
        foreach (var options in new[] { Promoting, Stopping, Stopping with { Algorithm = StoppingAlgorithm.Median } })
        {
            var stopping = TrialStoppings.Create(options, 9);
            Assert.All(Enumerable.Range(0, 20), trial => Assert.Empty(stopping.Report(Result(trial, [trial, trial], rung: 2))));
            Assert.Empty(stopping.Close());
        }
    }

    /// <summary>The definition: after each result, whoever is among the best third of all that are there and has not gone on yet does so.</summary>
    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(3, 4)]
    public void Promoting_EqualsItsDefinition(int dimensions, int reduction)
    {
        var random = new Random(20 + dimensions);
        for (var round = 0; round < 40; round++)
        {
            var halving = new SuccessiveHalving(Promoting with { Reduction = reduction }, 100);
            var results = RungStream.Of(random, 30, dimensions);
            var gone = new HashSet<int>();
            for (var count = 1; count <= results.Count; count++)
            {
                var expected = RungOracle.Order([.. results.Take(count)]).Take(count / reduction).Where(gone.Add).ToList();
                Assert.Equal(expected, halving.Report(results[count - 1]).Select(decision => decision.Trial));
            }

            var order = RungOracle.Order(results);
            var places = (int)Math.Ceiling(results.Count / (double)reduction);
            Assert.Equal(
                order.Select((trial, place) => (trial, place < places ? TrialVerdict.Continue : TrialVerdict.Stop)).Where(pair => !gone.Contains(pair.trial)),
                halving.Close().Select(decision => (decision.Trial, decision.Verdict)));
        }
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(3, 4)]
    public void Stopping_EqualsItsDefinition(int dimensions, int reduction)
    {
        var random = new Random(30 + dimensions);
        for (var round = 0; round < 40; round++)
        {
            var halving = new SuccessiveHalving(Stopping with { Reduction = reduction }, 100);
            var results = RungStream.Of(random, 30, dimensions);
            for (var count = 1; count <= results.Count; count++)
            {
                var place = RungOracle.Order([.. results.Take(count)]).IndexOf(results[count - 1].Trial);
                var expected = count < reduction || place < Math.Max(1, count / reduction) ? TrialVerdict.Continue : TrialVerdict.Stop;
                Assert.Equal(expected, Assert.Single(halving.Report(results[count - 1])).Verdict);
            }
        }
    }

    [Theory]
    [InlineData(StoppingAlgorithm.Asha, StoppingMode.Promote)]
    [InlineData(StoppingAlgorithm.Asha, StoppingMode.Stop)]
    [InlineData(StoppingAlgorithm.Median, StoppingMode.Stop)]
    public void EveryTrial_Ends(StoppingAlgorithm algorithm, StoppingMode mode)
    {
        var random = new Random(4);
        for (var round = 0; round < 40; round++)
        {
            var options = new StoppingOptions { Algorithm = algorithm, Mode = mode, Reduction = random.Next(2, 5) };
            var run = new RungRun(options, epochs: random.Next(1, 60), trials: random.Next(1, 40), devices: random.Next(1, 9), seed: round);
            run.ToTheEnd();
            Assert.Equal(run.Trials, run.Ended);
            Assert.True(run.Finished >= 1);
        }
    }

    /// <summary>Interrupted after any number of results, restored in any order, the same decisions with the same reasons follow.</summary>
    [Theory]
    [InlineData(StoppingAlgorithm.Asha, StoppingMode.Promote)]
    [InlineData(StoppingAlgorithm.Asha, StoppingMode.Stop)]
    [InlineData(StoppingAlgorithm.Median, StoppingMode.Stop)]
    public void Interruptions_ChangeNothing(StoppingAlgorithm algorithm, StoppingMode mode)
    {
        var options = new StoppingOptions { Algorithm = algorithm, Mode = mode };
        for (var seed = 0; seed < 2; seed++)
        {
            var whole = new RungRun(options, epochs: 27, trials: 40, devices: 4, seed);
            whole.ToTheEnd();
            for (var cut = 0; cut <= whole.Steps; cut++)
            {
                var run = new RungRun(options, epochs: 27, trials: 40, devices: 4, seed);
                run.For(cut);
                run.Interrupt();
                run.ToTheEnd();
                Assert.Equal(whole.Decisions, run.Decisions);
            }
        }
    }

    /// <summary>The same beyond the numbers up to which every report is followed by a look at all results.</summary>
    [Theory]
    [InlineData(StoppingMode.Promote)]
    [InlineData(StoppingMode.Stop)]
    public void Interruptions_OfLargeRungsChangeNothing(StoppingMode mode)
    {
        var options = new StoppingOptions { Mode = mode };
        var whole = new RungRun(options, epochs: 9, trials: 1500, devices: 16, seed: 5);
        whole.ToTheEnd();
        foreach (var cut in new[] { 777, 1499 })
        {
            var run = new RungRun(options, epochs: 9, trials: 1500, devices: 16, seed: 5);
            run.For(cut);
            run.Interrupt();
            run.ToTheEnd();
            Assert.Equal(whole.Decisions, run.Decisions);
        }
    }

    /// <summary>Of 3,000 alike, a third goes on, and a few who were among the best third of fewer.</summary>
    [Theory]
    [InlineData(StoppingMode.Promote)]
    [InlineData(StoppingMode.Stop)]
    public void LargeRungs_LetAThirdGoOn(StoppingMode mode)
    {
        var random = new Random(6);
        var halving = new SuccessiveHalving(new StoppingOptions { Mode = mode }, 9);
        var decisions = Enumerable.Range(0, 3000)
            .SelectMany(trial => halving.Report(Result(trial, [random.NextDouble(), random.NextDouble()]))).ToList();
        decisions.AddRange(halving.Close());
        Assert.Equal(3000, decisions.Select(decision => decision.Trial).Distinct().Count());
        Assert.InRange(decisions.Count(decision => decision.Verdict == TrialVerdict.Continue) / 3000.0, 0.3, 0.4);
    }

    [Fact]
    public void Reports_ThatCannotBeSayWhy()
    {
        var halving = new SuccessiveHalving(Stopping, 9);
        halving.Report(Result(7, [1, 2]));
        Refused("A trial must report once at a rung, but trial 7 reports at rung 0 again.", () => halving.Report(Result(7, [1, 2])));
        Refused("A rung must lie in [0, 2], but trial 8 reports at rung 3.", () => halving.Report(Result(8, [1, 2], rung: 3)));
        Refused("All results must have the same number of costs, at least one, but trial 9 has 1.", () => halving.Report(Result(9, [1])));
        Refused(
            "No trial waits where each is decided on at once, but trial 9 does, at rung 0.",
            () => halving.Restore(Result(9, [1, 2]), TrialVerdict.Wait));
    }

    [Fact]
    public void Options_OutsideTheirRangeSayWhy()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TrialStoppings.Create(Stopping with { MinResults = 0 }, 9));
        Assert.Throws<ArgumentOutOfRangeException>(() => TrialStoppings.Create(Stopping with { Algorithm = StoppingAlgorithm.Median, MinResults = 0 }, 9));
        Assert.Throws<ArgumentOutOfRangeException>(() => TrialStoppings.Create(Stopping with { Reduction = 1 }, 9));
        Assert.Throws<ArgumentOutOfRangeException>(() => TrialStoppings.Create(Stopping with { Mode = (StoppingMode)9 }, 9));
        Assert.Throws<ArgumentOutOfRangeException>(() => TrialStoppings.Create(Stopping with { Algorithm = (StoppingAlgorithm)9 }, 9));
    }

    private static void Refused(string rule, Action act) =>
        Assert.StartsWith(rule, Assert.Throws<ArgumentException>(act).Message, StringComparison.Ordinal);
}
