using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Sweep.Client.Settings;

namespace Sweep.Client.Cluster;

/// <summary>
/// What a silo says when it lets clients in: one line on its standard output, and <see cref="FileName"/> in its state folder
/// while it lives.
/// </summary>
internal sealed record SiloReady
{
    public const string FileName = "silo.json";

    public bool Ready { get; init; }

    public required int GatewayPort { get; init; }

    /// <summary>Whether the gateway asks for TLS.</summary>
    public bool GatewayTls { get; init; }

    public int SiloPort { get; init; }

    public int HttpPort { get; init; }

    /// <summary>Whether that port speaks HTTPS, with a certificate that names localhost if it is to be trusted from here.</summary>
    public bool Https { get; init; }

    public string Name { get; init; } = "";

    /// <summary>Null for a silo that does not say.</summary>
    public string? ClusterId { get; init; }

    public required int Pid { get; init; }

    /// <summary>Null for a silo that serves none.</summary>
    public Uri? Http => HttpPort > 0 ? new UriBuilder(Https ? "https" : "http", "localhost", HttpPort).Uri : null;

    public GatewayAddress Gateway => new("localhost", GatewayPort) { Cluster = ClusterId, IsEncrypted = GatewayTls };

    /// <returns>Null when the line says something else.</returns>
    public static SiloReady? TryParse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind is JsonValueKind.Object
                && document.RootElement.TryGetProperty("gatewayPort", out _)
                && document.RootElement.TryGetProperty("pid", out _)
                ? document.RootElement.Deserialize<SiloReady>(LenientJson.Options)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <returns>The silo that lives in a state folder; null when none does.</returns>
    public static SiloReady? Find(string state)
    {
        try
        {
            return TryParse(File.ReadAllText(Path.Combine(state, FileName))) is { } ready && IsAlive(ready.Pid) ? ready : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static bool IsAlive(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return false;
        }
    }
}
