using Orleans.Storage;
using Sweep.Silo.Storage;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Storage;

public sealed class FileGrainStorageConformanceTests : GrainStorageConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override IGrainStorage Open() => new FileGrainStorage(_folder.Path);
}
