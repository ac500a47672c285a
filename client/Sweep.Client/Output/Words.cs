using System.Globalization;
using Sweep.Planning;

namespace Sweep.Client.Output;

/// <summary>Numbers and settings as people read them. Programs get full precision from <c>Exact</c>.</summary>
internal static class Words
{
    public static string Percent(double fraction) => (100 * fraction).ToString("0.00", CultureInfo.InvariantCulture) + " %";

    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>Three significant digits with a unit prefix: 7211008 → 7.21 M.</summary>
    public static string Magnitude(long value)
    {
        var (scaled, prefix) = value switch
        {
            >= 1_000_000_000 => (value / 1e9, " G"),
            >= 1_000_000 => (value / 1e6, " M"),
            >= 1_000 => (value / 1e3, " k"),
            _ => (value, ""),
        };
        return scaled.ToString(scaled >= 100 || prefix == "" ? "0" : scaled >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture) + prefix;
    }

    public static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>Shortest digits that read back the same.</summary>
    public static string Exact(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    public static string Exact(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    /// <summary>A ratio, for example <c>1.36×</c>; "" when absent.</summary>
    public static string Times(double? ratio) => ratio is { } times ? times.ToString("0.00", CultureInfo.InvariantCulture) + "×" : "";

    /// <summary>Small ones in scientific notation, as sweep files write them.</summary>
    public static string Penalty(double? value) => value is { } penalty
        ? penalty is not 0 && Math.Abs(penalty) < 0.01 ? penalty.ToString("0.##e-0", CultureInfo.InvariantCulture) : Number(penalty)
        : "";

    /// <summary>An enum's name as sweep files and JSON write it.</summary>
    public static string Name<T>(T value) where T : struct, Enum
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary>"" when absent.</summary>
    public static string Name<T>(T? value) where T : struct, Enum => value is { } name ? Name(name) : "";

    public static string Settings(TrialSettings settings) =>
        $"{Name(settings.Method)} s={Number(settings.Sparsity)}"
        + (settings.Target is null ? "" : $" of {Name(settings.Target)}")
        + (settings.Lambda is null ? "" : $" λ={Penalty(settings.Lambda)}")
        + (settings.Rho is null ? "" : $" ρ={Penalty(settings.Rho)}")
        + (settings.Seed is { } seed ? FormattableString.Invariant($" seed={seed}") : "")
        + (settings.FinetuneSeed is { } again ? FormattableString.Invariant($" finetuneSeed={again}") : "")
        + (settings.FinetuneEpochs is { } epochs ? FormattableString.Invariant($" finetuneEpochs={epochs}") : "")
        + (settings.FinetuneLearningRate is { } rate ? $" finetuneLearningRate={Penalty(rate)}" : "");

    /// <summary>One thing or many: <c>1 trial</c>, <c>12 trials</c>.</summary>
    public static string Many(long count, string one) => $"{Count(count)} {one}{(count == 1 ? "" : "s")}";

    /// <summary>How many trials there will be, and who chooses them.</summary>
    public static string Trials(TrialOutlook outlook) => outlook.Chooser switch
    {
        null => Many(outlook.Trials, "trial"),
        { } chooser when outlook.IsExact || !chooser.Learns() => $"{Many(outlook.Trials, "trial")}, drawn by {Name(chooser)}",
        { } chooser => $"at most {Many(outlook.Trials, "trial")}, which {Name(chooser)} chooses while it runs",
    };

    /// <summary>Two units at most: 1 h 5 min, 3 min 20 s, 45 s.</summary>
    public static string Duration(TimeSpan time)
    {
        var seconds = (long)Math.Round(time.TotalSeconds);
        return seconds switch
        {
            < 60 => FormattableString.Invariant($"{seconds} s"),
            < 3600 => FormattableString.Invariant($"{seconds / 60} min {seconds % 60} s"),
            _ => FormattableString.Invariant($"{seconds / 3600} h {seconds % 3600 / 60} min"),
        };
    }
}
