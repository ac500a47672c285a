using System.Globalization;
using Sweep.Recipes;

namespace Sweep.Planning.Report;

/// <summary>Values as the report says them.</summary>
internal static class Words
{
    /// <summary>A fraction as a percentage, for example <c>86.42 %</c>.</summary>
    public static string Percent(double fraction, int decimals = 2) =>
        (fraction * 100).ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) + "\u00A0%";

    /// <summary>A change of a count against the dense net's, for example <c>−40 %</c>.</summary>
    public static string Change(long value, long dense)
    {
        var change = (int)Math.Round(100.0 * value / dense - 100);
        return change == 0 ? "±0\u00A0%" : FormattableString.Invariant($"{(change < 0 ? "−" : "+")}{Math.Abs(change)}\u00A0%");
    }

    /// <summary>A difference of two accuracies in points, for example <c>−0.31</c>.</summary>
    public static string Points(double difference) =>
        FormattableString.Invariant($"{(difference < 0 ? "−" : "+")}{Math.Abs(difference * 100):0.00}");

    /// <summary>A count in three digits, for example <c>83.4k</c> or <c>4.61G</c>.</summary>
    public static string Short(double count)
    {
        var (scaled, unit) = count switch
        {
            >= 1e9 => (count / 1e9, "G"),
            >= 1e6 => (count / 1e6, "M"),
            >= 1e3 => (count / 1e3, "k"),
            _ => (count, ""),
        };
        var format = unit.Length == 0 || scaled >= 100 ? "0" : scaled >= 10 ? "0.0" : "0.00";
        return scaled.ToString(format, CultureInfo.InvariantCulture) + unit;
    }

    /// <summary>A count with separators, for example <c>139,018</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>λ and ρ, for example <c>0.001</c> or <c>1e-5</c>.</summary>
    public static string Coefficient(double? value) => value is not { } number ? "–"
        : number != 0 && Math.Abs(number) < 1e-4 ? number.ToString("0.###e-0", CultureInfo.InvariantCulture)
        : number.ToString("0.######", CultureInfo.InvariantCulture);

    public static string Method(PruningMethod method) => method.ToString().ToLowerInvariant();

    /// <summary>For example <c>gohsp, 40 % of FLOPs removed, λ 0, ρ 0.01, seed 1</c>.</summary>
    public static string Settings(TrialSettings settings) => string.Concat(
        FormattableString.Invariant($"{Method(settings.Method)}, {settings.Sparsity * 100:0.##}\u00A0% "),
        settings.Target is { } target ? $"of {Target(target)} " : "",
        settings.Method.IsStructured() ? "removed" : "zeros",
        settings.Lambda is null ? "" : $", λ {Coefficient(settings.Lambda)}",
        settings.Rho is null ? "" : $", ρ {Coefficient(settings.Rho)}",
        settings.Seed is { } seed ? FormattableString.Invariant($", seed {seed}") : "",
        settings.FinetuneSeed is { } again ? FormattableString.Invariant($", fine-tune seed {again}") : "",
        settings.FinetuneEpochs is { } epochs ? FormattableString.Invariant($", {Plural(epochs, "fine-tune epoch")}") : "",
        settings.FinetuneLearningRate is { } rate ? $", fine-tune rate {Coefficient(rate)}" : "");

    public static string Target(BudgetTarget target) => target == BudgetTarget.Flops ? "FLOPs" : target.ToString().ToLowerInvariant();

    /// <summary>A fraction and its spread, for example <c>86.42 ± 0.11 %</c>.</summary>
    public static string Percent(Spread spread) => FormattableString.Invariant($"{spread.Mean * 100:0.00}{Deviation(spread, 100, "0.00")}\u00A0%");

    /// <summary>A difference of accuracies in points and its spread, for example <c>−0.31 ± 0.07</c>.</summary>
    public static string Points(Spread spread) => Points(spread.Mean) + Deviation(spread, 100, "0.00");

    /// <summary>A count and its spread, for example <c>83,400 ± 12</c>; counts that agree have none.</summary>
    public static string Count(Spread spread) =>
        Count((long)Math.Round(spread.Mean)) + (spread.Deviation is null or < 0.5 ? "" : Deviation(spread, 1, "N0"));

    /// <summary>For example <c>1.36×</c>.</summary>
    public static string Times(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture) + "×";

    /// <summary>Seconds in milliseconds, three digits, for example <c>1.36 ms</c>.</summary>
    public static string Milliseconds(double seconds) => (seconds * 1000) switch
    {
        >= 100 and var ms => ms.ToString("0", CultureInfo.InvariantCulture),
        >= 10 and var ms => ms.ToString("0.0", CultureInfo.InvariantCulture),
        >= 1 and var ms => ms.ToString("0.00", CultureInfo.InvariantCulture),
        var ms => ms.ToString("0.000", CultureInfo.InvariantCulture),
    } + "\u00A0ms";

    /// <summary>Two units at most, for example <c>1 h 5 min</c>, <c>3 min 20 s</c>, <c>4.2 s</c>.</summary>
    public static string Duration(TimeSpan time) => time.TotalSeconds switch
    {
        < 10 => FormattableString.Invariant($"{Math.Max(0, time.TotalSeconds):0.#} s"),
        < 60 => FormattableString.Invariant($"{time.TotalSeconds:0} s"),
        < 3600 => FormattableString.Invariant($"{(int)time.TotalMinutes} min {time.Seconds} s"),
        < 86400 => FormattableString.Invariant($"{(int)time.TotalHours} h {time.Minutes} min"),
        _ => FormattableString.Invariant($"{(int)time.TotalDays} days {time.Hours} h"),
    };

    private static string Deviation(Spread spread, double scale, string format) =>
        spread.Deviation is { } deviation ? " ± " + (deviation * scale).ToString(format, CultureInfo.InvariantCulture) : "";

    public static string Plural(int count, string noun) => FormattableString.Invariant($"{count} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>What a point says when it is pointed at, in lines.</summary>
    public static string Tip(TrialResult trial, TrialMetrics metrics, TrialMetrics? dense, int? rank) => string.Join('\n',
        rank is { } place ? FormattableString.Invariant($"{trial.Id} · no. {place} on the front") : trial.Id,
        Settings(trial.Settings),
        dense is null
            ? $"accuracy {Percent(metrics.Accuracy)}"
            : $"accuracy {Percent(metrics.Accuracy)} ({Points(metrics.Accuracy - dense.Accuracy)} points)",
        $"test {Percent(metrics.TestAccuracy)}",
        $"{Count(metrics.Parameters)} parameters{(dense is null ? "" : $" ({Change(metrics.Parameters, dense.Parameters)})")}"
            + (metrics.Zeros is { } zeros ? $", {Count(zeros)} of them zeros, not savings" : ""),
        $"{Count(metrics.Flops)} FLOPs{(dense is null ? "" : $" ({Change(metrics.Flops, dense.Flops)})")}"
            + (metrics.Speedups is [var first, ..] ? FormattableString.Invariant($"\n{Times(first.SpeedUp)} as fast at batch {first.Batch}") : ""));
}
