using System.Collections.Frozen;
using Sweep.Planning.Schema;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>As much of a trial as a <see cref="TrialQuery"/> looks at.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Metrics">Complete trials only.</param>
/// <param name="Note">Why it failed or stopped; null where there is nothing to say.</param>
public readonly record struct TrialOutline(int Number, TrialState State, TrialSettings Settings, TrialMetrics? Metrics, string? Note);

/// <summary>Answers a <see cref="TrialQuery"/> from outlines: whole documents are made of the page alone.</summary>
public static class TrialSelection
{
    private static readonly FrozenDictionary<PruningMethod, double> s_methods = Enum.GetValues<PruningMethod>()
        .OrderBy(method => RuleWords.Name(method), StringComparer.Ordinal).Select((method, place) => (method, place)).ToFrozenDictionary(pair => pair.method, pair => (double)pair.place);

    /// <param name="trials">All of an experiment, by their numbers.</param>
    /// <param name="front">Ids of those on the front.</param>
    /// <param name="query">Whose page is ignored.</param>
    /// <returns>Numbers of those that the query wants, in its order; equal ones by their numbers.</returns>
    public static IReadOnlyList<int> Of(IEnumerable<TrialOutline> trials, IEnumerable<string> front, TrialQuery query)
    {
        ArgumentNullException.ThrowIfNull(trials);
        ArgumentNullException.ThrowIfNull(query);
        var words = query.Words;
        var points = front.ToHashSet(StringComparer.Ordinal);
        var numbers = new List<int>();
        var keys = new List<double>();
        foreach (var trial in trials)
        {
            if ((query.State is not { } state || trial.State == state)
                && (!query.OnFront || points.Contains(TrialPlanner.IdOf(trial.Number)))
                && (words.Length == 0 || HasAll(trial, words)))
            {
                numbers.Add(trial.Number);
                keys.Add(KeyOf(trial, query) is { } key && !double.IsNaN(key) ? query.Descending ? -key : key : double.PositiveInfinity);
            }
        }

        return Sorted([.. numbers], [.. keys]);
    }

    private static double? KeyOf(in TrialOutline trial, TrialQuery query) => query.Order switch
    {
        TrialOrder.Id => trial.Number,
        TrialOrder.State => (double)trial.State,
        TrialOrder.Method => s_methods[trial.Settings.Method],
        TrialOrder.Sparsity => trial.Settings.Sparsity,
        TrialOrder.Accuracy => trial.Metrics?.Accuracy,
        TrialOrder.TestAccuracy => trial.Metrics?.TestAccuracy,
        TrialOrder.Parameters => trial.Metrics?.Parameters,
        TrialOrder.Flops => trial.Metrics?.Flops,
        _ => throw new ArgumentOutOfRangeException(nameof(query), query.Order, "Trials must be listed by something known."),
    };

    /// <summary>Numbers are sorted beside their keys, which for a hundred thousand takes a fraction of what sorting trials takes; then those of equal keys.</summary>
    private static int[] Sorted(int[] numbers, double[] keys)
    {
        Array.Sort(keys, numbers);
        for (var from = 0; from < keys.Length;)
        {
            var to = from + 1;
            while (to < keys.Length && keys[to].Equals(keys[from]))
            {
                to++;
            }

            Array.Sort(numbers, from, to - from);
            from = to;
        }

        return numbers;
    }

    private static bool HasAll(in TrialOutline trial, string[] words)
    {
        foreach (var word in words)
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            if ((equals >= 0 || !IsNamed(trial, word)) && trial.Note?.Contains(word, StringComparison.OrdinalIgnoreCase) != true && !HasSetting(trial.Settings, word, equals))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsNamed(in TrialOutline trial, string word) =>
        TrialPlanner.IdOf(trial.Number).Contains(word, StringComparison.OrdinalIgnoreCase)
        || RuleWords.Name(trial.State).Contains(word, StringComparison.OrdinalIgnoreCase);

    /// <param name="settings">Of a trial.</param>
    /// <param name="word">A part of <c>name=value</c>.</param>
    /// <param name="equals">Where its sign is, which leaves a setting or two to be written out; negative for nowhere.</param>
    private static bool HasSetting(TrialSettings settings, string word, int equals)
    {
        foreach (var setting in TrialSetting.All)
        {
            if ((equals < 0 || setting.Name.AsSpan().EndsWith(word.AsSpan(0, equals), StringComparison.OrdinalIgnoreCase))
                && (setting.Word?.Invoke(settings) ?? (setting.Number?.Invoke(settings) is { } number ? FormattableString.Invariant($"{number}") : null)) is { } value
                && $"{setting.Name}={value}".Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
