using System.Text.Json.Nodes;
using Sweep.Recipes;

namespace Sweep.Planning.Schema;

/// <summary>
/// The table of every key of a sweep file; <see cref="TrainingKeys"/> and <see cref="MethodKeys"/> have those of their sections. Rules
/// between keys are in <see cref="CrossRules"/>.
/// </summary>
internal static class SpecSchema
{
    private const int MostImages = 100_000_000;

    private static readonly NumberRule s_penalty = new(0);
    private static readonly NumberRule s_fraction = new(0, 1, MostExcluded: true);
    private static readonly NumberRule s_positive = new(0, LeastExcluded: true);
    private static readonly IntegerRule s_seed = new(0, long.MaxValue);
    private static readonly TextRule s_name =
        new("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "lower-case letters, digits and inner hyphens, at most 63 in all");

    private static readonly TextRule s_fileName = new(@"^(?!\.{1,2}$)[^/\\\x00-\x1f\x7f]{1,255}$", "the name of a file, without its folder");
    private static readonly TextRule s_digest = new("^[0-9a-f]{64}$", "a SHA-256 digest: 64 hexadecimal digits in lower case");

    /// <summary>The whole file.</summary>
    public static MapRule File { get; } = new(
    [
        new("apiVersion", new ChoiceRule(["sweep/v1"]), "Version of this format.", Required: true),
        new("name", s_name, "Names the experiment in the cluster.", Required: true),
        new("model", Model(), "The net to prune.", Required: true),
        new("data", Data(), "The images, and how they are split.", Required: true),
        new("pretrain", TrainingKeys.Section(), "Training of the dense net; every trial shares it. May be absent where model.weights are the dense net."),
        new("space", Space(), "The axes; a trial is one combination.", Required: true),
        new("sparsify", TrainingKeys.Section(), "Training while structure is pushed out: gohsp, vtp, sgmp, gmp, s2vite."),
        new("finetune", TrainingKeys.FinetuneSection(), "Training after the cut.", Required: true),
        new("budget", Budget(), "How much goes and where, for all methods; each method's own default if absent."),
        new("search", SearchKeys.Search(), "How trials are chosen from the space."),
        new("stopping", SearchKeys.Stopping(), "Ending trials, or the experiment, before their time; nothing ends early if absent."),
        new("limits", SearchKeys.Limits(), "What the experiment may use; whichever limit is reached first ends it. No limits if absent."),
        new("constraints", new ListRule(new ConstraintRule(), 64),
            "What settings must hold, such as predicted.flops <= 2.5e9 or sparsity >= 0.3 or method == 'vtp'; others are not tried. See docs/how-to/plan.md."),
        new("objectives", Objectives(), "The axes of the front; accuracy, parameters and flops if absent."),
        new("gohsp", MethodKeys.Gohsp(), "Options of method gohsp (arXiv 2301.05345)."),
        new("vtp", MethodKeys.Vtp(), "Options of method vtp (arXiv 2104.08500)."),
        new("somp", MethodKeys.Somp(), "Options of method somp, structured one-shot magnitude pruning."),
        new("omp", MethodKeys.Omp(), "Options of method omp, one-shot magnitude pruning of single weights (arXiv 1510.00149): zeros, no smaller net."),
        new("sgmp", MethodKeys.Sgmp(), "Options of method sgmp, structured gradual magnitude pruning (arXiv 1710.01878)."),
        new("gmp", MethodKeys.Gmp(), "Options of method gmp, gradual magnitude pruning of single weights (arXiv 1710.01878): zeros, no smaller net."),
        new("taylor", MethodKeys.Taylor(), "Options of method taylor, first-order Taylor pruning (arXiv 1906.10771)."),
        new("ssp", MethodKeys.Ssp(), "Options of method ssp: salience-based structured pruning, our reading of S²ViTE's baseline."),
        new("s2vite", MethodKeys.S2vite(), "Options of method s2vite, dynamic sparse training of heads and MLP units (arXiv 2106.04533)."),
        new("random", MethodKeys.Random(), "Options of method random, a control."),
        new("benchmark", Benchmark(), "Measures latency, throughput and memory of every trial's net beside the dense one; nothing is measured if absent."),
        new("seed", s_seed, "Seed of everything random in training, where the space has no seeds.", Default: 0),
        new("sharing", ChoiceRule.Of<Sharing>(),
            "on: what trials have in common is computed once, over all experiments; off: every trial computes all of its own, to the same numbers, for measuring what "
            + "sharing saves.", Default: "on"),
        new("parallelism", new IntegerRule(1, 1_000_000), "Trials open at once; a limit of Sweep's own if absent."),
        new("priority", new IntegerRule(-1000, 1000), "Stages of a greater priority go first.", Default: 0),
        new("weight", new NumberRule(0, 1_000_000, LeastExcluded: true), "Share of the devices, beside the weights of other experiments of its priority.", Default: 1),
        new("failurePolicies", FailurePolicyRule.Section, "What to do about failed stages, by reason: a word, or a map of action, limit and backOff."),
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
    [
        new("preset", new ChoiceRule([.. ModelPreset.Names]), "A named dense net.", Required: true),
        new("weights", s_fileName,
            "A file of trained weights, safetensors or PyTorch with timm's names, in a worker's weights folder; random weights if absent."),
        new("digest", s_digest, "SHA-256 of the file of weights."),
    ]);

    private static MapRule Data() => new(
    [
        new("name", s_name, "A registered data set, or with folder a name of one's own.", Required: true),
        new("validation", new IntegerRule(1, MostImages), "Images cut from the training set for validation, which trials are selected on.",
            Default: 5000),
        new("splitSeed", s_seed, "Seed of the validation cut.", Default: 0),
        new("imageSize", new IntegerRule(1, 4096), "Side that images are resized to, in pixels; the data's own if absent. Photographs need it."),
        new("cropRatio", new NumberRule(0, 1, LeastExcluded: true),
            "Evaluation of photographs: the centre crop's share of the resized shorter side; 0.875 if absent."),
        new("folder", Folder(), "A folder of photographs, train/CLASS/*.jpg and val/CLASS/*.jpg, and what it must hold."),
        new("digest", s_digest, "SHA-256 of a folder's manifest; only its counts are held to if absent."),
    ]);

    private static MapRule Folder() => new(
    [
        new("classes", new IntegerRule(2, 1_000_000), "Subfolders of train, and of val.", Required: true),
        new("trainingImages", new IntegerRule(1, MostImages), "Photographs under train.", Required: true),
        new("testImages", new IntegerRule(1, MostImages), "Photographs under val: the test split.", Required: true),
    ]);

    private static MapRule Space() => new(
    [
        new("method", new AxisRule(ChoiceRule.Of<PruningMethod>(), Conditional: false), "Pruning methods.", Required: true),
        new("sparsity", new AxisRule(s_fraction, Conditional: false), "Fraction of the model's parameters removed, or of target's.", Required: true),
        new("target", new AxisRule(ChoiceRule.Of<BudgetTarget>(), Conditional: true),
            "What a sparsity is a fraction of, for structured methods; budget.target's if absent."),
        new("lambda", new AxisRule(s_penalty, Conditional: true), "λ. vtp: weight of the ℓ1 norm of the gates; gohsp: penalty on masked heads."),
        new("rho", new AxisRule(s_penalty, Conditional: true), "ρ. gohsp: penalty of the augmented Lagrangian."),
        new("seed", new AxisRule(s_seed, Conditional: false), "Seeds of training, each with a dense net of its own; the file's seed if absent."),
        new("finetuneSeed", new AxisRule(s_seed, Conditional: true, Whole: true),
            "Seeds of the training after the cut alone, which share everything before it; the seed of the whole training if absent."),
        new("finetuneEpochs", new AxisRule(new IntegerRule(1, TrainingKeys.MostEpochs), Conditional: true, Whole: true),
            "Epochs after the cut; finetune.epochs if absent."),
        new("finetuneLearningRate", new AxisRule(s_positive, Conditional: true), "Peak learning rates after the cut; finetune.learningRate if absent."),
    ]);

    private static MapRule Budget() => new(
    [
        new("target", ChoiceRule.Of<BudgetTarget>(),
            "What a sparsity is a fraction of: the dense net's parameters, its FLOPs, or the channels of each kind themselves; parameters if absent."),
        new("scope", ChoiceRule.Of<PruningScope>(),
            "Whether each layer loses the same fraction or all layers compete; each method's own if absent."),
        new("multipleOf", new IntegerRule(1, 1024), "Kept widths are multiples of this where a width is cut; 1 if absent."),
    ]);

    private static ListRule Objectives() => new(
        new MapRule(
        [
            new("metric", ChoiceRule.Of<Metric>(), "accuracy: top-1 on the validation split, in [0, 1]; flops: multiply-accumulates of one image; latency: median seconds at the first batch size of benchmark.",
                Required: true),
            new("goal", ChoiceRule.Of<Goal>(), "Which way is better.", Required: true),
        ]),
        Most: 3);

    private static MapRule Benchmark() => new(
    [
        new("device", new TextRule(@"^[!-~]([ -~]{0,126}[!-~])?$", "the model of a device, such as cpu or NVIDIA H200"),
            "Model of the device that the figures are for.", Required: true),
        new("batches", new ListRule(new IntegerRule(1, 65_536), 16), "Images a batch, one measurement each; [1, 64] if absent."),
        new("runs", new IntegerRule(1, 1_000_000), "Timed forward passes of each net for each batch size.", Default: 50),
        new("warmUp", new IntegerRule(0, 1_000_000), "Passes before the timed ones.", Default: 5),
    ]);
}
