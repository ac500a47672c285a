using Sweep.Client.Output;

namespace Sweep.Client.Settings;

/// <summary>The settled common options.</summary>
internal sealed record CommonSettings
{
    public required OutputForm Form { get; init; }

    /// <summary>Null: whatever <see cref="Gateway"/> names.</summary>
    public ServerAddress? Server { get; init; }

    /// <summary>Null: whatever silo has its state in <see cref="State"/>.</summary>
    public GatewayAddress? Gateway { get; init; }

    /// <summary>Absolute path.</summary>
    public required string State { get; init; }

    /// <summary>For HTTP.</summary>
    public TokenSource Token { get; init; } = TokenSource.None;

    /// <summary>The authorities that alone are trusted for HTTPS; null for those of the machine.</summary>
    public string? CaFile { get; init; }

    /// <summary>A token may go in the clear.</summary>
    public bool Insecure { get; init; }
}
