using System.Text.RegularExpressions;

namespace Sweep.Planning;

/// <summary>Reasons that differ in their figures only.</summary>
public sealed partial record ReasonKind
{
    public required int Count { get; init; }

    /// <summary>The first of them.</summary>
    public required string Example { get; init; }

    /// <summary>Of which trial.</summary>
    public required string Trial { get; init; }

    /// <summary>Why trials were proposed.</summary>
    /// <returns>In the order of their first trials.</returns>
    public static IReadOnlyList<ReasonKind> Of(IReadOnlyList<TrialResult> trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        return
        [
            .. trials.Where(trial => trial.Reason is not null).GroupBy(trial => Figures().Replace(trial.Reason!, "#"), StringComparer.Ordinal)
                .Select(kind => new ReasonKind { Count = kind.Count(), Example = kind.First().Reason!, Trial = kind.First().Id }),
        ];
    }

    [GeneratedRegex(@"-?\d[\d.,]*(E[-+]?\d+)?(?<![.,])|\((#, )*#\)|∞|NaN")]
    private static partial Regex Figures();
}
