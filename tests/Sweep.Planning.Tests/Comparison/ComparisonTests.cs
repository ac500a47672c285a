using Sweep.Recipes;

namespace Sweep.Planning;

public sealed class ComparisonTests
{
    private static readonly TargetVolume s_all = new(1, OfBest: true);

    /// <summary>(1,4) equals a point of A, (2,3) lies behind (2,2), (0,5) behind none.</summary>
    [Fact]
    public void Coverage_IsTheShareThatIsNowhereBetter()
    {
        double[][] a = [[1, 4], [2, 2]];
        double[][] b = [[1, 4], [2, 3], [0, 5]];

        Assert.Equal(2.0 / 3, FrontCoverage.Of(a, b));
        Assert.Equal(1.0 / 2, FrontCoverage.Of(b, a));
        Assert.Equal(1, FrontCoverage.Of(a, a));
        Assert.Equal(0, FrontCoverage.Of([], a));
        Assert.Null(FrontCoverage.Of(a, []));
        Assert.Equal(0, FrontCoverage.Of([[double.NaN, 0]], [[1, 1]]));
        Assert.Equal(0, FrontCoverage.Of([[0, 0]], [[1, double.NaN]]));
    }

    /// <summary>
    /// Box: accuracy 0 to 1, parameters 1000 to 0. First: gains (0.8, 0.5) and (0.7, 0.7), area 0.8·0.5 + 0.7·0.2. Second: (0.85, 0.3), (0.65, 0.75),
    /// (0.5, 0.9), area 0.85·0.3 + 0.65·0.45 + 0.5·0.15.
    /// </summary>
    [Fact]
    public void Hypervolumes_AreMeasuredInOneBox()
    {
        var comparison = ComparedResults.Three();

        Assert.Equal([0, 1000], comparison.Box.Reference);
        Assert.Equal([1, 0], comparison.Box.Ideal);
        Assert.Equal(0.54, comparison.Experiments[0].Hypervolume, 12);
        Assert.Equal(0.6225, comparison.Experiments[1].Hypervolume, 12);
        Assert.Equal(0.075, comparison.Experiments[2].Hypervolume, 12);
        Assert.Equal(0.95 * 0.6225, comparison.Target, 12);
    }

    [Fact]
    public void Hypervolume_OfTheLargestUnprunedNet_IsTheReferenceOfAll()
    {
        var small = ComparedResults.Of("small", [(0.8, 500)]);
        var large = small.Result with { Dense = ComparedResults.Net(0.9, 2000) };

        var box = CommonBox.Of([small.Result, large]);

        Assert.Equal([0, 2000], box.Reference);
        Assert.Equal([0.8, 0.75], box.Gains(small.Result.Trials[0].Metrics!));
        Assert.Equal([0, 500], CommonBox.Of([small.Result with { Dense = null }]).Reference);
    }

    [Fact]
    public void Latency_CountsAgainstTheUnprunedNetBesideIt()
    {
        var batch = new BatchBenchmark
        {
            Batch = 1,
            SpeedUp = 1.25,
            Net = new PassTiming { P50 = 0.008, P95 = 0.009, Throughput = 125 },
            Dense = new PassTiming { P50 = 0.010, P95 = 0.012, Throughput = 100 },
        };
        var one = ComparedResults.Of("one", [(0.8, 500)]);
        var result = one.Result with { Objectives = [new Objective { Metric = Metric.Latency, Goal = Goal.Minimize }] };

        Assert.Equal([0.2], CommonBox.Of([result]).Gains(result.Trials[0].Metrics! with { Speedups = [batch] }).Select(gain => Math.Round(gain, 12)));
    }

