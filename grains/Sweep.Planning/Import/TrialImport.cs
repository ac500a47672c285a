using System.Globalization;
using Sweep.Planning.Schema;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>What became of the trials of a file: those that a search can start from, and why it cannot from the others.</summary>
public sealed record TrialImport
{
    public required IReadOnlyList<KnownTrial> Known { get; init; }

    /// <summary>Reasons with how many trials they refused and the first of them, most first.</summary>
    public required IReadOnlyList<(string Reason, int Trials, string First)> Refused { get; init; }

    /// <param name="trials">As the file has them.</param>
    /// <param name="spec">Whose space and objectives they must fit.</param>
    public static TrialImport Of(IReadOnlyList<ForeignTrial> trials, SweepSpec spec)
    {
        ArgumentNullException.ThrowIfNull(trials);
        ArgumentNullException.ThrowIfNull(spec);
        var space = new TrialSpace(spec);
        var known = new List<KnownTrial>();
        var seen = new HashSet<KnownTrial>();
        var refused = new Dictionary<string, (int Count, string First)>(StringComparer.Ordinal);
        foreach (var trial in trials)
        {
            var refusal = "not complete";
            var made = trial.IsComplete ? Make(trial, spec, out refusal) : null;
            refusal = made is null ? refusal : made.Refusal(space, spec.Objectives)
                ?? (!seen.Add(made) ? "there already" : known.Count == KnownTrials.Most ? FormattableString.Invariant($"beyond the {KnownTrials.Most} that a spec may hold") : null);
            if (refusal is null)
            {
                known.Add(made!);
            }
            else
            {
                refused[refusal] = refused.TryGetValue(refusal, out var before) ? (before.Count + 1, before.First) : (1, trial.Place);
            }
        }

        return new TrialImport
        {
            Known = known,
            Refused = [.. refused.OrderByDescending(one => one.Value.Count).ThenBy(one => one.Key, StringComparer.Ordinal).Select(one => (one.Key, one.Value.Count, one.Value.First))],
        };
    }

    private static KnownTrial? Make(ForeignTrial trial, SweepSpec spec, out string? refusal)
    {
        var fault = (string?)null;
        var methods = Enum.GetValues<PruningMethod>().Where(method => RuleWords.Name(method) == trial.Settings.GetValueOrDefault("method")).ToList();
        var targets = Enum.GetValues<BudgetTarget>().Where(target => RuleWords.Name(target) == trial.Settings.GetValueOrDefault("target")).ToList();
        if (methods.Count == 0)
        {
            refusal = trial.Settings.ContainsKey("method") ? "unknown method" : "no method";
            return null;
        }

        var made = new KnownTrial
        {
            Method = methods[0],
            Sparsity = Setting("sparsity") ?? double.NaN,
            Target = targets.Count > 0 ? targets[0] : null,
            Lambda = Setting("lambda"),
            Rho = Setting("rho"),
            Seed = (long?)Whole("seed", Setting("seed")),
            FinetuneSeed = (long?)Whole("finetuneSeed", Setting("finetuneSeed")),
            FinetuneEpochs = (int?)Whole("finetuneEpochs", Setting("finetuneEpochs")),
            FinetuneLearningRate = Setting("finetuneLearningRate"),
            Accuracy = Measured(Metric.Accuracy) is { } accuracy ? accuracy is >= 0 and <= 1 ? accuracy : Wrong<double>("accuracy", "a fraction in [0, 1]") : null,
            Parameters = (long?)Whole("parameters", Measured(Metric.Parameters)),
            Flops = (long?)Whole("flops", Measured(Metric.Flops)),
            Latency = Measured(Metric.Latency) is { } latency ? latency > 0 ? latency : Wrong<double>("latency", "more than 0 seconds") : null,
        };
        refusal = fault ?? (double.IsNaN(made.Sparsity) ? "no sparsity" : null);
        return refusal is null ? made : null;

        double? Setting(string name) => trial.Settings.TryGetValue(name, out var text) ? Number(name, text) : null;

        // By its name, else by its place among the objectives.
        double? Measured(Metric metric)
        {
            var place = spec.Objectives.ToList().FindIndex(objective => objective.Metric == metric).ToString(CultureInfo.InvariantCulture);
            return trial.Metrics.TryGetValue(RuleWords.Name(metric), out var text) || trial.Metrics.TryGetValue(place, out text) ? Number(RuleWords.Name(metric), text) : null;
        }

        double? Number(string name, string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : Wrong<double>(name, "a finite number");

        double? Whole(string name, double? number) => number is not { } value ? null
            : value >= 0 && value < long.MaxValue && value == Math.Floor(value) && (name != "finetuneEpochs" || value <= int.MaxValue) ? value
            : Wrong<double>(name, "a whole number of at least 0");

        T? Wrong<T>(string name, string rule)
            where T : struct
        {
            fault ??= $"{name} is not {rule}";
            return null;
        }
    }
}
