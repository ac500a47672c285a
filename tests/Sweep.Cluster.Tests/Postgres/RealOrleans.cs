using System.Diagnostics;
using Sweep.Testing.Postgres;

namespace Sweep.Cluster.Tests.Postgres;

/// <summary>Which Orleans the silo was built with.</summary>
internal static class RealOrleans
{
    private const string StandIn = "stand-in";

    /// <summary>Why a cluster of equals cannot be tried here; null where it can.</summary>
    public static string? Missing { get; } =
        PostgresServer.Missing ?? (IsStandIn() ? "The silo is built with what stands in for Orleans, where one primary hosts all grains (docs/decisions/0002-stand-ins.md)." : null);

    private static bool IsStandIn() => Directory.EnumerateFiles(Path.GetDirectoryName(Checkout.Silo)!, "*Orleans*.dll")
        .Any(file => FileVersionInfo.GetVersionInfo(file) is { ProductVersion: StandIn } found && found.FileName.EndsWith("Server.dll", StringComparison.Ordinal));
}

/// <summary>A test of a cluster of equals, with membership and grain state in PostgreSQL.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealClusterFactAttribute : FactAttribute
{
    public RealClusterFactAttribute() => Skip = RealOrleans.Missing;
}
