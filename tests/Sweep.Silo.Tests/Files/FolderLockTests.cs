using System.Globalization;
using Sweep.Silo.Files;

namespace Sweep.Silo.Tests.Files;

public sealed class FolderLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Acquire_OfAHeldFolder_NamesTheHolder()
    {
        using var held = await Acquire();

        var fault = await Assert.ThrowsAsync<FolderInUseException>(Acquire);

        Assert.Contains(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), fault.Message, StringComparison.Ordinal);
        Assert.Contains(_folder["grains"], fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Acquire_AfterRelease_Succeeds()
    {
        (await Acquire()).Dispose();

        (await Acquire()).Dispose();
    }

    [Fact]
    public async Task Acquire_OverALockThatADeadProcessLeft_Succeeds()
    {
        _folder.Write("grains/lock", "1");

        (await Acquire()).Dispose();
    }

    [Fact]
    public void StateFolder_WhereNoneCanBe_SaysWhere()
    {
        _folder.Write("state", "a file where the folder should be");

        var fault = Assert.Throws<StateFolderException>(new StateFolder(_folder["state"]).Create);

        Assert.Contains(_folder["state"], fault.Message, StringComparison.Ordinal);
    }

    private Task<FolderLock> Acquire() => FolderLock.Acquire(_folder["grains"], TimeSpan.Zero, TimeProvider.System);
}
