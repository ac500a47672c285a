using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sweep.Engine.Measuring;

namespace Sweep.Bench.TrainingStep;

/// <summary>One comparison. Times in seconds a step or a pass; ratios are subject over peer, pair by pair, so below 1 is faster.</summary>
internal sealed record Row
{
    public required string Bench { get; init; }

    public required string Net { get; init; }

    public required string Subject { get; init; }

    public required string Peer { get; init; }

    public required int Batch { get; init; }

    public required int Threads { get; init; }

    public required int Pairs { get; init; }

    /// <summary>Steps a turn.</summary>
    public int Steps { get; init; } = 1;

    public required double SubjectSeconds { get; init; }

    public required double PeerSeconds { get; init; }

    public required double Ratio { get; init; }

    /// <summary>Quartiles and extremes of the ratio over the pairs; null where only the median is known.</summary>
    public Spread? Spread { get; init; }

    /// <summary>Inference: dense Flops over the net's.</summary>
    public double? FlopsRatio { get; init; }

    /// <summary>Inference: peak memory of a pass, in bytes; null where it cannot be told.</summary>
    public long? SubjectMemory { get; init; }

    /// <summary>Inference: the same of the dense net.</summary>
    public long? PeerMemory { get; init; }

    /// <summary>From interleaved turns of so many steps.</summary>
    public static Row Of(string bench, Arguments arguments, string subject, string peer, PairedTimes peerAndSubject, int steps) => new()
    {
        Bench = bench,
        Net = arguments.Net,
        Subject = subject,
        Peer = peer,
        Batch = arguments.Batch,
        Threads = arguments.Threads,
        Pairs = peerAndSubject.Ratios.Count,
        Steps = steps,
        SubjectSeconds = Quantile.Median(peerAndSubject.Second) / steps,
        PeerSeconds = Quantile.Median(peerAndSubject.First) / steps,
        Ratio = Quantile.Median(peerAndSubject.Ratios),
        Spread = new Spread(
            peerAndSubject.Ratios.Min(),
            Quantile.At(0.25, peerAndSubject.Ratios),
            Quantile.At(0.75, peerAndSubject.Ratios),
            peerAndSubject.Ratios.Max()),
    };
}

internal sealed record Spread(double Least, double Quarter, double ThreeQuarters, double Most);

/// <summary>Prints rows as a table as they come, and appends them to a file of JSON lines.</summary>
internal sealed class Report(string? file)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private bool _begun;

    public void Add(Row row)
    {
        if (!_begun)
        {
            Console.WriteLine($"{"net",-11} {"subject",-16} {"peer",-20} {"batch",5} {"threads",7} {"subject",11} {"peer",11} {"ratio",6}  spread");
            _begun = true;
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Net,-11} {row.Subject,-16} {row.Peer,-20} {row.Batch,5} {row.Threads,7} {row.SubjectSeconds * 1000,8:0.000} ms {row.PeerSeconds * 1000,8:0.000} ms {row.Ratio,6:0.000}  {Rest(row)}"));
        if (file is not null)
        {
            File.AppendAllText(file, JsonSerializer.Serialize(row, s_json) + "\n");
        }
    }

    private static string Rest(Row row)
    {
        var culture = CultureInfo.InvariantCulture;
        var spread = row.Spread is { } s
            ? string.Create(culture, $"{s.Quarter:0.000} to {s.ThreeQuarters:0.000} (all {s.Least:0.000} to {s.Most:0.000}), {row.Pairs} pairs of {row.Steps}")
            : $"{row.Pairs} pairs";
        var flops = row.FlopsRatio is { } ratio ? string.Create(culture, $", {1 / row.Ratio:0.00} times as fast with 1/{ratio:0.00} of the Flops") : "";
        var memory = row is { SubjectMemory: { } ours, PeerMemory: { } theirs }
            ? string.Create(culture, $", {ours / 1048576.0:0.0} MiB against {theirs / 1048576.0:0.0} MiB")
            : "";
        return spread + flops + memory;
    }
}
