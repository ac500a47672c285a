using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sweep.Recipes;

namespace Sweep.Planning;

public sealed partial class DecisionSectionTests
{
    private static readonly ViTShape s_dense = ModelPreset.Find("vit-nano-28", 1, 10)!;

    [GeneratedRegex("<section class=\"of-decisions\" aria-labelledby=\"h-decisions\">.*?</section>", RegexOptions.Singleline)]
    private static partial Regex Section();

    /// <summary>A search of so many trials, halved by three at 1, 3 and 9 epochs: trial by trial as an experiment would have stored them.</summary>
    internal static ExperimentResult Searched(int trials)
    {
        var random = new SearchRandom(7, trials, "decisions");
        var shown = new List<TrialResult>();
        for (var number = 0; number < trials; number++)
        {
            var sparsity = Math.Round(0.2 + 0.6 * random.NextDouble(), 12);
            var accuracy = 0.9 - 0.3 * sparsity * sparsity - 0.05 * random.NextDouble();
            var place = number % 27;
            TrialMetrics At(int epochs) => new()
            {
                Accuracy = accuracy - 0.1 / epochs,
                TestAccuracy = accuracy - 0.11 / epochs,
                Parameters = (long)(139_018 * (1 - sparsity)),
                Flops = (long)(7_211_008 * (1 - sparsity)),
            };
            RungOutcome Rung(int epochs, int rank, int of, TrialVerdict verdict) => new()
            {
                Epochs = epochs,
                Metrics = At(epochs),
                Verdict = verdict,
                Rank = rank,
                Of = of,
                Reason = FormattableString.Invariant($"rank {rank:N0} of {of:N0} after {epochs} epochs; the best {of / 3:N0} go on"),
            };
            var goesOn = place % 3 == 0;
            var ends = place is 0 or 9 or 18;
            var rungs = new List<RungOutcome> { Rung(1, 1 + place % 27, number + 3, goesOn ? TrialVerdict.Continue : TrialVerdict.Stop) };
            if (goesOn)
            {
                rungs.Add(Rung(3, 1 + place % 9, number / 3 + 3, ends ? TrialVerdict.Continue : TrialVerdict.Stop));
            }

            if (ends)
            {
                rungs.Add(new RungOutcome { Epochs = 9, Metrics = At(9) });
            }

            shown.Add(new TrialResult
            {
                Id = TrialPlanner.IdOf(number),
                State = ends ? TrialState.Complete : TrialState.Stopped,
                Settings = new TrialSettings { Method = number % 2 == 0 ? PruningMethod.Vtp : PruningMethod.Somp, Sparsity = sparsity, Lambda = number % 2 == 0 ? 1e-4 : null },
                Metrics = ends ? At(9) : null,
                Shape = ends ? s_dense : null,
                Reason = number < 16
                    ? FormattableString.Invariant($"Point {number + 1} of a scrambled Sobol sequence, which fills the space evenly.")
                    : FormattableString.Invariant($"Child of t{number - 8:0000} (rank {number % 4}) and t{number - 13:0000} (rank {number % 3}) among 16 survivors."),
                Rungs = rungs,
                StopReason = ends ? null : rungs[^1].Reason,
                Stages = [.. Enumerable.Range(0, 8).Select(stage => StageId.Parse(FormattableString.Invariant($"finetune-1-{number:D13}{stage:D13}")))],
            });
        }

        var objectives = SpecText.Spec.Objectives;
        return new ExperimentResult
        {
            Experiment = "decided",
            State = ExperimentState.Complete,
            Reason = "stopping.plateau was reached: the last 20 completed trials brought 0.0004 of a hypervolume of 0.41, less than 0.001",
            Objectives = objectives,
            Search = new SearchSpec { Algorithm = SearchAlgorithm.Nsga2, Trials = trials, Seed = 1 },
            Stopping = new StoppingSpec { Algorithm = StoppingAlgorithm.Asha, Plateau = new PlateauSpec() },
            Dense = new TrialMetrics { Accuracy = 0.88, TestAccuracy = 0.87, Parameters = 139_018, Flops = 7_211_008 },
            DenseShape = s_dense,
            Trials = shown,
            Front = [.. ResultBuilder.FrontOf(shown, objectives).Select(trial => trial.Id)],
            Hypervolume = 0.41,
            Sharing = new SharingResult { EpochsAsked = 900, EpochsNeeded = 500, EpochsRun = 500 },
            Scope = new MeasurementScope { Data = "fashion-mnist", ValidationImages = 5000, TestImages = 10000, Seeds = [0] },
        };
    }

