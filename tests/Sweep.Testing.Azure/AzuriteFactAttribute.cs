using Xunit;

namespace Sweep.Testing.Azure;

/// <summary>Skipped, with the reason, where Azurite or node is absent.</summary>
public sealed class AzuriteFactAttribute : FactAttribute
{
    public AzuriteFactAttribute() => Skip = AzuriteServer.Missing;
}

/// <inheritdoc cref="AzuriteFactAttribute"/>
public sealed class AzuriteTheoryAttribute : TheoryAttribute
{
    public AzuriteTheoryAttribute() => Skip = AzuriteServer.Missing;
}
