namespace Sweep.Bench.Soak;

internal sealed record SoakOptions
{
    public TimeSpan Length { get; init; } = TimeSpan.FromMinutes(10);

    public int Seed { get; init; } = 1;

    /// <summary>Mean time between two kills.</summary>
    public TimeSpan Between { get; init; } = TimeSpan.FromSeconds(8);

    public string Silo { get; init; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../silo/Sweep.Silo/bin/Release/net10.0/sweep-silo"));

    /// <summary>Null for the one that the silo finds.</summary>
    public string? Engine { get; init; }

    /// <summary>Null for a temporary one.</summary>
    public string? Folder { get; init; }
}
