using Sweep.Silo.Engines;

namespace Sweep.Silo.Tests.Workers;

/// <summary>Memory that an engine is said to take.</summary>
internal sealed class PlayedGauge : IMemoryGauge
{
    private long _peak;

    /// <summary>Bytes.</summary>
    public long Now { get; set; }

    public void Begin() => _peak = 0;

    public long? Peak() => _peak = Math.Max(_peak, Now);

    public long? Held() => Now;
}