    /// <summary>Of first: (0.8, 500) and (0.7, 300) stand, as nothing of second or third covers them. Of second: all. Third: (0.85, 700) is better.</summary>
    [Fact]
    public void CommonFront_TakesTheBestOfAll()
    {
        var comparison = ComparedResults.Three();

        Assert.Equal([2, 3, 0], comparison.Experiments.Select(one => one.Front.Count(point => point.OnCommonFront)));
        Assert.Equal([2, 3, 1], comparison.Experiments.Select(one => one.Front.Count));
        Assert.Equal([1, 0, 1], comparison.Coverage[0]);
        Assert.Equal([0, 1, 1], comparison.Coverage[1]);
        Assert.Equal([0, 0, 1], comparison.Coverage[2]);
    }

    [Fact]
    public void Front_OfEqualNets_IsCommonToBoth()
    {
        var comparison = ExperimentComparer.Compare([ComparedResults.Of("one", [(0.8, 500)]), ComparedResults.Of("two", [(0.8, 500)])], s_all);

        Assert.All(comparison.Experiments, one => Assert.True(Assert.Single(one.Front).OnCommonFront));
        Assert.Equal(1, comparison.Coverage[0][1]);
    }

    /// <summary>
    /// GOHSP at three ρ and one sparsity: 6 epochs of the unpruned net, then 2 of sparsifying and 3 of fine-tuning for each ρ. The third trial is dominated and
    /// raises nothing.
    /// </summary>
    [Fact]
    public void Curve_CountsSharedStagesOnce()
    {
        var first = ComparedResults.Of("first", [(0.70, 300), (0.80, 500), (0.60, 600)]);
        var epochs = first.Result.Trials.Select(trial => trial.Settings).ToList();
        Assert.Equal([0.2, 0.2, 0.2], epochs.Select(settings => settings.Sparsity));

        var curve = ExperimentComparer.Compare([first, ComparedResults.Of("second", [(0.5, 900)])], s_all).Experiments[0];

        Assert.Equal([(1, 11), (2, 16)], curve.Curve.Select(point => (point.Trials, point.Epochs!.Value)));
        Assert.Equal([0.49, 0.54], curve.Curve.Select(point => Math.Round(point.Hypervolume, 12)));
        Assert.Equal(2, curve.Reached!.Trials);
    }

    /// <summary>The second trial ended before the first: it comes first, and pays for the stages that both need.</summary>
    [Fact]
    public void Curve_OfTimedStages_FollowsTheirEnds()
    {
        var submitted = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var first = ComparedResults.Of("first", [(0.70, 300), (0.80, 500)]);
        StageSpan Span(StageId stage, double end) => new()
        {
            Stage = stage,
            Kind = StageKind.FineTune,
            Label = "",
            Attempt = 1,
            Worker = "silo/cpu-0",
            Start = submitted,
            End = submitted.AddSeconds(end),
            Outcome = SpanEnd.Succeeded,
            PaidHere = true,
        };
        var spans = first.Result.Trials.SelectMany((trial, i) => trial.Stages.Select(stage => Span(stage, first.Result.Trials.All(other => other.Stages.Contains(stage)) ? 10 : i == 0 ? 90 : 60)))
            .DistinctBy(span => span.Stage).ToList();
        var timed = first with { Result = first.Result with { Timeline = new ExperimentTimeline { SubmittedAt = submitted, Spans = spans } } };
        var box = CommonBox.Of([timed.Result]);

        Assert.Equal([(11.0, 60.0), (16.0, 90.0)], AttainmentCurve.Of(timed, box).Select(point => (point.Epochs!.Value, point.Seconds!.Value)));

        var partly = timed with { Result = timed.Result with { Timeline = timed.Result.Timeline! with { Spans = [.. spans.SkipLast(1)] } } };
        Assert.All(AttainmentCurve.Of(partly, box), point => Assert.Null(point.Seconds));
    }

