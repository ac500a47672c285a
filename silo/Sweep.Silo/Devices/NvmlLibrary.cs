using System.Runtime.InteropServices;
using System.Text;

namespace Sweep.Silo.Devices;

/// <summary>What a call of the driver's library answered. Numbers as in its header.</summary>
internal enum NvmlStatus
{
    Success = 0,
    InsufficientSize = 7,

    /// <summary>The library has no such function: an older driver. The number is the library's own for the same thing.</summary>
    FunctionNotFound = 13,
}

/// <summary>
/// The driver's library, NVML, as far as <see cref="NvmlProbe"/> needs it: functions by name, since drivers differ in which they have, and
/// the layouts of the structures they fill. Structures that grew over time carry their size and version in their first field, and a
/// library refuses those it does not know.
/// </summary>
internal sealed class NvmlLibrary : IDisposable
{
    /// <summary>Bytes; the longest name and identifier of the library's present version.</summary>
    private const uint TextSize = 96;

    /// <summary>Of what is not told for a process: another user's, or inside a partitioned GPU.</summary>
    private const ulong NotAvailable = ulong.MaxValue;

    private readonly nint _library;
    private readonly Dictionary<string, Delegate?> _functions = [];
    private readonly Lock _gate = new();

    private NvmlLibrary(nint library) => _library = library;

    private delegate int Plain();

    private delegate int ReadUnsigned(nint device, out uint value);

    private delegate int ReadLong(nint device, out ulong value);

    private delegate int ReadCount(out uint value);

    private delegate int ReadText(nint device, byte[] text, uint size);

    private delegate int ReadSystemText(byte[] text, uint size);

    private delegate int ReadHandle(uint index, out nint device);

    private delegate int ReadUtilization(nint device, out Utilization value);

    private delegate int ReadMemory(nint device, out Memory value);

    private delegate int ReadMemoryV2(nint device, ref MemoryV2 value);

    private delegate int ReadTemperature(nint device, uint sensor, out uint value);

    private delegate int ReadErrors(nint device, uint type, uint counter, out ulong value);

    private delegate int ReadProcesses(nint device, ref uint count, [In, Out] ProcessV2[] processes);

    private delegate int ReadOldProcesses(nint device, ref uint count, [In, Out] ProcessV1[] processes);

    /// <returns>Null without the library, or where it does not reach a driver.</returns>
    public static NvmlLibrary? TryOpen(string name)
    {
        if (!NativeLibrary.TryLoad(name, out var handle))
        {
            return null;
        }

        var library = new NvmlLibrary(handle);
        if (library.Call<Plain>("nvmlInit_v2", init => init()) == NvmlStatus.Success)
        {
            return library;
        }

        NativeLibrary.Free(handle);
        return null;
    }

    public uint Count()
    {
        uint count = 0;
        return Call<ReadCount>("nvmlDeviceGetCount_v2", read => read(out count)) == NvmlStatus.Success ? count : 0;
    }

    public nint? Device(uint index)
    {
        nint device = 0;
        return Call<ReadHandle>("nvmlDeviceGetHandleByIndex_v2", read => read(index, out device)) == NvmlStatus.Success ? device : null;
    }

    public string? DriverVersion()
    {
        var text = new byte[TextSize];
        return Call<ReadSystemText>("nvmlSystemGetDriverVersion", read => read(text, TextSize)) == NvmlStatus.Success ? Text(text) : null;
    }

    public string? Name(nint device) => ReadString("nvmlDeviceGetName", device);

    public string? Uuid(nint device) => ReadString("nvmlDeviceGetUUID", device);

    /// <summary>Percent.</summary>
    public uint? BusyPercent(nint device)
    {
        Utilization value = default;
        return Call<ReadUtilization>("nvmlDeviceGetUtilizationRates", read => read(device, out value)) == NvmlStatus.Success ? value.Gpu : null;
    }

    /// <summary>Bytes; used is what nobody can have any more, what the driver keeps for itself included.</summary>
    public (ulong Used, ulong Total)? MemoryOf(nint device)
    {
        var value = new MemoryV2 { Version = VersionOf<MemoryV2>(2) };
        if (Call<ReadMemoryV2>("nvmlDeviceGetMemoryInfo_v2", read => read(device, ref value)) == NvmlStatus.Success)
        {
            return (value.Used + value.Reserved, value.Total);
        }

        Memory old = default;
        return Call<ReadMemory>("nvmlDeviceGetMemoryInfo", read => read(device, out old)) == NvmlStatus.Success ? (old.Used, old.Total) : null;
    }

    public uint? Milliwatts(nint device) => ReadNumber("nvmlDeviceGetPowerUsage", device);

    public ulong? Millijoules(nint device)
    {
        ulong value = 0;
        return Call<ReadLong>("nvmlDeviceGetTotalEnergyConsumption", read => read(device, out value)) == NvmlStatus.Success ? value : null;
    }

    /// <summary>Of the chip itself, in degrees Celsius.</summary>
    public uint? Celsius(nint device)
    {
        uint value = 0;
        return Call<ReadTemperature>("nvmlDeviceGetTemperature", read => read(device, 0, out value)) == NvmlStatus.Success ? value : null;
    }

