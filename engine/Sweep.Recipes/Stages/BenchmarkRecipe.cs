using System.Text.Json.Serialization;

namespace Sweep.Recipes;

/// <summary>
/// Measures latency, throughput and peak memory of a net and of the dense net it came from, in interleaved runs on one device after a
/// warm-up. Wants the device for itself. Artifact: none but its result.
/// </summary>
public sealed record BenchmarkRecipe : StageRecipe
{
    [JsonIgnore]
    public override StageKind Kind => StageKind.Benchmark;

    public override int Version => 1;

    /// <summary>The net to measure.</summary>
    public required StageId Parent { get; init; }

    /// <summary>The net to compare it with.</summary>
    public required StageId Dense { get; init; }

    [JsonIgnore]
    public override StageId? ParentId => Parent;

    [JsonIgnore]
    public override IReadOnlyList<StageId> Inputs => Parent == Dense ? [Parent] : [Parent, Dense];

    /// <summary>Model of the device that the figures are for, such as <c>cpu</c> or <c>NVIDIA H200</c>.</summary>
    public required string DeviceModel { get; init; }

    /// <summary>Images a batch, one measurement each.</summary>
    public IReadOnlyList<int> Batches { get; init; } = [1, 64];

    /// <summary>Timed forward passes of each net for each batch size.</summary>
    public int Runs { get; init; } = 50;

    /// <summary>Passes before the timed ones.</summary>
    public int WarmUp { get; init; } = 5;
}