    [Fact]
    public void Curve_OfAWholeGrid_EndsWithItsEpochs()
    {
        var plan = ExperimentPlanner.Plan(SpecText.Spec);
        var whole = ComparedResults.Of("whole", [.. plan.Trials.Select((_, i) => (0.5 + 0.01 * i, 900L))]);

        var curve = AttainmentCurve.Of(whole, CommonBox.Of([whole.Result]));

        Assert.Equal(plan.EpochsNeeded, curve[^1].Epochs);
        Assert.Equal(plan.Trials.Count, curve[^1].Trials);
    }

    [Fact]
    public void Target_ThatOneNeverReaches_IsNull()
    {
        var comparison = ComparedResults.Three();

        Assert.Equal([null, 3, null], comparison.Experiments.Select(one => one.Reached?.Trials));
        Assert.Equal(0.5, ExperimentComparer.Compare([ComparedResults.Of("a", [(0.8, 500)]), ComparedResults.Of("b", [(0.8, 500)])], new TargetVolume(0.5, OfBest: false)).Target);
    }

    [Theory]
    [InlineData("0.41", 0.41, false)]
    [InlineData("95%", 0.95, true)]
    [InlineData("95 %", 0.95, true)]
    [InlineData("1", 1.0, false)]
    public void Target_IsANumberOrAShare(string text, double value, bool share) => Assert.Equal(new TargetVolume(value, share), TargetVolume.Parse(text));

    [Theory]
    [InlineData("0")]
    [InlineData("95")]
    [InlineData("-1%")]
    [InlineData("NaN")]
    [InlineData("best")]
    [InlineData("")]
    public void Target_OfOtherText_IsNone(string text) => Assert.Null(TargetVolume.Parse(text));

    [Fact]
    public void Specs_DifferKeyByKey_AndNotInTheirNames()
    {
        var other = SpecText.Spec with { Name = "other", Finetune = SpecText.Spec.Finetune with { Epochs = 5 }, Stopping = null, Parallelism = null };

        var differences = SpecDifferences.Of([SpecText.Spec, null, other]);

        Assert.Equal(["finetune.epochs", "parallelism"], differences.Select(difference => difference.Path));
        Assert.Equal(["3", null, "5"], differences[0].Values);
        Assert.Equal(["4", null, null], differences[1].Values);
        Assert.Empty(SpecDifferences.Of([SpecText.Spec, SpecText.Spec with { Name = "again" }]));
    }

    public static TheoryData<string, Func<ComparedExperiment, ComparedExperiment>> Incomparable() => new()
    {
        { "same data:", one => one with { Result = one.Result with { Scope = one.Result.Scope with { Data = "cifar10" } } } },
        { "equally many validation images: first 5000, second 4000", one => one with { Result = one.Result with { Scope = one.Result.Scope with { ValidationImages = 4000 } } } },
        { "cut with the same seed", one => one with { Result = one.Result with { Scope = one.Result.Scope with { SplitSeed = 1 } } } },
        { "same files of images", one => one with { Spec = one.Spec! with { Data = one.Spec.Data with { Name = "mnist" } } } },
        { "images are read alike", one => one with { Spec = one.Spec! with { Data = one.Spec.Data with { CropRatio = 0.9 } } } },
        { "same model: first vit-nano-28, second vit-tiny-28", one => one with { Spec = one.Spec! with { Model = one.Spec.Model with { Preset = "vit-tiny-28" } } } },
        { "unpruned nets cost the same", one => one with { Result = one.Result with { Dense = ComparedResults.Net(0.9, 1001) } } },
        { "same objectives", one => one with { Result = one.Result with { Objectives = [.. one.Result.Objectives.Take(1)] } } },
    };

    [Theory]
    [MemberData(nameof(Incomparable))]
    public void Incomparable_IsRefusedWithRuleAndValues(string says, Func<ComparedExperiment, ComparedExperiment> change)
    {
        ComparedExperiment[] two = [ComparedResults.Of("first", [(0.8, 500)]), change(ComparedResults.Of("second", [(0.8, 500)]))];

        Assert.Contains(says, Assert.Single(ComparisonRules.Refusals(two)).Sentence(["first", "second"]), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ExperimentComparer.Compare(two, s_all));
    }

