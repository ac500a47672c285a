using System.Runtime.InteropServices;
using Sweep.Silo.Devices;

namespace Sweep.Silo.Tests.Devices;

/// <summary>The probe against a library with the driver's layouts, compiled by the test: only layouts and answers can be checked without a GPU.</summary>
public sealed class NvmlProbeTests : IDisposable
{
    private const int NotSupported = 3;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [CompilerFact]
    public void Reading_HasWhatTheDriverTells()
    {
        using var probe = Probe(("processes", 2));

        var gpus = probe.Read();

        Assert.Equal([0, 1], gpus.Select(gpu => gpu.Index));
        var second = gpus[1];
        Assert.Equal("GPU-00000001-1111-2222-3333-444444444444", second.Uuid);
        Assert.Equal("NVIDIA H200", second.Model);
        Assert.Equal("570.86.10", second.Driver);
        Assert.Equal(0.74, second.Utilization);
        Assert.Equal(10_000_000_001, second.MemoryUsed); // what the driver keeps for itself is not free
        Assert.Equal(150_000_000_000, second.MemoryTotal);
        Assert.Equal(312.5, second.Power);
        Assert.Equal(9_000_000_000.5, second.Energy);
        Assert.Equal(41, second.Temperature);
        Assert.Equal(5_000_000_000, second.UncorrectedErrors);
        Assert.Equal(new Dictionary<int, long> { [100] = 1L << 33, [101] = (1L << 33) + 1 }, second.ProcessMemory);
    }

    [CompilerFact]
    public void OldDriver_WithoutTheNewerStructures_TellsTheSame()
    {
        using var probe = Probe("OLD_DRIVER", null, ("processes", 2));

        var gpu = probe.Read()[0];

        Assert.Equal(10_000_000_000, gpu.MemoryUsed);
        Assert.Equal(150_000_000_000, gpu.MemoryTotal);
        Assert.Equal(new Dictionary<int, long> { [100] = 1L << 33, [101] = (1L << 33) + 1 }, gpu.ProcessMemory);
    }

    [CompilerFact]
    public void CallThatIsRefused_CostsItsOwnValueAlone()
    {
        foreach (var (call, isNull) in new (string, Func<GpuReading, bool>)[]
        {
            ("utilization", gpu => gpu.Utilization is null),
            ("power", gpu => gpu.Power is null),
            ("energy", gpu => gpu.Energy is null),
            ("temperature", gpu => gpu.Temperature is null),
            ("ecc", gpu => gpu.UncorrectedErrors is null),
            ("name", gpu => gpu.Model.Length == 0),
        })
        {
            using var probe = Probe((call, NotSupported));

            var gpu = probe.Read()[0];

            Assert.True(isNull(gpu), call);
            Assert.Equal(1, new[] { gpu.Utilization, gpu.Power, gpu.Energy, gpu.Temperature, gpu.UncorrectedErrors }.Count(value => value is null)
                + (gpu.Model.Length == 0 ? 1 : 0));
            Assert.Equal(10_000_000_001, gpu.MemoryUsed);
        }
    }

    [CompilerFact]
    public void ProcessesThatNoCallTells_AreNone()
    {
        using var older = Probe(("processes_v3", NotSupported), ("processes", 1));
        Assert.Single(older.Read()[0].ProcessMemory);

        Script(("processes_v3", NotSupported), ("processes_v1", NotSupported), ("processes", 1));
        Assert.Empty(older.Read()[0].ProcessMemory);
    }

    [CompilerFact]
    public void MemoryThatNoCallTells_IsNull()
    {
        using var probe = Probe(("memory_v2", NotSupported), ("memory", NotSupported));

        Assert.All(probe.Read(), gpu => Assert.Null(gpu.MemoryUsed ?? gpu.MemoryTotal));
    }

