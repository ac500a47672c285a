using System.Text.Json.Nodes;
using Sweep.Recipes;

namespace Sweep.Planning.Schema;

/// <summary>The table of every key of a sweep file. Rules between keys are in <see cref="CrossRules"/>.</summary>
internal static class SpecSchema
{
    private const int MostEpochs = 100_000;
    private const int MostImages = 100_000_000;

    private static readonly NumberRule s_fraction = new(0, 1, MostExcluded: true);
    private static readonly NumberRule s_penalty = new(0);
    private static readonly NumberRule s_positive = new(0, LeastExcluded: true);
    private static readonly IntegerRule s_seed = new(0, long.MaxValue);
    private static readonly SwitchRule s_switch = new();

    /// <summary>The whole file.</summary>
    public static MapRule File { get; } = new(
    [
        new("apiVersion", new ChoiceRule(["sweep/v1"]), "Version of this format.", Required: true),
        new("name", new TextRule("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "lower-case letters, digits and inner hyphens, at most 63 in all"),
            "Names the experiment in the cluster.", Required: true),
        new("model", Model(), "The net to prune.", Required: true),
        new("data", Data(), "The images, and how they are split.", Required: true),
        new("pretrain", Training(1e-3), "Training of the dense net; every trial shares it.", Required: true),
        new("space", Space(), "The axes; a trial is one combination.", Required: true),
        new("sparsify", Training(1e-3), "Training while structure is pushed out: SoftPrune (gohsp) and SparseTrain (vtp)."),
        new("finetune", Training(1e-3), "Training after the cut.", Required: true),
        new("search", Search(), "How trials are chosen from the space."),
        new("objectives", Objectives(), "The axes of the front; accuracy, parameters and flops if absent."),
        new("gohsp", Gohsp(), "Options of method gohsp (arXiv 2301.05345)."),
        new("vtp", Vtp(), "Options of method vtp (arXiv 2104.08500)."),
        new("somp", Somp(), "Options of method somp, structured one-shot magnitude pruning."),
        new("seed", s_seed, "Seed of everything random in training.", Default: 0),
        new("parallelism", new IntegerRule(1, 1_000_000), "Trials open at once; no limit if absent."),
    ]);

    /// <summary>The published JSON Schema.</summary>
    public static JsonObject ToJsonSchema()
    {
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = "urn:sweep:schema:sweep-v1",
            ["title"] = "sweep.yaml",
            ["description"] = "One experiment of Sweep: a model, a data set, a space of pruning settings and the objectives of its front.",
        };
        foreach (var (name, value) in File.ToJsonSchema())
        {
            schema.Add(name, value?.DeepClone());
        }

        return schema;
    }

    private static MapRule Model() => new(
        [new("preset", new ChoiceRule([.. ModelPreset.Names]), "A named dense net.", Required: true)]);

    private static MapRule Data() => new(
    [
        new("name", new ChoiceRule([.. KnownData.All.Select(data => data.Name)]), "A registered data set.", Required: true),
        new("validation", new IntegerRule(1, MostImages), "Images cut from the training set for validation, which trials are selected on.",
            Default: 5000),
        new("splitSeed", s_seed, "Seed of the validation cut.", Default: 0),
    ]);

    private static MapRule Training(double learningRate) => new(
    [
        new("epochs", new IntegerRule(1, MostEpochs), "Data passes.", Required: true),
        new("imagesPerEpoch", new IntegerRule(1, MostImages), "Images drawn without replacement per epoch; all of the training split if absent."),
        new("learningRate", s_positive, "Peak learning rate of AdamW.", Default: learningRate),
        new("finalLearningRate", s_penalty, "Learning rate at the end of the cosine.", Default: 0),
        new("batch", new IntegerRule(1, 1_000_000), "Images per step.", Default: 64),
        new("warmup", s_fraction, "Fraction of the steps over which the learning rate rises from 0.", Default: 0.1),
        new("weightDecay", s_penalty, "Decoupled weight decay.", Default: 0.05),
        new("beta2", s_fraction, "Decay of AdamW's second moment.", Default: 0.98),
        new("labelSmoothing", s_fraction, "Probability mass spread over all classes.", Default: 0.1),
        new("cropPadding", new IntegerRule(0, 1024), "Pixels of padding before a random crop; 0 for no crop.", Default: 0),
        new("flip", s_switch, "Whether images are mirrored with probability one half.", Default: false),
    ]);

