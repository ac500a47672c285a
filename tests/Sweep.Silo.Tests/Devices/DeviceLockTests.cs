using Sweep.Silo.Devices;

namespace Sweep.Silo.Tests.Devices;

public sealed class DeviceLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Device_BelongsToOne_AndTheRefusalNamesItAndTheHolder()
    {
        using var first = await Acquire("cuda:0", "GPU-1");

        var refusal = await Assert.ThrowsAsync<DeviceInUseException>(() => Acquire("cuda:3", "GPU-1"));

        Assert.Equal(
            FormattableString.Invariant($"One silo at a time may use a device, but cuda:3 (GPU-1) is held by process {Environment.ProcessId}. Give this silo other devices with --device, or end the other one."),
            refusal.Message);
    }

    [Fact]
    public async Task OtherDevices_AreFree()
    {
        using var first = await Acquire("cuda:0", "GPU-1");
        using var second = await Acquire("cuda:1", "GPU-2");
    }

    [Fact]
    public async Task Device_IsFreeAgain_WhenItsHolderIsGone()
    {
        (await Acquire("cuda:0", "GPU-1")).Dispose();

        (await Acquire("cuda:0", "GPU-1")).Dispose();
    }

    [Fact]
    public void Folder_IsForEveryUser()
    {
        var folder = DeviceLockFolder.Open(_folder["locks"]);

        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(folder).HasFlag(UnixFileMode.OtherWrite | UnixFileMode.StickyBit));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public void FolderThatCannotBe_NamesTheOption()
    {
        var file = _folder.Write("file", "");

        var refusal = Assert.Throws<IOException>(() => DeviceLockFolder.Open(Path.Combine(file, "locks")));

        Assert.Contains(file, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--device-locks", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cores_OfOtherSilos_AreTold_WhenTheyAreTooMany()
    {
        using var first = CoreClaim.Take(_folder.Path, 2);
        using var second = CoreClaim.Take(_folder.Path, 1);

        Assert.Null(first.Warning(2, present: 2));
        Assert.Null(second.Warning(1, present: 3));
        Assert.Equal(
            FormattableString.Invariant($"Silos of one machine should claim no more than its 2 cores together, but claim 3: this one 1, process {Environment.ProcessId} 2. Each will be slower; give each its share with --threads."),
            second.Warning(1, present: 2));
    }

    [Fact]
    public void Cores_OfADeadSilo_CountNoMore()
    {
        _folder.Write(FormattableString.Invariant($"cores-64-1-{Guid.NewGuid():N}.lock"), "");

        using var claim = CoreClaim.Take(_folder.Path, 2);

        Assert.Empty(claim.Others);
        Assert.Single(Directory.EnumerateFiles(_folder.Path));
    }

    [Fact]
    public void Cores_GivenBack_LeaveNothing()
    {
        CoreClaim.Take(_folder.Path, 2).Dispose();

        Assert.Empty(Directory.EnumerateFiles(_folder.Path));
    }

    private Task<DeviceLock> Acquire(string device, string identity) => DeviceLock.Acquire(_folder.Path, device, identity, TimeSpan.Zero, TimeProvider.System);
}
