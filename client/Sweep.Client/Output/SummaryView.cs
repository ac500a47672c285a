using System.Globalization;
using Spectre.Console;
using Sweep.Planning;

namespace Sweep.Client.Output;

/// <summary>Mean and spread over the seeds: one row a setting, the unpruned net first.</summary>
internal static class SummaryView
{
    public static Answer Of(ExperimentResult result)
    {
        var summary = SeedSummary.Of(result);
        IReadOnlyList<NetSummary> nets = summary.Dense is { } dense ? [dense, .. summary.Settings] : summary.Settings;
        var document = new SummaryDocument { Experiment = result.Experiment, State = result.State, Scope = result.Scope, Dense = summary.Dense, Settings = summary.Settings };
        return Answer.Of(document, nets, Columns(nets), console => Show(console, result, nets));
    }

    private static void Show(IAnsiConsole console, ExperimentResult result, IReadOnlyList<NetSummary> nets)
    {
        if (nets.Count == 0)
        {
            console.WriteLine("No net has been evaluated yet.");
            return;
        }

        console.Write(Column.Table(console, Columns(nets), nets));
        var seeds = result.Scope.Seeds.Count;
        console.WriteLine($"Mean ± standard deviation (n − 1) over {Words.Many(seeds, "seed")} of training; Δ dense in points, seed by seed. "
            + $"Validation: {Words.Count(result.Scope.ValidationImages)} images; test: {Words.Count(result.Scope.TestImages)}, of {result.Scope.Data}.");
        if (nets.Any(net => net.Zeros is not null))
        {
            console.WriteLine("Zeros are not savings: an unstructured method leaves a net of the same size and cost.");
        }
    }

    private static IReadOnlyList<Column<NetSummary>> Columns(IReadOnlyList<NetSummary> nets) =>
    [
        new("method", "method", net => Method(net, "dense"), net => Method(net, "dense")),
        Number("sparsity", "sparsity", net => net.Settings is { } settings ? Words.Number(settings.Sparsity) : "", net => Words.Exact(net.Settings?.Sparsity)),
        new Column<NetSummary>("of", "target", net => Words.Name(net.Settings?.Target), net => Words.Name(net.Settings?.Target))
            .If(nets.Any(net => net.Settings?.Target is not null)),
        Number("λ", "lambda", net => Words.Penalty(net.Settings?.Lambda), net => Words.Exact(net.Settings?.Lambda)).If(nets.Any(net => net.Settings?.Lambda is not null)),
        Number("ρ", "rho", net => Words.Penalty(net.Settings?.Rho), net => Words.Exact(net.Settings?.Rho)).If(nets.Any(net => net.Settings?.Rho is not null)),
        Number("n", "n", net => Words.Count(net.Seeds), net => Words.Exact(net.Seeds)),
        .. Spreads("validation", "accuracy", net => net.Accuracy, spread => Percent(spread, "0.00") + " %"),
        .. Spreads("test", "testAccuracy", net => net.TestAccuracy, spread => Percent(spread, "0.00") + " %"),
        .. Spreads("Δ dense", "difference", net => net.Difference, spread => Percent(spread, "+0.00;−0.00;0.00")),
        .. Spreads("Δ test", "testDifference", net => net.TestDifference, spread => Percent(spread, "+0.00;−0.00;0.00")),
        .. Spreads("parameters", "parameters", net => net.Parameters, spread => Words.Count((long)Math.Round(spread.Mean))),
        .. Spreads("FLOPs", "flops", net => net.Flops, spread => Words.Magnitude((long)Math.Round(spread.Mean))),
        .. Spreads("zeros", "zeros", net => net.Zeros, spread => Words.Count((long)Math.Round(spread.Mean)), shown: nets.Any(net => net.Zeros is not null)),
    ];

    private static Column<NetSummary> Number(string heading, string name, Func<NetSummary, string> text, Func<NetSummary, string> value) =>
        new(heading, name, text, value, Right: true);

    /// <summary>One column of a table, and two of csv: the mean and its deviation.</summary>
    private static IEnumerable<Column<NetSummary>> Spreads(
        string heading, string name, Func<NetSummary, Spread?> of, Func<Spread, string> text, bool shown = true) =>
    [
        Number(heading, name, net => of(net) is { } spread ? text(spread) : "", net => Words.Exact(of(net)?.Mean)).If(shown),
        Number(heading, name + "Deviation", _ => "", net => Words.Exact(of(net)?.Deviation)).If(false),
    ];

    private static string Method(NetSummary net, string otherwise) => net.Settings is { } settings ? Words.Name(settings.Method) : otherwise;

    private static string Percent(Spread spread, string format) => (100 * spread.Mean).ToString(format, CultureInfo.InvariantCulture)
        + (spread.Deviation is { } deviation ? " ± " + (100 * deviation).ToString("0.00", CultureInfo.InvariantCulture) : "");

    /// <summary>What the result document says over seeds, by itself.</summary>
    private sealed record SummaryDocument
    {
        public string ApiVersion { get; init; } = "sweep/v1";

        public required string Experiment { get; init; }

        public required ExperimentState State { get; init; }

        public required MeasurementScope Scope { get; init; }

        public NetSummary? Dense { get; init; }

        public required IReadOnlyList<NetSummary> Settings { get; init; }
    }
}