    private static MapRule Space() => new(
    [
        new("method", new AxisRule(ChoiceRule.Of<PruningMethod>(), Conditional: false), "Pruning methods.", Required: true),
        new("sparsity", new AxisRule(s_fraction, Conditional: false), "Fraction of the model's parameters removed.", Required: true),
        new("lambda", new AxisRule(s_penalty, Conditional: true), "λ. vtp: weight of the ℓ1 norm of the gates; gohsp: penalty on masked heads."),
        new("rho", new AxisRule(s_penalty, Conditional: true), "ρ. gohsp: penalty of the augmented Lagrangian."),
    ]);

    private static MapRule Search() => new(
        [new("algorithm", ChoiceRule.Of<SearchAlgorithm>(), "grid: every combination, in the order of the file.", Default: "grid")]);

    private static ListRule Objectives() => new(
        new MapRule(
        [
            new("metric", ChoiceRule.Of<Metric>(), "accuracy: top-1 on the validation split, in [0, 1]; flops: multiply-accumulates of one image.",
                Required: true),
            new("goal", ChoiceRule.Of<Goal>(), "Which way is better.", Required: true),
        ]),
        Most: 3);

    private static MapRule Gohsp() => new(
    [
        new("ranking", ChoiceRule.Of<HeadRanking>(), "What decides a head's importance; magnitude and random are controls.", Default: "graph"),
        new("feature", ChoiceRule.Of<HeadFeature>(), "What of two heads is compared.", Default: "attention"),
        new("similarity", ChoiceRule.Of<HeadSimilarity>(), "How two features are compared.", Default: "cosine"),
        new("orientation", ChoiceRule.Of<HeadOrientation>(), "Which end of the ranking is kept.", Default: "keepHigh"),
        new("selfLoop", s_switch, "Whether a head is similar to itself.", Default: false),
        new("teleport", new NumberRule(0, 1), "ε of the chain P' = (1 − ε)P + ε/H.", Default: 0),
        new("images", new IntegerRule(1, MostImages), "Training images that the ranking averages over.", Default: 512),
        new("updatesPerEpoch", new IntegerRule(1, 100_000), "Updates of Z and U per epoch.", Default: 1),
        new("finalRhoFactor", s_positive, "Factor on ρ over the last 15 % of the epochs.", Default: 1),
        new("patterns", Patterns(), "Which structure may go."),
        new("rho", s_penalty, "ρ where the space has none.", Default: 0.01),
        new("lambda", s_penalty, "λ where the space has none; 0 places masked heads in the constraint set.", Default: 0),
    ]);

    private static MapRule Vtp() => new(
    [
        new("gates", ChoiceRule.Of<GateRule>(), "What becomes of a surviving gate: multiplied into the weights, or replaced by 1.", Default: "fold"),
        new("gateLearningRateFactor", s_positive, "Factor on the learning rate for the gates.", Default: 1),
        new("lambda", s_penalty, "λ where the space has none.", Default: 0.0001),
    ]);

    private static MapRule Somp() => new(
    [
        new("scope", ChoiceRule.Of<PruningScope>(), "Whether each layer loses the same fraction or all layers compete.", Default: "perLayer"),
        new("patterns", Patterns(), "Which structure may go."),
    ]);

    private static MapRule Patterns() => new(
    [
        new("heads", s_switch, "Whole heads.", Default: true),
        new("queryKey", s_switch, "Pairs of a query and a key channel.", Default: true),
        new("valueProjection", s_switch, "Pairs of a value channel and a projection column.", Default: true),
        new("mlp", s_switch, "Hidden units of the MLP.", Default: true),
    ]);
}
