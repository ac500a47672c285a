using Sweep.Planning.Schema;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>A column of exported trials. Base units, as in the result document.</summary>
public abstract record TrialField(string Name)
{
    /// <summary>The columns of every export that has columns: the same ones for every experiment, so that files can be joined.</summary>
    public static IReadOnlyList<TrialField> All(ExperimentResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var front = result.Front.ToHashSet(StringComparer.Ordinal);
        return
        [
            new TextField("experiment", _ => result.Experiment),
            new TextField("trial", trial => trial.Id),
            new TextField("state", trial => RuleWords.Name(trial.State)),
            new FlagField("onFront", trial => front.Contains(trial.Id)),
            new TextField("method", trial => RuleWords.Name(trial.Settings.Method)),
            new NumberField("sparsity", trial => trial.Settings.Sparsity),
            new TextField("target", trial => trial.Settings.Target is { } target ? RuleWords.Name(target) : null),
            new NumberField("lambda", trial => trial.Settings.Lambda),
            new NumberField("rho", trial => trial.Settings.Rho),
            new CountField("seed", trial => trial.Settings.Seed),
            new CountField("finetuneSeed", trial => trial.Settings.FinetuneSeed),
            new CountField("finetuneEpochs", trial => trial.Settings.FinetuneEpochs),
            new NumberField("finetuneLearningRate", trial => trial.Settings.FinetuneLearningRate),
            new NumberField("accuracy", trial => trial.Metrics?.Accuracy),
            new NumberField("testAccuracy", trial => trial.Metrics?.TestAccuracy),
            new CountField("parameters", trial => trial.Metrics?.Parameters),
            new CountField("flops", trial => trial.Metrics?.Flops),
            new CountField("zeros", trial => trial.Metrics?.Zeros),
            new NumberField("flopsRatio", trial => trial.Metrics?.FlopsRatio),
            new NumberField("latency", trial => First(trial)?.Net.P50),
            new NumberField("speedUp", trial => First(trial)?.SpeedUp),
            new NumberField("largestLogitDifference", trial => trial.LargestLogitDifference),
            new TextField("device", trial => trial.Device),
            new TextField("reason", trial => trial.Reason),
            new TextField("failureStage", trial => trial.Failure?.Stage.Value),
            new TextField("failureReason", trial => trial.Failure is { } failure ? RuleWords.Name(failure.Failure.Reason) : null),
            new TextField("failureMessage", trial => trial.Failure?.Failure.Message),
            new TextField("rungs", trial => trial.Rungs is { } rungs ? CanonicalJson.Serialize(rungs) : null),
            new TextField("stages", trial => string.Join(' ', trial.Stages)),
        ];
    }

    private static BatchBenchmark? First(TrialResult trial) => trial.Metrics?.Speedups is [var first, ..] ? first : null;
}

public sealed record TextField(string Name, Func<TrialResult, string?> Of) : TrialField(Name);

public sealed record NumberField(string Name, Func<TrialResult, double?> Of) : TrialField(Name);

public sealed record CountField(string Name, Func<TrialResult, long?> Of) : TrialField(Name);

public sealed record FlagField(string Name, Func<TrialResult, bool> Of) : TrialField(Name);