    [CompilerFact]
    public void MoreProcessesThanRoom_AreAllRead()
    {
        using var probe = Probe(("processes", 200), ("untold", 7));

        var memory = probe.Read()[0].ProcessMemory;

        Assert.Equal(199, memory.Count); // one is another user's, whose memory is not told
        Assert.False(memory.ContainsKey(107));
        Assert.Equal((1L << 33) + 199, memory[299]);
    }

    [CompilerFact]
    public void LostGpu_KeepsItsPlace()
    {
        using var probe = Probe(("gpus", 3), ("lost", 1));

        var gpus = probe.Read();

        Assert.Equal([0, 1, 2], gpus.Select(gpu => gpu.Index));
        Assert.Null(gpus[1].MemoryTotal);
        Assert.NotNull(gpus[2].MemoryTotal);
    }

    [CompilerFact]
    public void VisibleDevices_NumberTheGpusAsCudaDoes()
    {
        using var renumbered = Probe(null, "2,GPU-00000000,7,1", ("gpus", 3));
        using var hidden = Probe(null, "", ("gpus", 3));

        Assert.Equal([(0, "GPU-00000002"), (1, "GPU-00000000")], renumbered.Read().Select(gpu => (gpu.Index, gpu.Uuid[..12])));
        Assert.Empty(hidden.Read());
    }

    [CompilerFact]
    public void DriverThatIsLoadedLater_IsFound()
    {
        const int DriverNotLoaded = 9;
        using var probe = Probe(("init", DriverNotLoaded));
        Assert.Empty(probe.Read());

        Script();

        Assert.Equal(2, probe.Read().Count);
    }

    [CompilerFact]
    public void Dispose_GivesTheDriverBackOnce()
    {
        using var other = new LoadedLibrary(Compile());
        Script();
        var probe = new NvmlProbe(Compile(), visible: null);
        probe.Read();
        probe.Read();
        Assert.Equal(1, other.Initialised());

        probe.Dispose();
        probe.Dispose();

        Assert.Equal(0, other.Initialised());
        Assert.Empty(probe.Read());
    }

    [Fact]
    public void MachineWithoutTheLibrary_HasNoGpus()
    {
        using var probe = new NvmlProbe(_folder["libnvidia-ml-absent.so.1"], visible: null);

        Assert.Empty(probe.Read());
    }

    [Fact]
    public void LibraryThatIsNone_IsAsIfAbsent()
    {
        File.WriteAllText(_folder["libnvidia-ml.so.1"], "not a library");
        using var probe = new NvmlProbe(_folder["libnvidia-ml.so.1"], visible: null);

        Assert.Empty(probe.Read());
    }

    private NvmlProbe Probe(params (string Key, long Value)[] script) => Probe(null, null, script);

    private NvmlProbe Probe(string? define, string? visible, params (string Key, long Value)[] script)
    {
        Script(script);
        return new NvmlProbe(Compile(define), visible);
    }

    private void Script(params (string Key, long Value)[] script) =>
        File.WriteAllLines(_folder["script"], script.Select(line => FormattableString.Invariant($"{line.Key} {line.Value}")));

    private string Compile(string? define = null)
    {
        var library = _folder[$"libfake{define}.so"];
        if (!File.Exists(library))
        {
            List<string> arguments = ["-shared", "-fPIC", "-O0", "-std=c++17", "-Wall", "-Werror", $"-DSCRIPT=\"{_folder["script"]}\"", "-o", library];
            arguments.AddRange(define is null ? [] : [$"-D{define}"]);
            CompilerFactAttribute.Run([.. arguments, Path.Combine(AppContext.BaseDirectory, "Devices", "fake_nvml.cpp")]);
        }

        return library;
    }

    private sealed class LoadedLibrary(string path) : IDisposable
    {
        private readonly nint _handle = NativeLibrary.Load(path);

        private delegate int Ask();

        public int Initialised() => Marshal.GetDelegateForFunctionPointer<Ask>(NativeLibrary.GetExport(_handle, "fake_initialised"))();

        public void Dispose() => NativeLibrary.Free(_handle);
    }
}
