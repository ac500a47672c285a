using Sweep.Recipes;

namespace Sweep.Planning;

public sealed class SearchSpecTests
{
    private const string Search = "search:   { algorithm: sobol, trials: 8, seed: 3 }";

    private static string Drawn(string old = "", string @new = "")
    {
        var yaml = SpecText.With("search:   { algorithm: grid }", Search);
        Assert.Contains(old, yaml, StringComparison.Ordinal);
        return old.Length == 0 ? yaml : yaml.Replace(old, @new, StringComparison.Ordinal);
    }

    [Fact]
    public void Range_WithoutCount_StaysARange_AlsoAsCanonicalJson()
    {
        var spec = SweepSpecReader.Read(Drawn("scale: log, count: 3", "scale: log"), "sweep.yaml");
        var again = SweepSpecReader.Read(CanonicalJson.Serialize(spec), "sweep.yaml");

        Assert.Equal([1e-3, 1e-1], spec.Space.Rho!.Range!);
        Assert.Equal(AxisScale.Log, spec.Space.Rho.Scale);
        Assert.Empty(spec.Space.Rho.Values);
        Assert.Equal(CanonicalJson.Serialize(spec), CanonicalJson.Serialize(again));
        Assert.Empty(SweepSpecValidator.Check(spec));
    }

    [Fact]
    public void WholeRange_WithCount_IsLaidOutInWholeNumbers()
    {
        var spec = SweepSpecReader.Read(SpecText.With("  sparsity:", "  finetuneEpochs: { range: [1, 27], scale: log, count: 4 }\n  sparsity:"), "sweep.yaml");

        Assert.Equal([1, 3, 9, 27], spec.Space.FinetuneEpochs!.Values);
    }

    [Theory]
    [InlineData("90m", "01:30:00")]
    [InlineData("1.5h", "01:30:00")]
    [InlineData("2d", "2.00:00:00")]
    [InlineData("30s", "00:00:30")]
    [InlineData("\"1.02:03:04\"", "1.02:03:04")]
    public void WallTime_IsALengthOfTime(string text, string time) =>
        Assert.Equal(
            TimeSpan.Parse(time, System.Globalization.CultureInfo.InvariantCulture),
            SweepSpecReader.Read(SpecText.Sound + $"\nlimits: {{ wallTime: {text} }}\n", "sweep.yaml").Limits!.WallTime);

    /// <summary>Stage ids of specs that name none of the new axes are those that they had before there were any.</summary>
    [Fact]
    public void FinetuneSettings_ChangeOnlyWhatComesAfterTheCut()
    {
        var plain = ExperimentPlanner.Plan(SpecText.Spec);
        var spec = SweepSpecReader.Read(SpecText.With("  sparsity:", "  finetuneSeed: { values: [0, 1] }\n  finetuneEpochs: { values: [3, 4] }\n  finetuneLearningRate: { values: [1e-3, 2e-3] }\n  sparsity:"), "sweep.yaml");
        var plan = ExperimentPlanner.Plan(spec);

        Assert.Equal(plain.Trials.Count * 8, plan.Trials.Count);
        Assert.Equal(plan.Trials.Count, plan.Trials.Select(trial => trial.Evaluate.Id).Distinct().Count());
        Assert.Equal(Before(plain), Before(plan));

        static IEnumerable<StageId> Before(ExperimentPlan plan) =>
            plan.Paths.SelectMany(trial => trial.Stages)
                .Where(stage => stage.Kind is not (StageKind.FineTune or StageKind.Evaluate or StageKind.Benchmark))
                .Select(stage => stage.Id).Distinct().Order();
    }

    /// <summary>Old text, new text, then the only fault: its path and rule.</summary>
    [Theory]
    [InlineData(", trials: 8", "", "search.trials: must be given for sobol, but is missing")]
    [InlineData("seed: 3", "population: 8", "search.population: belongs to nsga2 and auto, but the algorithm is sobol and the population 8")]
    [InlineData("seed: 3", "warmStart: [earlier]", "search.warmStart: belongs to a searcher that learns (nsga2, motpe, gp, auto), but the algorithm is sobol")]
    [InlineData("seed: 3", "warmStart: [Earlier]", "search.warmStart[0]: must be the name of an experiment: lower-case letters, digits and inner hyphens, at most 63 in all, but is 'Earlier'")]
    [InlineData("scale: log, count: 3", "step: 1", "space.rho.step: must be at most the length of the range, 0.099, but is 1")]
    [InlineData("count: 3", "step: 0.01", "space.rho.step: belongs to a linear range without count, but this one has a log scale")]
    [InlineData("scale: log, count: 3", "count: 3, step: 0.01", "space.rho.step: belongs to a linear range without count, but this one has count")]
    [InlineData("range: [1e-3, 1e-1], scale: log, count: 3", "count: 3", "space.rho: count belongs to a range, but range is missing")]
    [InlineData("values: [0.2, 0.4, 0.6]", "range: [0.2, 0.99]", "space.sparsity.range[1]: gohsp can remove at most *")]
    [InlineData("parallelism: 4", "stopping: { mode: stop }", "stopping: must have algorithm, to stop trials, or plateau, to end the experiment, but has neither")]
    [InlineData("parallelism: 4", "stopping: { algorithm: asha, minEpochs: 4 }", "stopping.minEpochs: must be at most the epochs after the cut, 3, but is 4")]
    [InlineData("parallelism: 4", "stopping: { algorithm: asha, reduction: 1 }", "stopping.reduction: must be a whole number from 2 to 1000, but is '1'")]
    [InlineData("parallelism: 4", "limits: { wallTime: 12 }", "limits.wallTime: must be a length of time greater than 0 with its unit, for example 30s, 90m, 12h or 2d, but is '12'")]
    [InlineData("parallelism: 4", "limits: { wallTime: 0s }", "limits.wallTime: must be a length of time greater than 0 with its unit, for example 30s, 90m, 12h or 2d, but is '0s'")]
    [InlineData("parallelism: 4", "limits: { deviceHours: 0 }", "limits.deviceHours: must be a finite number greater than 0, but is '0'")]
    [InlineData("parallelism: 4", "weight: 0", "weight: must be a number in (0, 1000000], but is '0'")]
    [InlineData("parallelism: 4", "priority: 1.5", "priority: must be a whole number from -1000 to 1000, but is '1.5'")]
    [InlineData("finetune: { epochs: 3 }", "finetune: { epochs: 3, finalLearningRate: 1e-4 }", "space.finetuneLearningRate: must be at least finetune.finalLearningRate, 0.0001, but goes down to 1E-05", "  finetuneLearningRate: { range: [1e-5, 1e-3], scale: log }\n")]
    public void Reader_NamesTheBrokenRule(string old, string @new, string expected, string axis = "")
    {
        var fault = Assert.Single(SpecText.Faults(Drawn(old, @new).Replace("  sparsity:", axis + "  sparsity:", StringComparison.Ordinal))
            .Take(old.StartsWith("values", StringComparison.Ordinal) ? 1 : int.MaxValue));

        Assert.StartsWith(expected.TrimEnd('*'), $"{fault.Path}: {fault.Rule}", StringComparison.Ordinal);
    }
}