    [Fact]
    public void Tally_CountsWhatBecameOfTrialsAtEachRung()
    {
        var tally = RungTally.Of(Searched(54).Trials);

        Assert.Equal([(1, 54, 18, 36, 0, 0), (3, 18, 6, 12, 0, 0), (9, 6, 0, 0, 0, 6)],
            tally.Select(rung => (rung.Epochs, rung.Came, rung.WentOn, rung.Stopped, rung.Waiting, rung.Ended)));
        Assert.StartsWith("rank 27 of 56 after 1 epochs", tally[0].Latest, StringComparison.Ordinal);
        Assert.Null(tally[2].Latest);
    }

    [Fact]
    public void Reasons_ThatDifferInFiguresOnly_AreOneKind()
    {
        TrialResult Proposed(string id, string? reason) => Searched(1).Trials[0] with { Id = id, Reason = reason };
        var kinds = ReasonKind.Of(
        [
            Proposed("t0001", "It is expected to add 0.012 to the volume, with costs near (-0.88, 1.2E+05) predicted from 12 trials."),
            Proposed("t0002", "It is expected to add 3E-05 to the volume, with costs near (-0.9, 83400) predicted from 13 trials."),
            Proposed("t0003", "Drawn at random."),
            Proposed("t0004", null),
        ]);

        Assert.Equal([(2, "t0001"), (1, "t0003")], kinds.Select(kind => (kind.Count, kind.Trial)));
    }

    [Fact]
    public void Section_SaysWhoProposedWhat_AndWhereTrialsEnded()
    {
        var section = Section().Match(HtmlReport.Write(Searched(54))).Value;

        XDocument.Parse(section.Replace("<br>", "<br/>", StringComparison.Ordinal));
        foreach (var text in new[]
        {
            "nsga2, 54 trials, seed 1", "Child of t0008 (rank 0)", "best 1 in 3", "The experiment ended before its last trial", "stopping.plateau was reached",
            "a column a trial", "stopped: rank 2 of 4 after 1 epochs; the best 1 go on",
        })
        {
            Assert.Contains(text, section, StringComparison.Ordinal);
        }

        Assert.Equal(54, Regex.Count(section, "class=\"hit\""));
        Assert.DoesNotContain("even distances", section, StringComparison.Ordinal);
    }

    [Fact]
    public void Section_IsAbsent_WhereNothingWasDecided()
    {
        var plan = ExperimentPlanner.Plan(SpecText.Spec);
        var outcomes = new Outcomes().Complete(plan.Dense, 0.87, s_dense);

        Assert.DoesNotContain("h-decisions", HtmlReport.Write(ResultBuilder.Build(SpecText.Spec, plan, ExperimentState.Running, outcomes.Of)), StringComparison.Ordinal);
    }

    /// <summary>The picture has the shares of what became of many trials, the lists some of them, and the file stays one that a browser opens at once.</summary>
    [Fact]
    public void Report_OfTenThousandTrials_IsSmall()
    {
        var result = Searched(10_000);
        var report = HtmlReport.Write(result);
        var section = Section().Match(report).Value;

        Assert.InRange(report.Length, 100_000, 2_000_000);
        Assert.Contains("a column for 40 trials", section, StringComparison.Ordinal);
        Assert.Contains("even distances", section, StringComparison.Ordinal);
        Assert.Contains(">10,000<", section, StringComparison.Ordinal);
        Assert.All(result.Front, id => Assert.Contains($"<tr data-trial=\"{id}\" class=\"onfront\">", report, StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("SWEEP_WRITE_REPORTS") is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, "decided-10000.html"), report);
            File.WriteAllText(Path.Combine(folder, "decided-100.html"), HtmlReport.Write(Searched(100)));
        }
    }
}
