using Sweep.Planning.Schema;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>What a constraint is asked about.</summary>
/// <param name="Settings">A trial's.</param>
/// <param name="Predicted">Asked for only where a constraint names a predicted cost.</param>
/// <param name="Dense">Of the unpruned net.</param>
internal sealed record ConstraintPoint(TrialSettings Settings, Func<PredictedCosts> Predicted, DenseCosts Dense);

/// <summary>A name that constraints may use: a setting, or a cost.</summary>
internal sealed record ConstraintName
{
    public required string Text { get; init; }

    /// <summary>Null for words.</summary>
    public Func<ConstraintPoint, double?>? Number { get; init; }

    /// <summary>Null for numbers.</summary>
    public Func<ConstraintPoint, string?>? Word { get; init; }

    /// <summary>The words that it can be; empty for numbers.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>A cost that only a prediction knows; null for what is known exactly.</summary>
    public Func<PredictedCosts, PredictedCost>? Prediction { get; init; }

    public static IReadOnlyList<ConstraintName> All { get; } =
    [
        OfWord("method", Enum.GetValues<PruningMethod>(), settings => settings.Method),
        OfWord("target", Enum.GetValues<BudgetTarget>(), settings => settings.Target),
        OfNumber("sparsity", settings => settings.Sparsity),
        OfNumber("lambda", settings => settings.Lambda),
        OfNumber("rho", settings => settings.Rho),
        OfNumber("seed", settings => settings.Seed),
        OfNumber("finetuneSeed", settings => settings.FinetuneSeed),
        OfNumber("finetuneEpochs", settings => settings.FinetuneEpochs),
        OfNumber("finetuneLearningRate", settings => settings.FinetuneLearningRate),
        OfPrediction("predicted.parameters", costs => costs.Parameters),
        OfPrediction("predicted.flops", costs => costs.Flops),
        new() { Text = "dense.parameters", Number = point => point.Dense.Parameters },
        new() { Text = "dense.flops", Number = point => point.Dense.Flops },
    ];

    /// <returns>Null when there is no such name.</returns>
    public static ConstraintName? Find(string text) => All.FirstOrDefault(name => name.Text == text);

    private static ConstraintName OfNumber(string text, Func<TrialSettings, double?> number) =>
        new() { Text = text, Number = point => number(point.Settings) };

    private static ConstraintName OfPrediction(string text, Func<PredictedCosts, PredictedCost> cost) =>
        new() { Text = text, Number = point => cost(point.Predicted()).Value, Prediction = cost };

    private static ConstraintName OfWord<T>(string text, IReadOnlyList<T> values, Func<TrialSettings, T?> value)
        where T : struct, Enum => new()
        {
            Text = text,
            Words = [.. values.Select(RuleWords.Name)],
            Word = point => value(point.Settings) is { } word ? RuleWords.Name(word) : null,
        };
}
