namespace Sweep.Silo.Settings;

/// <summary>How many workers share a device, and its memory.</summary>
public sealed record PackingSettings
{
    /// <summary>
    /// Most workers on one CUDA device; null for 1, exclusive: a net of ordinary size fills a GPU, and a second process on it costs a context
    /// of some hundred megabytes. Small nets leave most of a GPU idle and gain from more.
    /// </summary>
    public int? WorkersPerGpu { get; init; }

    /// <summary>Bytes that all CPU workers of this silo may use together; null for what the machine and its control groups leave.</summary>
    public long? Memory { get; init; }

    /// <summary>Where silos of one machine lock its devices; null for the machine's own lock folder.</summary>
    public string? LockFolder { get; init; }

    public IEnumerable<string> Faults()
    {
        if (WorkersPerGpu < 1)
        {
            yield return FormattableString.Invariant($"--pack must be at least 1, but is {WorkersPerGpu}.");
        }

        if (Memory < 1)
        {
            yield return FormattableString.Invariant($"--memory must be at least 1 byte, but is {Memory}.");
        }
    }
}
