using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sweep.Recipes;

namespace Sweep.Planning;

public sealed partial class TrainingCurveTests
{
    private static readonly ViTShape s_dense = ModelPreset.Find("vit-nano-28", 1, 10)!;
    private static readonly ExperimentPlan s_plan = ExperimentPlanner.Plan(SpecText.Spec);

    [GeneratedRegex("<section class=\"of-curves\".*?</section>", RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex("<svg class=\"plot curves\".*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Pictures();

    private static StageHistory History(StageRecipe recipe) => History(recipe.Id, recipe.Epochs, finished: true);

    private static StageHistory History(StageId stage, int epochs, bool finished, int? told = null) => new()
    {
        Stage = stage,
        Length = epochs,
        Finished = finished,
        Epochs = [.. Enumerable.Range(0, told ?? epochs).Select(epoch => new EpochRecord { Epoch = epoch, Loss = 2.0 / (epoch + 1), LearningRate = 1e-3 / (epoch + 1) })],
        Times = [.. Enumerable.Range(0, told ?? epochs).Select(epoch => new EpochTime { Epoch = epoch, Seconds = 4, LoaderSeconds = 1, Images = 1000 })],
        Evaluation = stage.Kind is StageKind.Evaluate ? new Evaluation { Accuracy = 0.8, TestAccuracy = 0.79, Loss = 0.7, Parameters = 1, Flops = 1 } : null,
    };

    /// <summary>Some complete trials, every stage with its history.</summary>
    private static ExperimentResult Result(int complete = 6)
    {
        var outcomes = new Outcomes().Complete(s_plan.Dense, 0.87, s_dense);
        foreach (var (trial, i) in s_plan.Trials.Take(complete).Select((trial, i) => (trial, i)))
        {
            outcomes.Complete(trial, 0.80 + 0.01 * i, s_dense with { Blocks = [.. s_dense.Blocks.Select(block => block with { MlpWidth = 20 + 10 * i })] });
        }

        return ResultBuilder.Build(SpecText.Spec, s_plan, ExperimentState.Complete, outcomes.Of);
    }

    private static ExperimentResult Kept(ExperimentResult result)
    {
        var recipes = s_plan.Paths.SelectMany(path => path.Stages).DistinctBy(stage => stage.Id).ToDictionary(stage => stage.Id);
        return FrontCurves.With(result, [.. FrontCurves.Stages(result, 256).Select(stage => History(recipes[stage]))]);
    }

    [Fact]
    public void Curve_PutsTheStagesOneAfterAnother()
    {
        var trial = s_plan.Trials.First(plan => plan.Settings!.Method == PruningMethod.Vtp);
        var recipes = trial.Stages.ToDictionary(stage => stage.Id);

        var curve = TrainingCurve.Of(trial.Id, [.. recipes.Keys], stage => History(recipes[stage]));

        Assert.Equal(trial.Stages.Sum(stage => stage.Epochs), curve.Stages[^1].End);
        Assert.Equal(Enumerable.Range(1, 11), curve.Points.Where(point => point.Loss is not null).Select(point => point.At));
        Assert.Equal(
            [(StageKind.Pretrain, 0, 6), (StageKind.SparseTrain, 6, 8), (StageKind.FineTune, 8, 11)],
            curve.Stages.Where(stage => stage.End > stage.Start).Select(stage => (stage.Kind, stage.Start, stage.End)));
        var measured = curve.Points[^1];
        Assert.Equal((11, (int?)null, 0.8, 0.7), (measured.At, measured.Epoch, measured.Accuracy!.Value, measured.ValidationLoss!.Value));
        Assert.All(curve.Points.Where(point => point.Epoch is not null), point => Assert.Equal((4.0, 250.0), (point.Seconds!.Value, point.ImagesPerSecond!.Value)));
    }

    [Fact]
    public void Curve_OfAStageThatRuns_StopsWhereItIs()
    {
        var stages = s_plan.Trials[0].Stages;

        var curve = TrainingCurve.Of("t0001", [.. stages.Select(stage => stage.Id)], stage => stage == stages[0].Id ? History(stage, 6, finished: false, told: 2) : null);

        Assert.Equal((1, 6, false), (curve.Stages.Count, curve.Stages[0].End, curve.Stages[0].Finished));
        Assert.Equal([1, 2], curve.Points.Select(point => point.At));
    }

    [Fact]
    public void Curve_OfARung_CountsFromItsOwnFirstEpoch()
    {
        var rung = StageId.Parse("finetune-1-" + new string('1', 26));
        var history = History(rung, 6, finished: true);

        var curve = TrainingCurve.Of("t0001", [rung], _ => history with { Epochs = [.. history.Epochs.Select(epoch => epoch with { Epoch = epoch.Epoch + 3 })], Times = null });

        Assert.Equal([(1, 3), (6, 8)], curve.Points.Where((_, i) => i is 0 or 5).Select(point => (point.At, point.Epoch!.Value)));
    }

    [Fact]
    public void Document_CarriesTheFrontOnly_AndNoTimes()
    {
        var result = Result();
        var kept = Kept(result);

        var paths = result.Trials.Where(trial => result.Front.Contains(trial.Id)).SelectMany(trial => trial.Stages).Concat(result.DenseStages).ToHashSet();
        Assert.Subset(paths, kept.Curves!.Select(history => history.Stage).ToHashSet());
        Assert.Equal(kept.Curves!.Count, kept.Curves.DistinctBy(history => history.Stage).Count());
        Assert.All(kept.Curves, history => Assert.Null(history.Times));
        Assert.Equal(CanonicalJson.Serialize(kept), CanonicalJson.Serialize(CanonicalJson.Deserialize<ExperimentResult>(CanonicalJson.Serialize(kept))));
        Assert.Same(result, FrontCurves.With(result, []));
    }

    [Fact]
    public void Stages_AreAsManyAsMayBeAsked_AndWholePaths()
    {
        var result = Result();
        var all = FrontCurves.Stages(result, 256);
        var few = FrontCurves.Stages(result, all.Count - 1);

        Assert.True(few.Count < all.Count);
        Assert.Equal(all.Take(few.Count).Order(), few.Order());
        Assert.All(result.DenseStages, stage => Assert.Contains(stage, few));
    }

    [Fact]
    public void Report_DrawsASharedStageOnce_AndEveryNetOfTheFront()
    {
        var result = Kept(Result());
        var section = Section().Match(HtmlReport.Write(result)).Value;

        Assert.NotNull(XElement.Parse(section));
        var pictures = Pictures().Matches(section).Select(match => XElement.Parse(match.Value)).ToList();
        Assert.Equal(2, pictures.Count);
        var paths = pictures[0].Descendants("path").Where(path => ((string?)path.Attribute("class") ?? "").StartsWith("pl ", StringComparison.Ordinal)).ToList();
        Assert.Equal(result.Curves!.Count(history => history.Epochs.Count > 0), paths.Count);
        Assert.Single(paths, path => (string?)path.Attribute("class") == "pl front k-pretrain");
        Assert.Equal(
            result.Front.Append("dense").Order(StringComparer.Ordinal),
            pictures[0].Elements("g").Where(g => (string?)g.Attribute("role") == "img").Select(g => (string)g.Attribute("data-trial")!).Distinct().Order(StringComparer.Ordinal));
        Assert.All(pictures, picture => Assert.NotEmpty((string)picture.Attribute("aria-label")!));
        Assert.Contains("validation loss 0.700, accuracy 80.00", section, StringComparison.Ordinal);
        Assert.Equal(paths.Count, Regex.Count(section, "<th scope=\"row\">"));
    }

    [Fact]
    public void Report_CountsWholeEpochs_AndNamesEachKindOnce()
    {
        var section = Section().Match(HtmlReport.Write(Kept(Result()))).Value;
        var picture = XElement.Parse(Pictures().Match(section).Value);

        Assert.Equal(["0", "2", "4", "6", "8", "10", "12"], picture.Descendants("text").Where(text => (string?)text.Attribute("text-anchor") == "middle").Select(text => (string)text));
        Assert.Single(picture.Descendants("text"), text => ((string)text).StartsWith("Pretrain", StringComparison.Ordinal));
        Assert.Contains("<td class=\"num\">1–6</td>", section, StringComparison.Ordinal);
        Assert.Contains("<code>sweep metrics try-out TRIAL</code>", section, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfNetsMeasuredOnTheWay_DrawsTheirAccuracy()
    {
        var result = Kept(Result(1));
        var rung = StageId.Parse("evaluate-1-" + new string('2', 26));
        var trial = result.Trials[0];
        var early = History(rung, 0, finished: true);
        result = result with
        {
            Front = [trial.Id],
            Trials = [trial with { Stages = [.. trial.Stages.Take(1), rung, .. trial.Stages.Skip(1)] }, .. result.Trials.Skip(1)],
            Curves = [.. result.Curves!, early with { Times = null, Evaluation = early.Evaluation! with { Accuracy = 0.5 } }],
        };

        var section = Section().Match(HtmlReport.Write(result)).Value;

        Assert.Contains("Accuracy on the way", section, StringComparison.Ordinal);
        Assert.Contains("after 6 epochs: accuracy 50.00", section, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_DrawsTheMethodsOwnFigures_WhereThereAreSome()
    {
        var result = Kept(Result());
        var plain = HtmlReport.Write(result);
        var soft = result.Curves!.Select(history => history.Stage.Kind != StageKind.SoftPrune ? history : history with
        {
            Epochs = [.. history.Epochs.Select((epoch, i) => epoch with { PrimalResidual = 0.5 / (i + 1) })],
        });

        var section = Section().Match(HtmlReport.Write(result with { Curves = [.. soft] })).Value;

        Assert.DoesNotContain("what ADMM wants", plain, StringComparison.Ordinal);
        Assert.Contains("from what ADMM wants: from 0.25 to 0.5, of SoftPrune", section, StringComparison.Ordinal);
        Assert.Equal(3, Pictures().Count(section));
        Assert.NotNull(XElement.Parse(section));
    }

    [Fact]
    public void Report_OfADivergedNet_IsDrawn()
    {
        var result = Kept(Result());
        var curves = result.Curves!.Select(history => history.Evaluation is { } measured ? history with { Evaluation = measured with { Loss = double.NaN } } : history);

        var section = Section().Match(HtmlReport.Write(result with { Curves = [.. curves] })).Value;

        Assert.NotEmpty(section);
        Assert.DoesNotContain("NaN", section, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_WithoutCurves_HasNoSection() => Assert.DoesNotContain("of-curves", HtmlReport.Write(Result()), StringComparison.Ordinal);

    [Fact]
    public void Report_OfLongTraining_StaysSmall()
    {
        var result = Result();
        var more = Enumerable.Range(0, 40).Select(i => result.Trials[i % 6] with
        {
            Id = FormattableString.Invariant($"t{i + 1000}"),
            Stages = [.. Enumerable.Range(0, 8).Select(stage => StageId.Parse($"finetune-1-{i:00}{stage}{new string('0', 23)}"))],
        }).ToList();
        result = result with { Trials = more, Front = [.. more.Select(trial => trial.Id)] };
        var stages = FrontCurves.Stages(result, 256);
        var plain = HtmlReport.Write(result).Length;

        var report = HtmlReport.Write(FrontCurves.With(result, [.. stages.Select(stage => History(stage, 300, finished: true, told: StageHistory.MostEpochs))]));

        // Twelve nets of eight stages of their own: the most there can be.
        Assert.Equal(FrontCurves.MostTrials * 8, stages.Count - result.DenseStages.Count);
        Assert.InRange(report.Length - plain, 1, 1 << 20);
        Assert.Contains("the first 12 of 40 nets", report, StringComparison.Ordinal);
    }

    [Fact]
    public void File_WhoseCurvesAreNone_IsRefused()
    {
        var result = Kept(Result());
        var text = CanonicalJson.Serialize(result);
        Assert.Equal(result.Curves!.Count, ExportedResult.Read(text, "r.json").Result.Curves!.Count);

        var refused = Assert.Throws<InvalidDataException>(() => ExportedResult.Read(text.Replace("\"loss\":2}", "\"loss\":\"NaN\"}", StringComparison.Ordinal), "r.json"));
        Assert.Contains("loss must be finite", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mlflow_HasAStepAnEpoch()
    {
        var files = MlflowRuns.Write(new ExportedResult { Result = Kept(Result()) }, "file:///store").ToList();

        var losses = files.Where(file => file.Path.EndsWith("/metrics/trainingLoss", StringComparison.Ordinal)).ToList();
        Assert.Equal(Result().Front.Count + 1, losses.Count);
        Assert.Contains(losses, file => file.Text == "0 2 1\n0 1 2\n0 0.6666666666666666 3\n0 0.5 4\n0 0.4 5\n0 0.3333333333333333 6\n");
        Assert.Equal(files.Count, files.DistinctBy(file => file.Path).Count());
    }
}
