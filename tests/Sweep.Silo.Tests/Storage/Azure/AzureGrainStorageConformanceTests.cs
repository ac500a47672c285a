using Orleans.Storage;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Storage.Azure;

/// <summary>Each test has a container of its own, and each opening is of the same silo.</summary>
[NeedsAzurite]
public sealed class AzureGrainStorageConformanceTests : GrainStorageConformance, IAsyncLifetime
{
    private AzureSilo? _silo;

    public async Task InitializeAsync() => _silo = await AzureSilo.Start(await AzureSilo.Settings());

    public async Task DisposeAsync() => await _silo!.DisposeAsync();

    protected override IGrainStorage Open() => _silo!.Storage;
}
