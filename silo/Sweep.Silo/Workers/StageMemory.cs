using Sweep.Grains;
using Sweep.Recipes;
using Sweep.Silo.Engines;

namespace Sweep.Silo.Workers;

/// <summary>
/// One worker's share of its device's memory: measures its stages, tells the queue, and gives back what its engine keeps. An engine's
/// allocator keeps what it once had, which is speed between stages of one class and a false measurement between stages of two; so a shared
/// GPU gets a fresh process for another class, and a CPU, where a process costs a second and most stages take less, only when the process
/// has grown beyond its even share.
/// </summary>
public sealed class StageMemory(IStageRunner runner, IMemoryGauge gauge, MeasuredPeaks peaks, DeviceSlot slot, MemoryRegime regime)
{
    /// <summary>
    /// On a CPU, where the system swaps and kills rather than refuse, a stage nobody has measured is taken to need an even share, if that is
    /// large for a stage; else all, as on a GPU.
    /// </summary>
    private const long LargeShare = 1L << 30;

    private MemoryClass? _running;
    private MemoryClass? _last;

    private long Share => slot.Memory!.Value / 11 * 10 / slot.Together; // as the queue's margin has it

    /// <summary>A stage is about to run.</summary>
    public async Task Begin(MemoryClass? memoryClass)
    {
        if (_last is not null && memoryClass != _last && slot is { Memory: not null, Together: > 1 } && (regime.Gpu || gauge.Held() > Share))
        {
            await runner.Release();
        }

        _running = memoryClass;
        _last = memoryClass;
        gauge.Begin();
    }

    /// <returns>The most bytes that the running stage has had so far; null where nothing tells.</returns>
    public long? Sample() => gauge.Peak();

    /// <summary>The running stage has shown what it needs: it ended well, or an epoch of it did, and every epoch needs the same.</summary>
    public void Measured()
    {
        if (_running is { } memoryClass && gauge.Peak() is { } bytes)
        {
            peaks.Add(memoryClass, regime, bytes);
        }
    }

    /// <summary>Ends the engine process, and with it all that its allocator keeps; the next stage starts another.</summary>
    public async Task GiveBack()
    {
        await runner.Release();
        _last = null;
    }

    /// <returns>Null where the device's memory is not known.</returns>
    public DeviceMemory? Report() => slot.Memory is not { } usable ? null : new DeviceMemory
    {
        Usable = usable,
        Held = gauge.Held() ?? 0,
        Unmeasured = !regime.Gpu && Share >= LargeShare ? Share : null,
        Regime = regime,
        Peaks = peaks.Of(regime),
    };
}
