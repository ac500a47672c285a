using Sweep.Recipes;

namespace Sweep.Planning.Schema;

/// <summary>The options of each pruning method.</summary>
internal static class MethodKeys
{
    private const int MostImages = 100_000_000;

    private static readonly NumberRule s_fraction = new(0, 1, MostExcluded: true);
    private static readonly NumberRule s_part = new(0, 1);
    private static readonly NumberRule s_penalty = new(0);
    private static readonly NumberRule s_positive = new(0, LeastExcluded: true);
    private static readonly IntegerRule s_times = new(1, 100_000);
    private static readonly SwitchRule s_switch = new();

    public static MapRule Gohsp() => new(
    [
        new("ranking", ChoiceRule.Of<HeadRanking>(), "What decides a head's importance; all but graph are controls.", Default: "graph"),
        new("feature", ChoiceRule.Of<HeadFeature>(), "What of two heads is compared.", Default: "attention"),
        new("similarity", ChoiceRule.Of<HeadSimilarity>(), "How two features are compared.", Default: "cosine"),
        new("orientation", ChoiceRule.Of<HeadOrientation>(), "Which end of the ranking is kept.", Default: "keepHigh"),
        new("selfLoop", s_switch, "Whether a head is similar to itself.", Default: false),
        new("teleport", s_part, "ε of the chain P' = (1 − ε)P + ε/H.", Default: 0),
        new("images", new IntegerRule(1, MostImages), "Training images that the ranking averages over.", Default: 512),
        new("updatesPerEpoch", s_times, "Updates of Z and U per epoch.", Default: 1),
        new("finalRhoFactor", s_positive, "Factor on ρ over the last 15 % of the epochs.", Default: 1),
        new("coupling", ChoiceRule.Of<PenaltyCoupling>(),
            "Whether the penalty joins the loss gradient, ADMM as written, or acts on the weights beside the optimizer, as AdamW's decay does.",
            Default: "gradient"),
        new("patterns", Patterns(), "Which structure may go."),
        new("rho", s_penalty, "ρ where the space has none.", Default: 0.01),
        new("lambda", s_penalty, "λ where the space has none; 0 places masked heads in the constraint set.", Default: 0),
    ]);

    public static MapRule Vtp() => new(
    [
        new("gates", ChoiceRule.Of<GateRule>(), "What becomes of a surviving gate: multiplied into the weights, or replaced by 1.", Default: "fold"),
        new("gateLearningRateFactor", s_positive, "Factor on the learning rate for the gates.", Default: 1),
        new("lambda", s_penalty, "λ where the space has none.", Default: 0.0001),
    ]);

    public static MapRule Somp() => new(
    [
        Scope(),
        new("norm", ChoiceRule.Of<GroupNorm>(), "How large a group's weights are together.", Default: "l2"),
        new("patterns", Patterns(), "Which structure may go."),
    ]);

    public static MapRule Omp() => new([Scope()]);

    public static MapRule Sgmp() => new([.. Gradual(), new("patterns", Patterns(), "Which structure may go.")]);

    public static MapRule Gmp() => new(Gradual());

    public static MapRule Taylor() => new(
    [
        new("form", ChoiceRule.Of<TaylorForm>(),
            "Of the sum of gradient times weight, over a batch: its square or its absolute value; fisher: the mean square over samples.",
            Default: "squared"),
        .. Scoring(),
        Scope(),
        new("patterns", Patterns(), "Which structure may go."),
    ]);

    public static MapRule Ssp() => new([.. Scoring(), new("patterns", Patterns(), "Which structure may go.")]);

    public static MapRule S2vite() => new(
    [
        new("start", ChoiceRule.Of<DynamicStart>(),
            "scratch: random weights, as the paper does, for as many images as pretrain and sparsify have together, under pretrain's settings; dense: the dense net, for sparsify's.",
            Default: "scratch"),
        new("updates", s_times, "Prune-and-grow events.", Default: 20),
        new("updateUntil", new NumberRule(0, 1, LeastExcluded: true), "Fraction of the steps after which structure stays.", Default: 0.8),
        new("deathRate", s_part, "Fraction that dies at first; falls by a cosine.", Default: 0.5),
        new("finalDeathRate", s_part, "Fraction that dies at last.", Default: 0.005),
    ]);

    public static MapRule Random() => new(
    [
        new("seed", new IntegerRule(0, long.MaxValue), "Seed of the draw, beside the seed of training.", Default: 0),
        new("patterns", Patterns(), "Which structure may go."),
    ]);

    private static KeyRule Scope() => new("scope", ChoiceRule.Of<PruningScope>(),
        "Whether each layer loses the same fraction or all layers compete, unless budget.scope says.", Default: "perLayer");

    private static IReadOnlyList<KeyRule> Gradual() =>
    [
        new("begin", s_fraction, "Where the schedule begins, as a fraction of sparsify's steps.", Default: 0),
        new("end", new NumberRule(0, 1, LeastExcluded: true), "Where the schedule ends and masks stay, likewise.", Default: 0.75),
        new("updates", s_times, "How often masks are recomputed after the beginning.", Default: 20),
        new("initialSparsity", s_fraction, "Sparsity at the beginning.", Default: 0),
    ];

    private static IReadOnlyList<KeyRule> Scoring() =>
    [
        new("batches", new IntegerRule(1, 1_000_000), "Batches of training images that the scores average over.", Default: 50),
        new("batch", new IntegerRule(1, 1_000_000), "Images a batch.", Default: 64),
    ];

    private static MapRule Patterns() => new(
    [
        new("heads", s_switch, "Whole heads.", Default: true),
        new("queryKey", s_switch, "Pairs of a query and a key channel.", Default: true),
        new("valueProjection", s_switch, "Pairs of a value channel and a projection column.", Default: true),
        new("mlp", s_switch, "Hidden units of the MLP.", Default: true),
    ]);
}
