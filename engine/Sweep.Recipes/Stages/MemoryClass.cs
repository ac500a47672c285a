using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sweep.Recipes;

/// <summary>
/// Stages of one class need about the same memory: the same kind of work on a net of the same shape with the same batch. What one of them
/// was measured to need is taken to hold for the others. The form is <c>kind-hash</c>.
/// </summary>
[JsonConverter(typeof(MemoryClassJsonConverter))]
public readonly record struct MemoryClass
{
    private const int HashBytes = 8;
    private const int CutSteps = 4;
    private const int MostKnown = 4096;

    /// <summary>A sweep has few, and asks for them at each stage.</summary>
    private static readonly ConcurrentDictionary<Traits, MemoryClass> s_known = new();

    private readonly string? _value;

    /// <exception cref="FormatException">Empty.</exception>
    public MemoryClass(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _value = value.Length > 0 ? value : throw new FormatException("A memory class must not be empty.");
    }

    public string Value => _value ?? "";

    /// <summary>
    /// Of the last stage of a path. The net's shape is the dense one's and what was cut out of it, which recipes tell; what a worker adds (the
    /// device, micro-batches) is for it to say.
    /// </summary>
    /// <param name="path">From the root of the stage tree; a shorter one makes a finer class than it need be, never a wrong one.</param>
    public static MemoryClass Of(IReadOnlyList<StageRecipe> path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var traits = TraitsOf(path[^1], path);
        if (s_known.TryGetValue(traits, out var known))
        {
            return known;
        }

        var json = new ArrayBufferWriter<byte>();
        CanonicalJson.Serialize(json, traits);
        var digest = SHA256.HashData(json.WrittenSpan);
        var named = new MemoryClass($"{traits.Kind.ToString().ToLowerInvariant()}-{Convert.ToHexStringLower(digest.AsSpan(0, HashBytes))}");
        if (s_known.Count >= MostKnown)
        {
            s_known.Clear();
        }

        s_known[traits] = named;
        return named;
    }

    public override string ToString() => Value;

    private static Traits TraitsOf(StageRecipe stage, IReadOnlyList<StageRecipe> path)
    {
        var shape = path.Select(ShapeOf).LastOrDefault(found => found is not null);
        var cut = path.SkipLast(1).OfType<HardPruneRecipe>().LastOrDefault();
        var traits = new Traits
        {
            Kind = stage.Kind,
            Shape = shape,
            Start = shape is null ? path[0].ParentId : null,
            Cut = cut is null ? null : (int)(cut.Sparsity * CutSteps),
        };
        return stage switch
        {
            PretrainRecipe pretrain => traits.Training(pretrain.Training, pretrain.Data),
            SparseTrainRecipe sparse => traits.Training(sparse.Training, sparse.Data),
            SoftPruneRecipe soft => traits.Training(soft.Training, soft.Data),
            GradualPruneRecipe gradual => traits.Training(gradual.Training, gradual.Data) with { Unstructured = gradual.Unstructured },
            DynamicSparseRecipe dynamic => traits.Training(dynamic.Training, dynamic.Data),
            FineTuneRecipe tune => traits.Training(tune.Training, tune.Data) with { HasTeacher = tune.Distillation is not null },
            ScoreGroupsRecipe score => traits.Reading(score.Data) with { Batch = score.Batch, Criterion = score.Criterion },
            RankHeadsRecipe rank => traits.Reading(rank.Data) with { Batch = rank.Images, Ranking = rank.Ranking, Feature = rank.Feature },
            EvaluateRecipe evaluate => traits.Reading(evaluate.Data),
            BenchmarkRecipe benchmark => traits with { Batch = benchmark.Batches.Max() },
            _ => traits,
        };
    }

    private static ViTShape? ShapeOf(StageRecipe stage) => stage switch
    {
        PretrainRecipe pretrain => pretrain.Shape,
        LoadWeightsRecipe load => load.Shape,
        DynamicSparseRecipe dynamic => dynamic.Shape,
        _ => null,
    };

    /// <summary>Everything a recipe says that decides memory. Nothing else: a seed, a rate or a length must not split a class.</summary>
    private sealed record Traits
    {
        public required StageKind Kind { get; init; }

        public ViTShape? Shape { get; init; }

        /// <summary>Where the path does not reach a shape: the stage it hangs from.</summary>
        public StageId? Start { get; init; }

        /// <summary>
        /// How many quarters are cut out, rounded down. Finer, and every trial of a grid would be a class of its own, to be measured alone;
        /// coarser, and what a net of a fifth of the size needs would be taken for what all need.
        /// </summary>
        public int? Cut { get; init; }

        /// <summary>Small data sets are kept in memory whole.</summary>
        public string? Images { get; init; }

        public int? ImageSize { get; init; }

        public int? Batch { get; init; }

        public Precision? Precision { get; init; }

        /// <summary>Whether a second copy of the weights is averaged.</summary>
        public bool? HasAverage { get; init; }

        public bool? HasTeacher { get; init; }

        public bool? Unstructured { get; init; }

        public ScoreCriterion? Criterion { get; init; }

        public HeadRanking? Ranking { get; init; }

        public HeadFeature? Feature { get; init; }

        public Traits Reading(DataRecipe data) => this with { Images = data.Name, ImageSize = data.ImageSize };

        public Traits Training(TrainingRecipe training, DataRecipe data) =>
            Reading(data) with { Batch = training.Batch, Precision = training.Precision, HasAverage = training.Ema is not null };
    }
}

/// <summary>A <see cref="MemoryClass"/> is a JSON string.</summary>
public sealed class MemoryClassJsonConverter : JsonConverter<MemoryClass>
{
    public override MemoryClass Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return new MemoryClass(reader.GetString() ?? "");
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, MemoryClass value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
