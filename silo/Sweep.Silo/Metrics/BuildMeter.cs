using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.InteropServices;
using Orleans;
using Sweep.Scheduling;

namespace Sweep.Silo.Metrics;

/// <summary>Says what this silo is made of, so that a graph shows when that changed.</summary>
internal sealed class BuildMeter
{
    public BuildMeter(IMeterFactory meters)
    {
        // version+commit, as the build wrote it.
        var parts = VersionOf(typeof(BuildMeter)).Split('+');
        SiloMetrics.Build.CreateGauge(meters.Create(MetricDefinition.Meter), () => new[]
        {
            new Measurement<int>(
                1,
                new("version", parts[0]),
                new("commit", parts.Length > 1 ? parts[1][..Math.Min(12, parts[1].Length)] : "unknown"),
                new("orleans", VersionOf(typeof(IGrainFactory)).Split('+')[0]),
                new("runtime", RuntimeInformation.FrameworkDescription)),
        });
    }

    private static string VersionOf(Type type) => type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