    /// <summary>Memory errors that could not be corrected, since the driver was loaded.</summary>
    public ulong? UncorrectedErrors(nint device)
    {
        const uint Uncorrected = 1;
        const uint SinceDriverLoaded = 0;
        ulong value = 0;
        return Call<ReadErrors>("nvmlDeviceGetTotalEccErrors", read => read(device, Uncorrected, SinceDriverLoaded, out value)) == NvmlStatus.Success ? value : null;
    }

    /// <summary>Bytes by process id, of those processes whose memory is told.</summary>
    public IReadOnlyDictionary<int, long> Processes(nint device)
    {
        // The structure of the second version of the call is that of the third.
        foreach (var name in new[] { "nvmlDeviceGetComputeRunningProcesses_v3", "nvmlDeviceGetComputeRunningProcesses_v2" })
        {
            var now = Grow<ProcessV2>((ref uint count, ProcessV2[] into) => CallProcesses(name, device, ref count, into));
            if (now is not null)
            {
                return Sum(now.Select(process => (process.Pid, process.Used)));
            }
        }

        var old = Grow<ProcessV1>((ref uint count, ProcessV1[] into) => CallOldProcesses(device, ref count, into));
        return Sum(old?.Select(process => (process.Pid, process.Used)) ?? []);
    }

    public void Dispose()
    {
        Call<Plain>("nvmlShutdown", shutdown => shutdown());
        NativeLibrary.Free(_library);
    }

    /// <summary>First field of a structure with versions: its size, and the version in the highest byte.</summary>
    private static uint VersionOf<T>(uint version)
        where T : struct => (uint)Marshal.SizeOf<T>() | (version << 24);

    private delegate NvmlStatus Fill<T>(ref uint count, T[] into);

    /// <summary>Asks again with more room for as long as there were more than fitted; processes may start in between.</summary>
    /// <returns>Null where it is not told.</returns>
    private static T[]? Grow<T>(Fill<T> fill)
        where T : struct
    {
        const int Most = 65536;
        for (var room = 32; room <= Most; room *= 2)
        {
            var into = new T[room];
            var count = (uint)room;
            switch (fill(ref count, into))
            {
                case NvmlStatus.Success:
                    return into[..Math.Min(room, (int)count)];
                case NvmlStatus.InsufficientSize:
                    continue;
                default:
                    return null;
            }
        }

        return null;
    }

    private static Dictionary<int, long> Sum(IEnumerable<(uint Pid, ulong Used)> processes) => processes
        .Where(process => process.Used != NotAvailable)
        .GroupBy(process => (int)process.Pid)
        .ToDictionary(process => process.Key, process => process.Sum(part => (long)part.Used));

    private static string? Text(byte[] text)
    {
        var end = Array.IndexOf(text, (byte)0);
        return end > 0 ? Encoding.UTF8.GetString(text, 0, end) : null;
    }

    private NvmlStatus CallProcesses(string name, nint device, ref uint count, ProcessV2[] into) =>
        Function<ReadProcesses>(name) is { } read ? (NvmlStatus)read(device, ref count, into) : NvmlStatus.FunctionNotFound;

    private NvmlStatus CallOldProcesses(nint device, ref uint count, ProcessV1[] into) =>
        Function<ReadOldProcesses>("nvmlDeviceGetComputeRunningProcesses") is { } read ? (NvmlStatus)read(device, ref count, into) : NvmlStatus.FunctionNotFound;

    private string? ReadString(string function, nint device)
    {
        var text = new byte[TextSize];
        return Call<ReadText>(function, read => read(device, text, TextSize)) == NvmlStatus.Success ? Text(text) : null;
    }

    private uint? ReadNumber(string function, nint device)
    {
        uint value = 0;
        return Call<ReadUnsigned>(function, read => read(device, out value)) == NvmlStatus.Success ? value : null;
    }

    private NvmlStatus Call<TFunction>(string name, Func<TFunction, int> call)
        where TFunction : Delegate => Function<TFunction>(name) is { } function ? (NvmlStatus)call(function) : NvmlStatus.FunctionNotFound;

    private TFunction? Function<TFunction>(string name)
        where TFunction : Delegate
    {
        lock (_gate)
        {
            if (!_functions.TryGetValue(name, out var function))
            {
                function = NativeLibrary.TryGetExport(_library, name, out var address) ? Marshal.GetDelegateForFunctionPointer<TFunction>(address) : null;
                _functions.Add(name, function);
            }

            return (TFunction?)function;
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Utilization
    {
        public uint Gpu;
        public uint Memory;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Memory
    {
        public ulong Total;
        public ulong Free;
        public ulong Used;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct MemoryV2
    {
        public uint Version;
        public ulong Total;
        public ulong Reserved;
        public ulong Free;
        public ulong Used;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ProcessV1
    {
        public uint Pid;
        public ulong Used;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ProcessV2
    {
        public uint Pid;
        public ulong Used;
        public uint GpuInstance;
        public uint ComputeInstance;
    }
}
