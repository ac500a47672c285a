using Sweep.Silo.Devices;
using Sweep.Silo.Settings;
using Sweep.Silo.Workers;

namespace Sweep.Silo.Tests.Workers;

public sealed class DevicePlanTests
{
    private const long Gi = 1L << 30;

    private static readonly GpuReading[] s_gpus = [Gpu(0), Gpu(1)];

    [Fact]
    public void Cpu_HasAWorkerACore()
    {
        var layout = Lay(["cpu"], cores: 4);

        Assert.Equal([0, 1, 2, 3], layout.Slots.Select(slot => slot.Slot));
        Assert.All(layout.Slots, slot => Assert.Equal(("cpu", 1, 4, (16 * Gi) - DevicePlan.SiloMemory), (slot.Device, slot.Threads, slot.Together, slot.Memory)));
        Assert.Empty(layout.Notes);
    }

    [Fact]
    public void Cpu_HasFewerWorkers_WhereMemoryIsShort()
    {
        var layout = Lay(["cpu"], cores: 8, memory: 2 * Gi);

        Assert.Equal(2, layout.Slots.Count);
        Assert.Equal(4, layout.Slots[0].Threads);
        Assert.Equal("2 instead of 8 workers: each needs 768 MiB, and 1664 MiB are left by /cg/memory.max", Assert.Single(layout.Notes));
    }

    [Fact]
    public void Cpu_HasAtLeastOneWorker() => Assert.Single(Lay(["cpu"], cores: 8, memory: Gi / 4).Slots);

    [Fact]
    public void Workers_ThatMemoryCannotHold_AreRefused()
    {
        var refusal = Assert.Throws<UsageException>(() => Lay(["cpu"], "--workers", "3", "--memory", "2Gi"));

        Assert.Equal("--workers must leave each worker 768 MiB of memory, but 3 on the CPU share 2048 MiB (by --memory): at most 2.", refusal.Message);
    }

    [Fact]
    public void Memory_GivenByOption_IsTakenAsItIs() =>
        Assert.Equal(3 * Gi / 2, Lay(["cpu"], "--workers", "2", "--memory", "1.5Gi").Slots[0].Memory);

    [Fact]
    public void Gpus_AreExclusiveUnlessPacked()
    {
        var layout = Lay(["cuda:0", "cuda:1"], cores: 8);

        Assert.Equal([("cuda:0", 0, 1), ("cuda:1", 0, 1)], layout.Slots.Select(slot => (slot.Device, slot.Slot, slot.Together)));
        Assert.Equal([("GPU-0", 80 * Gi), ("GPU-1", 80 * Gi)], layout.Slots.Select(slot => (slot.DeviceId, slot.Memory!.Value)));
        Assert.Equal([4, 4], layout.Slots.Select(slot => slot.Threads));
    }

    [Fact]
    public void Pack_PutsSeveralWorkersOnEachGpu()
    {
        var layout = Lay(["cuda:0", "cuda:1"], "--pack", "2");

        Assert.Equal([("cuda:0", 0), ("cuda:1", 0), ("cuda:0", 1), ("cuda:1", 1)], layout.Slots.Select(slot => (slot.Device, slot.Slot)));
        Assert.All(layout.Slots, slot => Assert.Equal(2, slot.Together));
    }

    [Fact]
    public void Workers_BeyondThePack_AreRefused()
    {
        var refusal = Assert.Throws<UsageException>(() => Lay(["cuda:0"], "--workers", "3", "--pack", "2"));

        Assert.Equal("--workers must not put more workers on a device than --pack allows, but cuda:0 would have 3 and may have 2.", refusal.Message);
    }

    [Fact]
    public void Pack_WithoutTheDriversLibrary_IsExclusive()
    {
        var layout = DevicePlan.Lay(Settings("--pack", "4"), ["cuda:0"], Limits(), gpus: []);

        Assert.Null(Assert.Single(layout.Slots).Memory);
        Assert.Equal("1 instead of 4 workers a GPU: --pack needs the memory of cuda:0, and the NVIDIA driver's library does not tell it", Assert.Single(layout.Notes));
    }

    [Fact]
    public void NoWorkers_IsNoPlace() => Assert.Empty(Lay(["cpu"], "--workers", "0").Slots);

    private static DeviceLayout Lay(IReadOnlyList<string> devices, params string[] flags) => DevicePlan.Lay(Settings(flags), devices, Limits(), s_gpus);

    private static DeviceLayout Lay(IReadOnlyList<string> devices, int cores, long memory = 16 * Gi) =>
        DevicePlan.Lay(Settings(), devices, Limits(cores, memory), s_gpus);

    private static SiloSettings Settings(params string[] flags) => SiloSettingsReader.Read(flags, new Dictionary<string, string>(), null);

    private static MachineLimits Limits(int cores = 4, long memory = 16 * Gi) =>
        new() { Cores = cores, CoresFrom = "/cg/cpu.max", Memory = memory, MemoryFrom = "/cg/memory.max" };

    private static GpuReading Gpu(int index) =>
        new() { Index = index, Uuid = FormattableString.Invariant($"GPU-{index}"), Model = "Lovelace 2", MemoryTotal = 80 * Gi };
}
