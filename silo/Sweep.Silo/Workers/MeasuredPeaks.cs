using Sweep.Grains;
using Sweep.Recipes;

namespace Sweep.Silo.Workers;

/// <summary>What the stages of this silo's workers were measured to need, the greatest of each class; every worker tells the queue.</summary>
public sealed class MeasuredPeaks
{
    /// <summary>A sweep has a few dozen classes; those measured last are told.</summary>
    private const int MostTold = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<(MemoryClass Class, MemoryRegime Regime), (long Bytes, long Order)> _peaks = [];
    private long _order;

    public void Add(MemoryClass memoryClass, MemoryRegime regime, long bytes)
    {
        lock (_gate)
        {
            var key = (memoryClass, regime);
            _peaks[key] = (Math.Max(bytes, _peaks.GetValueOrDefault(key).Bytes), ++_order);
            if (_peaks.Count > MostTold)
            {
                _peaks.Remove(_peaks.MinBy(peak => peak.Value.Order).Key);
            }
        }
    }

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<MeasuredPeak> Of(MemoryRegime regime)
    {
        lock (_gate)
        {
            return
            [
                .. _peaks.Where(peak => peak.Key.Regime == regime)
                    .Select(peak => new MeasuredPeak(peak.Key.Class, peak.Value.Bytes))
                    .OrderBy(peak => peak.Class.Value, StringComparer.Ordinal),
            ];
        }
    }
}
