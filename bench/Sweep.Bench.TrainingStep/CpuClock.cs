namespace Sweep.Bench.TrainingStep;

/// <summary>Tells the time that this process has computed: what to read on a machine with other work. It includes the runtime's own threads.</summary>
internal sealed class CpuClock : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Environment.CpuUsage.TotalTime.Ticks;
}
