using Sweep.Scheduling;
using Sweep.Silo.Metrics;

namespace Sweep.Silo.Tests.Metrics;

/// <summary>Every metric of ours by the name that Prometheus sees.</summary>
internal static class KnownMetrics
{
    public static IReadOnlyList<MetricDefinition> All { get; } = [.. GrainMetrics.All, .. SiloMetrics.All, .. GpuMetrics.All];

    public static string NameOf(MetricDefinition definition) => definition.Name.Replace('.', '_')
        + definition.Unit switch { "s" => "_seconds", "By" => "_bytes", "W" => "_watts", "J" => "_joules", "Cel" => "_celsius", _ => "" }
        + (definition.Form == MetricForm.Counter ? "_total" : "");

    /// <summary>The series is of a known metric, with its labels and no others, and with values that it may have.</summary>
    public static void AssertBounded(Sample sample)
    {
        var definition = Assert.Single(All, known => known.Form == MetricForm.Histogram
            ? sample.Name.StartsWith(NameOf(known) + "_", StringComparison.Ordinal)
            : sample.Name == NameOf(known));
        Assert.Equal(
            definition.Labels.Select(label => label.Name).Order(StringComparer.Ordinal),
            sample.Labels.Keys.Where(label => label != "le").Order(StringComparer.Ordinal));
        Assert.All(
            definition.Labels.Where(label => label.Values.Count > 0),
            label => Assert.Contains(sample.Labels[label.Name], label.Values));
    }
}
