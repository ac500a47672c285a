using Sweep.Planning.Schema;

namespace Sweep.Planning;

/// <summary>One thing that trials are told apart by, for pictures and figures over many of them: a setting, or a metric.</summary>
/// <param name="Name">As the spec or the result document calls it, for example <c>sparsity</c>.</param>
/// <param name="Words">The values of an unordered setting, in the order of the axis; null for numbers.</param>
/// <param name="Of">A trial's place: the number, or the index of the word; null where the trial has none.</param>
public sealed record TrialAxis(string Name, IReadOnlyList<string>? Words, Func<TrialResult, double?> Of)
{
    /// <summary>The settings that differ between trials, in the order of the spec. One that some trials do not have counts among them where it differs.</summary>
    public static IReadOnlyList<TrialAxis> Settings(IReadOnlyList<TrialResult> trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        var all = TrialSetting.All.Select(setting => setting.Number is { } number ? Number(setting.Name, number) : Choice(setting.Name, trials, setting.Word!));
        return [.. all.Where(axis => trials.Select(axis.Of).OfType<double>().Distinct().Take(2).Count() == 2)];
    }

    /// <summary>The objectives of an experiment, which complete trials alone have.</summary>
    public static IReadOnlyList<TrialAxis> Metrics(IReadOnlyList<Objective> objectives)
    {
        ArgumentNullException.ThrowIfNull(objectives);
        return
        [
            .. objectives.Select(objective => new TrialAxis(
                RuleWords.Name(objective.Metric), null, trial => trial.Metrics is { } metrics ? ObjectiveValues.Of(objective.Metric, metrics) : null)),
        ];
    }

    private static TrialAxis Number(string name, Func<TrialSettings, double?> of) => new(name, null, trial => of(trial.Settings));

    private static TrialAxis Choice(string name, IReadOnlyList<TrialResult> trials, Func<TrialSettings, string?> of)
    {
        var words = trials.Select(trial => of(trial.Settings)).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        var places = words.Select((word, place) => (word, place)).ToDictionary(pair => pair.word, pair => (double?)pair.place);
        return new(name, words, trial => of(trial.Settings) is { } word ? places[word] : null);
    }
}
