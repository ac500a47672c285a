using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sweep.Recipes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Sweep.Simulation;

/// <summary>A cluster file breaks a rule.</summary>
public sealed class ClusterModelException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Reads a cluster file: YAML with the members of <see cref="ClusterModel"/>.</summary>
public static class ClusterModelReader
{
    private const int MostWorkers = 100_000;

    /// <param name="yaml">The text.</param>
    /// <param name="file">How messages name it.</param>
    /// <exception cref="ClusterModelException">The text breaks a rule.</exception>
    public static ClusterModel Read(string yaml, string file)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        ClusterModel model;
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            model = stream.Documents is [var document, ..] ? CanonicalJson.Deserialize<ClusterModel>(ToJson(document.RootNode).ToJsonString()) : new ClusterModel();
        }
        catch (YamlException e)
        {
            throw new ClusterModelException(FormattableString.Invariant($"{file}:{e.Start.Line}:{e.Start.Column}: a cluster file is YAML, but: {e.Message}"), e);
        }
        catch (JsonException e)
        {
            throw new ClusterModelException($"{file}: a cluster file has the members of the reference, but at {e.Path ?? "$"}: {e.Message}", e);
        }

        return Fault(model) is { } fault ? throw new ClusterModelException($"{file}: {fault}.") : model;
    }

    private static string? Fault(ClusterModel model)
    {
        var workers = (long)model.Silos * model.Devices * model.Packing;
        return model.Silos < 1 || model.Devices < 1 || model.Packing < 1 || workers > MostWorkers
            ? FormattableString.Invariant($"silos, devices and packing must be at least 1 and give at most {MostWorkers} workers, but are {model.Silos}, {model.Devices} and {model.Packing}")
            : Fault("times", model.Times)
                ?? model.Kinds.Select(kind => Fault(FormattableString.Invariant($"kinds.{kind.Key}"), kind.Value)).FirstOrDefault(fault => fault is not null)
                ?? Fault("failures.silo", model.Failures?.Silo)
                ?? Fault("failures.engine", model.Failures?.Engine)
                ?? Fault(model.Accuracy)
                ?? Fault(model.Scheduling);
    }

    private static string? Fault(string where, StageTimes times) => Fault(where + ".epoch", times.Epoch) ?? Fault(where + ".stage", times.Stage);

    private static string? Fault(string where, Spread? spread) => spread switch
    {
        null => null,
        { Constant: { } constant, LogNormal: null, Samples: null } => IsTime(constant) ? null : FormattableString.Invariant($"{where}.constant must be a time, but is {constant}"),
        { Constant: null, LogNormal: { } curve, Samples: null } => IsTime(curve.Median) && curve.Sigma is >= 0 and <= 5
            ? null
            : FormattableString.Invariant($"{where}.logNormal must have a time as median and a sigma in [0, 5], but has {curve.Median} and {curve.Sigma}"),
        { Constant: null, LogNormal: null, Samples: { Count: > 0 } samples } => samples.All(IsTime) ? null : $"{where}.samples must be times, but one is not",
        _ => $"{where} must have one of constant, logNormal and samples, but has none or several",
    };

    private static string? Fault(string where, Outages? outages) => outages is null || (IsTime(outages.MeanTime) && outages.MeanTime >= 1 && IsTime(outages.Repair))
        ? null
        : FormattableString.Invariant($"{where} must have a meanTime of at least 1 s and a repair time, but has {outages.MeanTime} and {outages.Repair}");

    private static string? Fault(AccuracySurface surface) => surface is { Dense: > 0 and <= 1, Patience: > 0, Loss: >= 0, Noise: >= 0 }
        ? null
        : FormattableString.Invariant($"accuracy must have dense in (0, 1], patience above 0, loss and noise of at least 0, but has {surface.Dense}, {surface.Patience}, {surface.Loss} and {surface.Noise}");

    private static string? Fault(SchedulingModel scheduling) => scheduling is { Lease: < 1 } or { LossLimit: < 1 } or { InfrastructureLimit: < 1 } or { BackOff: <= 0 }
        ? "scheduling must have a lease of at least 1 s, limits of at least 1 and a positive backOff, but has not"
        : null;

    /// <summary>Up to a year; no number compares with NaN.</summary>
    private static bool IsTime(double seconds) => seconds is >= 0 and <= 365 * 86400.0;

    private static JsonNode ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, (JsonNode?)ToJson(child.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } value } when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) =>
            number == Math.Truncate(number) && Math.Abs(number) < int.MaxValue ? JsonValue.Create((long)number) : JsonValue.Create(number),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value ?? ""),
        _ => throw new JsonException($"A cluster file has mappings, lists and scalars, but has a {node.NodeType}."),
    };
}
