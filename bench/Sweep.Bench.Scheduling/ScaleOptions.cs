using System.Globalization;

namespace Sweep.Bench.Scheduling;

internal enum ScaleStore
{
    Memory,
    Durable,
}

/// <summary>What <see cref="ScaleBench"/> is to measure.</summary>
internal sealed record ScaleOptions
{
    public required IReadOnlyList<int> Trials { get; init; }

    public required IReadOnlyList<ScaleStore> Stores { get; init; }

    public required int Experiments { get; init; }

    public required int Workers { get; init; }

    public required int Optuna { get; init; }

    public required string Folder { get; init; }

    /// <param name="args">Options and their values in turns.</param>
    public static ScaleOptions Of(string[] args)
    {
        var given = args.Chunk(2).ToDictionary(pair => pair[0], pair => pair.Length == 2 ? pair[1] : "", StringComparer.Ordinal);
        return new ScaleOptions
        {
            Trials = [.. given.GetValueOrDefault("--trials", "1000,10000").Split(',').Select(size => int.Parse(size, CultureInfo.InvariantCulture))],
            Stores = [.. given.GetValueOrDefault("--stores", "memory,durable").Split(',').Select(store => Enum.Parse<ScaleStore>(store, ignoreCase: true))],
            Experiments = Count("--experiments", 100),
            Workers = Count("--workers", 64),
            Optuna = Count("--optuna", 2000),
            Folder = given.GetValueOrDefault("--folder", Path.GetTempPath()),
        };

        int Count(string option, int otherwise) => given.TryGetValue(option, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
    }
}
