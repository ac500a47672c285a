using Sweep.Planning.Schema;

namespace Sweep.Planning;

/// <summary>One of the settings that tell trials apart, as the space of a spec names it. The one table of them: whoever goes through all settings goes through it.</summary>
internal sealed record TrialSetting
{
    public required string Name { get; init; }

    /// <summary>The value, null where a trial has none; null itself for words.</summary>
    public Func<TrialSettings, double?>? Number { get; init; }

    /// <summary>The word, null where a trial has none; null itself for numbers.</summary>
    public Func<TrialSettings, string?>? Word { get; init; }

    /// <summary>The words that it can be; empty for numbers.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>In the order of the spec, words first.</summary>
    public static IReadOnlyList<TrialSetting> All { get; } =
    [
        OfWord("method", settings => (Recipes.PruningMethod?)settings.Method),
        OfWord("target", settings => settings.Target),
        OfNumber("sparsity", settings => settings.Sparsity),
        OfNumber("lambda", settings => settings.Lambda),
        OfNumber("rho", settings => settings.Rho),
        OfNumber("seed", settings => settings.Seed),
        OfNumber("finetuneSeed", settings => settings.FinetuneSeed),
        OfNumber("finetuneEpochs", settings => settings.FinetuneEpochs),
        OfNumber("finetuneLearningRate", settings => settings.FinetuneLearningRate),
    ];

    private static TrialSetting OfNumber(string name, Func<TrialSettings, double?> number) => new() { Name = name, Number = number };

    private static TrialSetting OfWord<T>(string name, Func<TrialSettings, T?> value)
        where T : struct, Enum => new()
        {
            Name = name,
            Words = [.. Enum.GetValues<T>().Select(RuleWords.Name)],
            Word = settings => value(settings) is { } word ? RuleWords.Name(word) : null,
        };
}
