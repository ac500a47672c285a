using Sweep.Grains;
using Sweep.Recipes;
using Sweep.Silo.Engines;
using Sweep.Silo.Workers;

namespace Sweep.Silo.Tests.Workers;

public sealed class StageMemoryTests
{
    private const long Gi = 1L << 30;

    private static readonly MemoryClass s_one = new("finetune-1");
    private static readonly MemoryClass s_other = new("finetune-2");

    private readonly CountingRunner _runner = new();
    private readonly PlayedGauge _gauge = new();
    private readonly MeasuredPeaks _peaks = new();

    [Fact]
    public async Task SharedGpu_GetsAFreshProcessForAnotherClass()
    {
        var memory = Memory(gpu: true, together: 2);
        await memory.Begin(s_one);
        await memory.Begin(s_one);
        Assert.Equal(0, _runner.Releases);

        await memory.Begin(s_other);
        Assert.Equal(1, _runner.Releases);
    }

    [Fact]
    public async Task ExclusiveGpu_KeepsItsProcess()
    {
        var memory = Memory(gpu: true, together: 1);
        await memory.Begin(s_one);
        await memory.Begin(s_other);

        Assert.Equal(0, _runner.Releases);
    }

    [Theory]
    [InlineData(1L << 30, 0)]
    [InlineData(4L << 30, 1)]
    public async Task Cpu_GetsAFreshProcess_OnlyWhenTheOldOneHasGrownBeyondItsShare(long held, int releases)
    {
        var memory = Memory(gpu: false, together: 2); // 8 GiB: an even share is 3.6
        await memory.Begin(s_one);
        _gauge.Now = held;
        await memory.Begin(s_other);

        Assert.Equal(releases, _runner.Releases);
    }

    [Fact]
    public async Task Peak_IsToldOnceTheStageHasShownIt_AndTheGreatestCounts()
    {
        var memory = Memory(gpu: false, together: 2);
        foreach (var peak in new[] { 3 * Gi, 2 * Gi })
        {
            await memory.Begin(s_one);
            _gauge.Now = peak;
            memory.Measured();
        }

        await memory.Begin(s_other);
        memory.Sample();

        Assert.Equal([new MeasuredPeak(s_one, 3 * Gi)], memory.Report()!.Peaks);
    }

    [Fact]
    public void Peaks_AreOneRegimesOwn_AndNoMoreThanTold()
    {
        var (cpu, gpu) = (new MemoryRegime(false, null), new MemoryRegime(true, null));
        _peaks.Add(s_one, gpu, 5);
        Assert.Empty(_peaks.Of(cpu));
        for (var i = 0; i < 100; i++)
        {
            _peaks.Add(new MemoryClass(FormattableString.Invariant($"evaluate-{i:000}")), cpu, i);
        }

        Assert.Equal(64, _peaks.Of(cpu).Count);
        Assert.Equal(99, _peaks.Of(cpu)[^1].Bytes);
    }

    [Fact]
    public void Unmeasured_IsAnEvenShareOfALargeCpu_AndAllOfAnythingElse()
    {
        Assert.Equal(8 * Gi / 11 * 10 / 2, Memory(gpu: false, together: 2).Report()!.Unmeasured);
        Assert.Null(Memory(gpu: false, together: 8).Report()!.Unmeasured);
        Assert.Null(Memory(gpu: true, together: 2).Report()!.Unmeasured);
    }

    [Fact]
    public void UnknownMemory_IsNotTold() => Assert.Null(
        new StageMemory(_runner, _gauge, _peaks, new DeviceSlot("cpu", 0, 1), new MemoryRegime(false, null)).Report());

    private StageMemory Memory(bool gpu, int together) => new(
        _runner, _gauge, _peaks, new DeviceSlot(gpu ? "cuda:0" : "cpu", 0, 1) { Memory = 8 * Gi, Together = together }, new MemoryRegime(gpu, null));

    private sealed class CountingRunner : IStageRunner
    {
        public int Releases { get; private set; }

        public Task<StageOutcome> Run(StageRun run, IStageListener listener, CancellationToken cancelled, CancellationToken draining) =>
            throw new InvalidOperationException("Nothing runs here.");

        public ValueTask Release()
        {
            Releases++;
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
