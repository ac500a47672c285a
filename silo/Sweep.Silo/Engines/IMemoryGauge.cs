namespace Sweep.Silo.Engines;

/// <summary>Measures what a worker's engine process takes of its device's memory. In bytes; null where the system does not tell.</summary>
public interface IMemoryGauge
{
    /// <summary>A stage begins: forgets the peak so far.</summary>
    void Begin();

    /// <summary>The most since the stage began. Asked at each progress, because some memory can only be sampled.</summary>
    long? Peak();

    /// <summary>Now; 0 without a process.</summary>
    long? Held();
}
