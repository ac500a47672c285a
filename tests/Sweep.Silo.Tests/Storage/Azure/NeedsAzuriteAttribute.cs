using Sweep.Testing;
using Sweep.Testing.Azure;

namespace Sweep.Silo.Tests.Storage.Azure;

/// <summary>Runs against Azurite; skipped, with the reason, where it is absent.</summary>
internal sealed class NeedsAzuriteAttribute : NeedsAttribute
{
    public override string? Missing => AzuriteServer.Missing;
}
