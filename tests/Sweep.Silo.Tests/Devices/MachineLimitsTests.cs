using Sweep.Silo.Devices;

namespace Sweep.Silo.Tests.Devices;

public sealed class MachineLimitsTests : IDisposable
{
    private const string Unified = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n";
    private const string CpuTree = "32 31 0:29 {0} /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n";
    private const string MemoryTree = "35 31 0:33 {0} /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory\n";

    private readonly TemporaryFolder _root = new();

    public MachineLimitsTests()
    {
        _root.Write("proc/meminfo", "MemTotal:       16777216 kB\nMemFree:        1 kB\n");
        _root.Write("proc/self/status", "Name:\tsweep-silo\nCpus_allowed_list:\t0-7\n");
    }

    public void Dispose() => _root.Dispose();

    [Fact]
    public void WithoutGroups_TheMachineLimits()
    {
        var limits = Read(coresSeen: 8);

        Assert.Equal((8, 16L << 30), (limits.Cores, limits.Memory));
        Assert.Equal("8 cores by the processors this process may run on; 16384 MiB of memory by MemTotal of /proc/meminfo", limits.Describe());
    }

    [Theory]
    [InlineData("150000 100000", 1)]
    [InlineData("200000 100000", 2)]
    [InlineData("399999 100000", 3)]
    [InlineData("50000 100000", 1)]
    [InlineData("1600000 100000", 8)]
    [InlineData("max 100000", 8)]
    public void Version2_QuotasAreRoundedDown_AndOneCoreIsLeft(string quota, int cores)
    {
        Groups("0::/", Unified);
        _root.Write("sys/fs/cgroup/cpu.max", quota + "\n");

        Assert.Equal(cores, Read(coresSeen: 8).Cores);
    }

    [Theory]
    [InlineData("1073741824", 1L << 30)]
    [InlineData("max", 16L << 30)]
    public void Version2_MemoryIsTheGroups_WhereItIsLess(string limit, long memory)
    {
        Groups("0::/", Unified);
        _root.Write("sys/fs/cgroup/memory.max", limit + "\n");

        Assert.Equal(memory, Read(coresSeen: 8).Memory);
    }

    [Fact]
    public void Version2_LimitsOfGroupsAbove_HoldToo()
    {
        Groups("0::/kubepods.slice/pod7/main", Unified);
        _root.Write("sys/fs/cgroup/kubepods.slice/pod7/main/cpu.max", "400000 100000\n");
        _root.Write("sys/fs/cgroup/kubepods.slice/pod7/main/memory.max", "max\n");
        _root.Write("sys/fs/cgroup/kubepods.slice/pod7/memory.max", "2147483648\n");
        _root.Write("sys/fs/cgroup/kubepods.slice/cpu.max", "300000 100000\n");

        var limits = Read(coresSeen: 8);

        Assert.Equal((3, "/sys/fs/cgroup/kubepods.slice/cpu.max"), (limits.Cores, limits.CoresFrom));
        Assert.Equal((2L << 30, "/sys/fs/cgroup/kubepods.slice/pod7/memory.max"), (limits.Memory, limits.MemoryFrom));
    }

    [Fact]
    public void Version1_QuotasAndLimits_AreFoundBelowTheContainersRoot()
    {
        Groups("5:cpu,cpuacct:/docker/ab12\n4:memory:/docker/ab12\n", string.Format(null, CpuTree + MemoryTree, "/docker/ab12"));
        _root.Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "250000\n");
        _root.Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
        _root.Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "3221225472\n");

        var limits = Read(coresSeen: 8);

        Assert.Equal((2, 3L << 30), (limits.Cores, limits.Memory));
        Assert.Equal("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", limits.CoresFrom);
    }

    [Fact]
    public void Version1_WithoutLimits_LimitsNothing()
    {
        Groups("5:cpu,cpuacct:/\n4:memory:/\n", string.Format(null, CpuTree + MemoryTree, "/"));
        _root.Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
        _root.Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
        _root.Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");

        Assert.Equal((8, 16L << 30), (Read(coresSeen: 8).Cores, Read(coresSeen: 8).Memory!.Value));
    }

    [Fact]
    public void Cpuset_LimitsTheCores()
    {
        _root.Write("proc/self/status", "Cpus_allowed_list:\t0-1,4,6-7\n");

        Assert.Equal(5, Read(coresSeen: 8).Cores);
    }

    [Fact]
    public void ThisMachine_HasAnAnswer()
    {
        var limits = MachineLimits.Read("/", Environment.ProcessorCount);

        Assert.InRange(limits.Cores, 1, Environment.ProcessorCount);
        Assert.True(limits.Memory > 0);
    }

    private MachineLimits Read(int coresSeen) => MachineLimits.Read(_root.Path, coresSeen);

    private void Groups(string membership, string mounts)
    {
        _root.Write("proc/self/cgroup", membership);
        _root.Write("proc/self/mountinfo", "23 1 8:1 / / rw - ext4 /dev/sda1 rw\n" + mounts);
    }
}
