using System.Diagnostics;
using Sweep.Silo.Devices;
using Sweep.Silo.Engines;
using Sweep.Silo.Tests.Workers;

namespace Sweep.Silo.Tests.Engines;

public sealed class MemoryGaugeTests : IDisposable
{
    private readonly TemporaryFolder _proc = new();

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void Process_IsMeasuredByItsHighWaterMark_WhichAStageBeginsAnew()
    {
        var gauge = new ProcessMemoryGauge(() => 7, _proc.Path);
        Status(highest: 2000, now: 500);
        _proc.Write("7/clear_refs", "");

        gauge.Begin();

        Assert.Equal("5", File.ReadAllText(_proc["7", "clear_refs"]));
        Assert.Equal((2000 * 1024L, 500 * 1024L), (gauge.Peak(), gauge.Held()));
    }

    [Fact]
    public void Process_ThatEndsInTheMiddle_WasMeasuredSoFar()
    {
        int? process = 7;
        var gauge = new ProcessMemoryGauge(() => process, _proc.Path);
        Status(highest: 2000, now: 500);
        gauge.Peak();
        process = null;

        Assert.Equal((2000 * 1024L, 0), (gauge.Peak(), gauge.Held()!.Value));
    }

    [Fact]
    public async Task ARealProcess_IsMeasured_AndItsMarkIsReset()
    {
        const int Text = 64 << 20;
        var start = new ProcessStartInfo("bash") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(FormattableString.Invariant($"x=$(head -c {Text} /dev/zero | tr '\\0' x); unset x; echo done; read"));
        using var process = Process.Start(start)!;
        Assert.Equal("done", await process.StandardOutput.ReadLineAsync());
        var gauge = new ProcessMemoryGauge(() => process.Id);
        var before = gauge.Peak()!.Value;

        gauge.Begin();
        var after = gauge.Peak()!.Value;

        Assert.True(before >= Text, FormattableString.Invariant($"{before}"));
        Assert.True(after < before, FormattableString.Invariant($"{after} after {before}"));
        Assert.InRange(gauge.Held()!.Value, 1, after);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
    }

    [Fact]
    public void Gpu_IsMeasuredByTheProcessesOwnMemory()
    {
        var probe = new PlayedGpu();
        var time = new PlayedTime();
        var gauge = new GpuMemoryGauge(() => 7, probe, index: 1, () => false, time);
        probe.Process = 900;
        Assert.Equal(900, gauge.Peak());
        probe.Process = 400;
        time.Move(TimeSpan.FromSeconds(2));
        Assert.Equal((900, 400), (gauge.Peak()!.Value, gauge.Held()!.Value));

        gauge.Begin();
        Assert.Equal(400, gauge.Peak());
    }

    [Fact]
    public void Gpu_IsReadOnceASecond()
    {
        var probe = new PlayedGpu { Process = 900 };
        var gauge = new GpuMemoryGauge(() => 7, probe, index: 1, () => false, new PlayedTime());
        var reads = probe.Reads;
        for (var i = 0; i < 10; i++)
        {
            gauge.Peak();
        }

        Assert.Equal(reads + 1, probe.Reads);
    }

    [Theory]
    [InlineData(true, 700L)]
    [InlineData(false, null)]
    public void Gpu_WhoseDriverKnowsOtherProcessIds_IsMeasuredByItsGrowth_WhileNobodyElseIsOnIt(bool isOnly, long? measured)
    {
        var probe = new PlayedGpu { Used = 300 };
        var gauge = new GpuMemoryGauge(() => 7, probe, index: 1, () => isOnly, new PlayedTime());
        probe.Used = 1000;

        Assert.Equal(measured, gauge.Peak());
    }

    [Fact]
    public void Gpu_WithoutAProcess_HoldsNothing() =>
        Assert.Equal(0, new GpuMemoryGauge(() => null, new PlayedGpu { Used = 300 }, index: 1, () => true, new PlayedTime()).Held());

    [Fact]
    public void Gpu_WithoutADriver_IsNotMeasured() => Assert.Null(new GpuMemoryGauge(() => 7, new PlayedGpu(), index: 5, () => true, new PlayedTime()).Peak());

    private void Status(long highest, long now) => _proc.Write(
        "7/status", FormattableString.Invariant($"Name:\tsweep-engine\nVmPeak:\t  9999999 kB\nVmHWM:\t {highest} kB\nVmRSS:\t  {now} kB\n"));

    private sealed class PlayedGpu : IGpuProbe
    {
        public long? Process { get; set; }

        public long Used { get; set; }

        public int Reads { get; private set; }

        public IReadOnlyList<GpuReading> Read()
        {
            Reads++;
            return
            [
                new GpuReading { Index = 0, Uuid = "GPU-0", Model = "Lovelace 2", MemoryUsed = 5 },
                new GpuReading
                {
                    Index = 1,
                    Uuid = "GPU-1",
                    Model = "Lovelace 2",
                    MemoryUsed = Used,
                    ProcessMemory = Process is { } bytes ? new Dictionary<int, long> { [7] = bytes } : new Dictionary<int, long> { [70007] = Used },
                },
            ];
        }
    }
}