    [Fact]
    public void Objectives_InAnotherOrder_AreTheSame()
    {
        var other = ComparedResults.Of("second", [(0.8, 500)]);
        other = other with { Result = other.Result with { Objectives = [.. other.Result.Objectives.Reverse()] } };

        Assert.Equal(0.4, ExperimentComparer.Compare([ComparedResults.Of("first", [(0.8, 500)]), other], s_all).Experiments[1].Hypervolume, 12);
    }

    [Fact]
    public void Warnings_TellOfSeedsAndOfWhatIsUnknown()
    {
        var first = ComparedResults.Of("first", [(0.8, 500)]);
        var second = ComparedResults.Of("second", [(0.8, 500)], spec => spec with { Seed = 8 });
        second = second with { Spec = null, Result = second.Result with { State = ExperimentState.Running } };

        var warnings = ExperimentComparer.Compare([first, second], s_all).Warnings;

        Assert.Equal(4, warnings.Count);
        Assert.Equal("They are trained with different seeds: first 7, second 8.", warnings[0]);
        Assert.StartsWith("They start from different unpruned nets: first evaluate-1-", warnings[1], StringComparison.Ordinal);
        Assert.EndsWith("will change: second is running.", warnings[2], StringComparison.Ordinal);
        Assert.EndsWith("epochs are not known: second has none.", warnings[3], StringComparison.Ordinal);
        Assert.Empty(ExperimentComparer.Compare([first, ComparedResults.Of("other", [(0.7, 500)]) with { Result = ComparedResults.Of("other", [(0.8, 500)]).Result }], s_all).Warnings);
    }

    [Fact]
    public void Duplicates_AreTrialsWithTheSameStages()
    {
        var first = ComparedResults.Of("first", [(0.8, 500), (0.7, 300)]);
        var longer = ComparedResults.Of("longer", [(0.8, 500)], spec => spec with { Finetune = spec.Finetune with { Epochs = 5 } });
        var second = ComparedResults.Of("second", [(0.81, 500), (0.7, 300)]);

        var comparison = ExperimentComparer.Compare([first, longer, second], s_all);

        Assert.Equal([["t0001", null, "t0001"], ["t0002", null, "t0002"]], comparison.Duplicates.Select(duplicate => duplicate.Trials));
        Assert.Equal([false, true], comparison.Duplicates.Select(duplicate => duplicate.Agree));
        Assert.Contains("The same stages came to different figures, as other devices may: first t0001, second t0001.", comparison.Warnings);
    }

    [Fact]
    public void Labels_TellNamesakesApart()
    {
        Assert.Equal(["a", "b"], ComparedExperiment.Labels([("a", "x.json"), ("b", null)]));
        Assert.Equal(["a (cluster)", "a (x.json)", "b"], ComparedExperiment.Labels([("a", null), ("a", "x.json"), ("b", null)]));
        Assert.Equal(["a (cluster) 1", "a (cluster) 2"], ComparedExperiment.Labels([("a", null), ("a", null)]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public void Count_HasLimits(int count) => Assert.Throws<ArgumentException>(
        () => ExperimentComparer.Compare([.. Enumerable.Range(0, count).Select(i => ComparedResults.Of("e", [(0.8, 500)]))], s_all));

    [Fact]
    public void Empty_FrontsCompareToNothing()
    {
        var comparison = ExperimentComparer.Compare([ComparedResults.Of("first", []), ComparedResults.Of("second", [])], s_all);

        Assert.All(comparison.Experiments, one => Assert.Equal((0, null, 0), (one.Hypervolume, one.Reached, one.Curve.Count)));
        Assert.Null(comparison.Coverage[0][1]);
        Assert.Contains("once trials are complete", ComparisonReport.Write(comparison), StringComparison.Ordinal);
    }
}
