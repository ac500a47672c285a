using Orleans.Storage;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

/// <summary>The fake keeps the rules that the real storages keep, or the tests over it would prove nothing.</summary>
public class FakeGrainStorageTests : GrainStorageConformance
{
    private readonly FakeDisk _disk = new();

    protected override IGrainStorage Open() => _disk.Open();
}
