namespace Sweep.Planning;

public sealed class RungOutlookTests
{
    private static (RungOutlook Rungs, ExperimentPlan Plan) Of(string stopping, Func<string, string>? change = null)
    {
        var spec = SweepSpecReader.Read((change ?? (text => text))(SpecText.With("seed: 7", "seed: 7\n" + stopping)), "sweep.yaml");
        var plan = ExperimentPlanner.Plan(spec);
        return (RungOutlook.Of(spec, plan), plan);
    }

    /// <summary>18 trials of 3 epochs, in rungs of 1 and 2: of the second a third is expected. Before the cut there are 6 + 22 epochs.</summary>
    [Fact]
    public void Halving_LetsOneInEtaGoOn()
    {
        var (outlook, plan) = Of("stopping: { algorithm: asha, reduction: 3, minEpochs: 1 }");

        Assert.Equal(
            [new PlannedRung { From = 0, To = 1, Trials = 18, TrialsExpected = 18, EpochsAsked = 18, EpochsAtMost = 18, EpochsExpected = 18 },
             new PlannedRung { From = 1, To = 3, Trials = 18, TrialsExpected = 6, EpochsAsked = 36, EpochsAtMost = 36, EpochsExpected = 12 }],
            outlook.Rungs);
        Assert.Equal(plan.EpochsNeeded - 36 + 12, outlook.EpochsExpected!.Value, 9);
        Assert.Equal(1, outlook.Likelihood(plan.Dense.Stages[0].Id));
        Assert.Equal(1.0 / 3, outlook.Likelihood(plan.Trials[0].Stages[^1].Id), 9);
    }

    /// <summary>However few trials there are, one goes to the end.</summary>
    [Fact]
    public void LastRung_HasOneTrialAtLeast()
    {
        var (outlook, _) = Of(
            "stopping: { algorithm: asha, reduction: 4, minEpochs: 1 }",
            text => text.Replace("values: [gohsp, vtp, somp]", "values: [somp]", StringComparison.Ordinal).Replace("[0.2, 0.4, 0.6]", "[0.2, 0.4]", StringComparison.Ordinal)
                .Replace("  lambda:   { values: [1e-4, 1e-3], when: { method: [vtp] } }\n", "", StringComparison.Ordinal)
                .Replace("  rho:      { range: [1e-3, 1e-1], scale: log, count: 3, when: { method: [gohsp] } }\n", "", StringComparison.Ordinal)
                .Replace("finetune: { epochs: 3 }", "finetune: { epochs: 16 }", StringComparison.Ordinal));

        Assert.Equal([(0, 1), (1, 4), (4, 16)], outlook.Rungs.Select(rung => (rung.From, rung.To)));
        Assert.Equal([2, 1, 1], outlook.Rungs.Select(rung => rung.TrialsExpected!.Value));
    }

    [Fact]
    public void MedianRule_TellsNothing()
    {
        var (outlook, plan) = Of("stopping: { algorithm: median, minEpochs: 1 }");

        Assert.All(outlook.Rungs, rung => Assert.True(rung is { TrialsExpected: null, EpochsExpected: null, Trials: 18 }));
        Assert.Null(outlook.EpochsExpected);
        Assert.Equal(1, outlook.Likelihood(plan.Trials[0].Stages[^1].Id));
    }

    [Fact]
    public void WithoutStopping_ThereAreNoRungs() => Assert.Empty(Of("stopping: { plateau: { trials: 5 } }").Rungs.Rungs);
}
