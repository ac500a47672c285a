using System.Globalization;
using Sweep.Planning;
using Sweep.Planning.Report;
using Sweep.Recipes;

namespace Sweep.Silo.Web;

/// <summary>Small pieces that several pages have.</summary>
internal static class Marks
{
    public static Html State(string state) => Html.Of($"""<span class="pill {state}">{state}</span>""");

    /// <param name="part">From 0 to 1; null for not known.</param>
    /// <param name="label">What it is of, for who cannot see it.</param>
    public static Html Progress(double? part, string label) => part is { } known
        ? Html.Of($"""<progress max="100" value="{Math.Clamp(known, 0, 1) * 100}" aria-label="{label}"></progress>""")
        : Html.Empty;

    public static Html Time(DateTimeOffset time) => Html.Of(
        $"""<time datetime="{time.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}">{time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC</time>""");

    public static string Epochs(double done, double needed) => FormattableString.Invariant($"{done:0.#} of {needed:0.#}");

    public static string Bytes(long bytes) => bytes switch
    {
        >= 1L << 30 => FormattableString.Invariant($"{bytes / (double)(1L << 30):0.0} GiB"),
        >= 1L << 20 => FormattableString.Invariant($"{bytes / (double)(1L << 20):0} MiB"),
        _ => FormattableString.Invariant($"{bytes / 1024.0:0} KiB"),
    };

    /// <summary>The kind in its colour, and as much of the id as tells it from others.</summary>
    public static Html Stage(StageId stage) => Html.Of(
        $"""<svg class="swatch k-{stage.Kind.ToString().ToLowerInvariant()}" viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" rx="2"/></svg><span title="{stage.Value}">{stage.Kind.ToString()} <code>{Short(stage)}</code></span>""");

    /// <summary><c>silo/device-slot</c>: the instance says nothing to people.</summary>
    public static string Slot(string worker) => worker.Split('/') is [var silo, var slot, ..] ? $"{silo}/{slot}" : worker;

    public static string PathOf(string experiment) => $"/experiments/{Uri.EscapeDataString(experiment)}";

    public static string PathOf(string experiment, string trial) => $"{PathOf(experiment)}/trials/{Uri.EscapeDataString(trial)}";

    public static Html TrialState(TrialState state) => Html.Of($"""<span class="state {state.ToString()}">{state.ToString()}</span>""");

    private static string Short(StageId stage) => stage.Value[(stage.Value.LastIndexOf('-') + 1)..][..8];
}
