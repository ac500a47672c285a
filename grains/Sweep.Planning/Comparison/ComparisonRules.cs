using System.Globalization;

namespace Sweep.Planning;

/// <summary>
/// What makes experiments comparable. An accuracy is worth what it was measured on: other images, another cut of them, another net or other objectives
/// make figures that must not stand side by side. Other seeds and other unpruned weights are what experiments may be compared for; they are told.
/// </summary>
public static class ComparisonRules
{
    private sealed record Rule(string Text, Func<ComparedExperiment, string?> Value);

    private static readonly Rule[] s_refusals =
    [
        new("Experiments are comparable when they are measured on the same data", one => one.Result.Scope.Data),
        new("Experiments are comparable when they are measured on the same files of images", one => one.Spec is { } spec ? ImageSet.Of(spec.Data)?.Digest : null),
        new("Experiments are comparable when they have equally many validation images", one => Text(one.Result.Scope.ValidationImages)),
        new("Experiments are comparable when their validation images are cut with the same seed", one => Text(one.Result.Scope.SplitSeed)),
        new("Experiments are comparable when images are read alike", one => one.Spec is { } spec ? Reading(spec.Data) : null),
        new("Experiments are comparable when they prune the same model", one => one.Spec?.Model.Preset),
        new("Experiments are comparable when their unpruned nets cost the same", one => one.Result.Dense is { } dense ? $"{Text(dense.Parameters)} parameters and {Text(dense.Flops)} FLOPs" : null),
        new("Experiments are comparable when they have the same objectives", Objectives),
        new("Latencies are comparable when they are measured on the same device at the same batch size", LatencyDevice),
    ];

    private static readonly Rule[] s_warnings =
    [
        new("They are trained with different seeds", one => string.Join(' ', one.Result.Scope.Seeds.Select(Text))),
        new("They start from different unpruned nets", one => one.Result.DenseStages is [.., var last] ? last.Value : null),
    ];

    /// <summary>Why the experiments must not be compared; empty where they may be.</summary>
    public static IReadOnlyList<ComparisonFault> Refusals(IReadOnlyList<ComparedExperiment> experiments) => Broken(s_refusals, experiments);

    /// <summary>What a reader of the comparison should know.</summary>
    public static IReadOnlyList<ComparisonFault> Warnings(IReadOnlyList<ComparedExperiment> experiments)
    {
        ArgumentNullException.ThrowIfNull(experiments);
        var different = DuplicateTrials.Of([.. experiments.Select(one => one.Result)]).FirstOrDefault(duplicate => !duplicate.Agree);
        return
        [
            .. Broken(s_warnings, experiments),
            .. Some("Not all have ended, so figures will change", experiments, one =>
                one.Result.State is ExperimentState.Running or ExperimentState.Paused ? $"is {one.Result.State.ToString().ToLowerInvariant()}" : null),
            .. Some("Without its spec, data and model are checked by name and size only, and epochs are not known", experiments, one => one.Spec is null ? "has none" : null),
            .. different is null ? Array.Empty<ComparisonFault>()
                : [new ComparisonFault { Rule = "The same stages came to different figures, as other devices may", Values = different.Trials }],
        ];
    }

    private static List<ComparisonFault> Broken(Rule[] rules, IReadOnlyList<ComparedExperiment> experiments)
    {
        ArgumentNullException.ThrowIfNull(experiments);
        return
        [
            .. rules.Select(rule => new ComparisonFault { Rule = rule.Text, Values = [.. experiments.Select(rule.Value)] })
                .Where(fault => fault.Values.OfType<string>().Distinct().Skip(1).Any()),
        ];
    }

    private static IEnumerable<ComparisonFault> Some(string rule, IReadOnlyList<ComparedExperiment> experiments, Func<ComparedExperiment, string?> value)
    {
        var fault = new ComparisonFault { Rule = rule, Values = [.. experiments.Select(value)] };
        return fault.Values.OfType<string>().Any() ? [fault] : [];
    }

    private static string Reading(DataSpec data) =>
        $"at {(data.ImageSize is { } side ? Text(side) : "their own")} pixels, crop {(data.CropRatio is { } ratio ? ratio.ToString("R", CultureInfo.InvariantCulture) : "as ever")}";

    private static string Objectives(ComparedExperiment one) =>
        string.Join(" and ", one.Result.Objectives.Select(objective => $"{objective.Goal.ToString().ToLowerInvariant()}s {objective.Metric.ToString().ToLowerInvariant()}").Order(StringComparer.Ordinal));

    private static string? LatencyDevice(ComparedExperiment one)
    {
        if (one.Result.Objectives.All(objective => objective.Metric != Metric.Latency))
        {
            return null;
        }

        var batch = one.Result.Trials.Select(trial => trial.Metrics?.Speedups).FirstOrDefault(speeds => speeds is not null)?[0].Batch;
        var devices = one.Spec?.Benchmark?.Device ?? string.Join(", ", one.Result.Trials.Select(trial => trial.Device).OfType<string>().Distinct().Order(StringComparer.Ordinal));
        return batch is { } size ? $"{devices} at batch {Text(size)}" : devices.Length > 0 ? devices : null;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
