using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>The timeline of a result document, and what the front was worth when.</summary>
public class TimelineTests
{
    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ViTShape s_dense = ModelPreset.Find("vit-nano-28", 1, 10)!;
    private static readonly ExperimentPlan s_plan = ExperimentPlanner.Plan(SpecText.Spec);

    [Fact]
    public void Spans_AreInTheOrderOfTheirStart_EachStageOnce()
    {
        var result = Timed(3);
        var spans = result.Timeline!.Spans;

        Assert.Equal(s_plan.Paths.Where((_, path) => path <= 3).SelectMany(path => path.Stages).Select(stage => stage.Id).Distinct().Order(), spans.Select(span => span.Stage).Order());
        Assert.Equal(spans.OrderBy(span => span.Start).Select(span => span.Stage), spans.Select(span => span.Stage));
        Assert.Contains(spans, span => span is { Kind: StageKind.Pretrain, Label: var label } && label.StartsWith("Pretrain [", StringComparison.Ordinal));
        var json = CanonicalJson.Serialize(result);
        Assert.Equal(json, CanonicalJson.Serialize(CanonicalJson.Deserialize<ExperimentResult>(json)));
    }

    [Fact]
    public void Document_WithoutATimeline_IsReadAsBefore()
    {
        var untimed = Result(2, _ => null);
        Assert.Null(untimed.Timeline);
        Assert.DoesNotContain("timeline", CanonicalJson.Serialize(untimed), StringComparison.Ordinal);
    }

    [Fact]
    public void StagesOfOlderVersions_AreCounted()
    {
        var result = Result(3, stage => stage.Kind == StageKind.Evaluate ? null : AttemptsOf(stage, s_start));
        Assert.Equal(4, result.Timeline!.Untimed);
        Assert.Null(result.Timeline.Hypervolume);
    }

    /// <summary>Two trials: 0.80 with many parameters, then 0.81 with more: the front grows by the second, and the volumes are those of the fronts.</summary>
    [Fact]
    public void Hypervolume_IsThatOfTheFrontSoFar()
    {
        var result = Timed(4);
        var curve = result.Timeline!.Hypervolume!;

        Assert.Equal(result.Hypervolume, curve.Steps[^1].Hypervolume);
        Assert.Equal(curve.Steps.OrderBy(step => step.At).Select(step => step.At), curve.Steps.Select(step => step.At));
        Assert.All(curve.Steps.Zip(curve.Steps.Skip(1)), pair => Assert.True(pair.First.Hypervolume < pair.Second.Hypervolume && pair.First.Epochs <= pair.Second.Epochs));
        foreach (var (step, i) in curve.Steps.Select((step, i) => (step, i)))
        {
            var until = result.Trials.Take(i + 1).Select(trial => ObjectiveValues.Gains(result.Objectives, trial.Metrics!, result.Dense!)).ToList();
            Assert.Equal((s_plan.Trials[i].Id, Hypervolume.Of(until)), (step.Trial, step.Hypervolume));
        }
    }

    [Fact]
    public void Epochs_AreThoseOfAttemptsPaidForAndEndedByThen()
    {
        var curve = Timed(1).Timeline!.Hypervolume!;
        var paid = s_plan.Dense.Stages.Concat(s_plan.Trials[0].Stages).DistinctBy(stage => stage.Id).Sum(stage => stage.Epochs);
        Assert.Equal(paid, Assert.Single(curve.Steps).Epochs);

        var shared = Result(1, stage => AttemptsOf(stage, s_start), paidHere: false).Timeline!;
        Assert.Equal(0, Assert.Single(shared.Hypervolume!.Steps).Epochs);
        Assert.All(shared.Spans, span => Assert.False(span.PaidHere));
    }

    [Fact]
    public void Reference_IsTheDenseNetsCostsAtAccuracyZero()
    {
        var result = Timed(1);
        Assert.Equal(
            result.Objectives.Select(objective => (objective.Metric, objective.Metric == Metric.Accuracy ? 0 : ObjectiveValues.Of(objective.Metric, result.Dense!))),
            result.Timeline!.Hypervolume!.Reference.Select(reference => (reference.Metric, reference.Value!.Value)));
    }

    /// <summary>What was there before the experiment counts from its submission.</summary>
    [Fact]
    public void WhatWasThereBefore_CountsFromTheSubmission()
    {
        var result = Timed(2);
        var submitted = s_start.AddDays(30);
        var curve = HypervolumeCurve.Of(result, result.Timeline!.Spans, submitted)!;
        Assert.All(curve.Steps, step => Assert.Equal(submitted, step.At));
    }

    /// <summary>A front that changes with each of two thousand trials is told in so many steps, the last of them exact.</summary>
    [Fact]
    public void ManyChanges_AreThinned_AndTheLastIsKept()
    {
        var one = Timed(1);
        var stage = one.Trials[0].Stages[^1];
        var trials = Enumerable.Range(0, 2000).Select(i => one.Trials[0] with
        {
            Id = FormattableString.Invariant($"t{i + 1:0000}"),
            Metrics = one.Trials[0].Metrics! with { Accuracy = 0.5 + i * 1e-4 },
            Stages = [stage],
        }).ToList();
        var result = one with { Trials = trials };
        var curve = HypervolumeCurve.Of(result, one.Timeline!.Spans, null)!;

        Assert.Equal(HypervolumeCurve.MostSteps, curve.Steps.Count);
        Assert.Equal("t2000", curve.Steps[^1].Trial);
        Assert.Equal(Hypervolume.Of([ObjectiveValues.Gains(result.Objectives, trials[^1].Metrics!, result.Dense!)]), curve.Steps[^1].Hypervolume, 12);
    }

    /// <summary>The dense net and the first trials, each stage a minute after the last on one of two workers.</summary>
    internal static ExperimentResult Timed(int complete)
    {
        var next = s_start;
        return Result(complete, stage =>
        {
            next += TimeSpan.FromMinutes(1);
            return AttemptsOf(stage, next, worker: next.Minute % 2 == 0 ? "silo/cpu-0" : "silo/cpu-1");
        });
    }

    /// <summary>One attempt of half a minute.</summary>
    internal static AttemptHistory AttemptsOf(StageRecipe stage, DateTimeOffset at, string worker = "silo/cpu-0") => AttemptHistory.Begun(null, 1, worker, at)
        .Noted(1, stage.Epochs, 1 << 28, saved: false).Ended(1, SpanEnd.Succeeded, at.AddSeconds(30));

    internal static ExperimentResult Result(int complete, Func<StageRecipe, AttemptHistory?> attempts, bool paidHere = true)
    {
        var outcomes = new Outcomes().Complete(s_plan.Dense, 0.87, s_dense, paidHere);
        foreach (var (trial, i) in s_plan.Trials.Take(complete).Select((trial, i) => (trial, i)))
        {
            outcomes.Complete(trial, 0.80 + 0.01 * i, s_dense with { Blocks = [.. s_dense.Blocks.Select(block => block with { MlpWidth = 20 + 10 * i, Heads = 1 + i / 2 })] }, paidHere);
        }

        var known = new Dictionary<StageId, AttemptHistory?>();
        foreach (var stage in s_plan.Paths.Take(complete + 1).SelectMany(path => path.Stages).DistinctBy(stage => stage.Id))
        {
            known.Add(stage.Id, attempts(stage));
        }

        return ResultBuilder.Build(
            SpecText.Spec, s_plan, ExperimentState.Complete, id => outcomes.Of(id) is { } standing ? standing with { Attempts = known.GetValueOrDefault(id) } : null);
    }
}
