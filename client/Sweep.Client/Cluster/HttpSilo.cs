namespace Sweep.Client.Cluster;

/// <summary>A silo's HTTP, and what it asks for.</summary>
/// <param name="Token">Null to bring none.</param>
internal sealed record HttpSilo(Uri Address, string? Token);
