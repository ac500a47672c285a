using Orleans.Storage;
using Sweep.Silo.Storage;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Storage;

/// <summary>Each opening closes the one before it, and reads the folder again.</summary>
public sealed class JournalGrainStorageConformanceTests : GrainStorageConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private JournalGrainStorage? _open;

    public void Dispose()
    {
        _open?.Dispose();
        _folder.Dispose();
    }

    protected override IGrainStorage Open()
    {
        _open?.Dispose();
        _open = new JournalGrainStorage(_folder.Path);
        _open.Open().GetAwaiter().GetResult();
        return _open;
    }
}
