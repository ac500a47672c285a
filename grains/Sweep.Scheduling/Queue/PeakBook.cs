using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>The greatest measured peak of each class, from what workers report; soft, because they repeat it.</summary>
internal sealed class PeakBook
{
    /// <summary>A site that plans for months without a restart may see many classes; what is forgotten is measured or told again.</summary>
    private const int MostClasses = 10_000;

    private readonly Dictionary<(MemoryClass Class, MemoryRegime Regime), long> _peaks = [];

    public void Add(DeviceMemory? memory)
    {
        foreach (var peak in memory?.Peaks ?? [])
        {
            if (_peaks.Count >= MostClasses)
            {
                _peaks.Clear();
            }

            var key = (peak.Class, memory!.Regime);
            _peaks[key] = Math.Max(peak.Bytes, _peaks.GetValueOrDefault(key));
        }
    }

    public long? Of(MemoryClass memoryClass, MemoryRegime regime) => _peaks.TryGetValue((memoryClass, regime), out var bytes) ? bytes : null;
}
