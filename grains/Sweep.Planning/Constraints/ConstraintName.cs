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
        .. TrialSetting.All.Select(OfSetting),
        OfPrediction("predicted.parameters", costs => costs.Parameters),
        OfPrediction("predicted.flops", costs => costs.Flops),
        new() { Text = "dense.parameters", Number = point => point.Dense.Parameters },
        new() { Text = "dense.flops", Number = point => point.Dense.Flops },
    ];

    /// <returns>Null when there is no such name.</returns>
    public static ConstraintName? Find(string text) => All.FirstOrDefault(name => name.Text == text);

    private static ConstraintName OfSetting(TrialSetting setting) => new()
    {
        Text = setting.Name,
        Words = setting.Words,
        Number = setting.Number is { } number ? point => number(point.Settings) : null,
        Word = setting.Word is { } word ? point => word(point.Settings) : null,
    };

    private static ConstraintName OfPrediction(string text, Func<PredictedCosts, PredictedCost> cost) =>
        new() { Text = text, Number = point => cost(point.Predicted()).Value, Prediction = cost };
}
