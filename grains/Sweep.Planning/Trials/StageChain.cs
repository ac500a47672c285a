using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>Builds the recipes along a trial's path (DESIGN 3). Equal beginnings of two trials come out as equal stages.</summary>
internal sealed class StageChain
{
    private readonly SweepSpec _spec;
    private readonly DataRecipe _data;
    private readonly PretrainRecipe _pretrain;
    private readonly RankHeadsRecipe _rankHeads;

    public StageChain(SweepSpec spec)
    {
        _spec = spec;
        var known = KnownData.Find(spec.Data.Name)
            ?? throw new ArgumentException($"The data must be registered, but '{spec.Data.Name}' is not.", nameof(spec));
        var shape = ModelPreset.Find(spec.Model.Preset, known.Channels, known.Classes)
            ?? throw new ArgumentException($"The model must be a preset, but '{spec.Model.Preset}' is none.", nameof(spec));
        _data = new DataRecipe
        {
            Name = known.Name,
            Digest = known.Digest,
            Validation = spec.Data.Validation,
            SplitSeed = spec.Data.SplitSeed,
        };
        _pretrain = new PretrainRecipe { Shape = shape, Data = _data, Training = Training(spec.Pretrain, "pretrain") };
        _rankHeads = RankHeads();
    }

    /// <summary>Pretrain → Evaluate.</summary>
    public IReadOnlyList<StageRecipe> ForDense() => [_pretrain, Evaluate(_pretrain)];

    /// <summary>Pretrain → what the method does → HardPrune → FineTune → Evaluate.</summary>
    public IReadOnlyList<StageRecipe> For(TrialSettings settings)
    {
        IReadOnlyList<StageRecipe> sparsified = settings.Method switch
        {
            PruningMethod.Gohsp => SoftPrune(settings),
            PruningMethod.Vtp => [SparseTrain(settings)],
            PruningMethod.Somp => [],
            _ => throw new ArgumentException($"There is no path for the method {settings.Method}.", nameof(settings)),
        };
        var hardPrune = HardPrune(settings, sparsified.Count == 0 ? _pretrain : sparsified[^1]);
        var fineTune = new FineTuneRecipe { Parent = hardPrune.Id, Data = _data, Training = Training(_spec.Finetune, "finetune") };
        return [_pretrain, .. sparsified, hardPrune, fineTune, Evaluate(fineTune)];
    }

    /// <summary>RankHeads → SoftPrune. The ranking knows no ρ, λ or sparsity: one serves all.</summary>
    private IReadOnlyList<StageRecipe> SoftPrune(TrialSettings settings)
    {
        var gohsp = _spec.Gohsp;
        var softPrune = new SoftPruneRecipe
        {
            Parent = _rankHeads.Id,
            Weights = _pretrain.Id,
            Data = _data,
            Training = Training(Sparsify(settings), "sparsify"),
            Sparsity = settings.Sparsity,
            Rho = settings.Rho ?? gohsp.Rho,
            Lambda = settings.Lambda ?? gohsp.Lambda,
            UpdatesPerEpoch = gohsp.UpdatesPerEpoch,
            FinalRhoFactor = gohsp.FinalRhoFactor,
            Patterns = gohsp.Patterns,
        };
        return [_rankHeads, softPrune];
    }

    private RankHeadsRecipe RankHeads() => new()
    {
        Parent = _pretrain.Id,
        Data = _data,
        Images = _spec.Gohsp.Images,
        Ranking = _spec.Gohsp.Ranking,
        Feature = _spec.Gohsp.Feature,
        Similarity = _spec.Gohsp.Similarity,
        Orientation = _spec.Gohsp.Orientation,
        SelfLoop = _spec.Gohsp.SelfLoop,
        Teleport = _spec.Gohsp.Teleport,
        Seed = DerivedSeed.Of(_spec.Seed, "rankHeads"),
    };

    /// <summary>Knows no sparsity: one stage serves all.</summary>
    private SparseTrainRecipe SparseTrain(TrialSettings settings) => new()
    {
        Parent = _pretrain.Id,
        Data = _data,
        Training = Training(Sparsify(settings), "sparsify"),
        Lambda = settings.Lambda ?? _spec.Vtp.Lambda,
        GateLearningRateFactor = _spec.Vtp.GateLearningRateFactor,
    };

    private HardPruneRecipe HardPrune(TrialSettings settings, StageRecipe parent) => new()
    {
        Parent = parent.Id,
        Method = settings.Method,
        Sparsity = settings.Sparsity,
        Gates = settings.Method == PruningMethod.Vtp ? _spec.Vtp.Gates : null,
        Scope = settings.Method == PruningMethod.Somp ? _spec.Somp.Scope : null,
        Patterns = settings.Method == PruningMethod.Somp ? _spec.Somp.Patterns : null,
    };

    private EvaluateRecipe Evaluate(StageRecipe parent) => new() { Parent = parent.Id, Data = _data };

    private TrainingSpec Sparsify(TrialSettings settings) => _spec.Sparsify
        ?? throw new ArgumentException($"The method {settings.Method} needs the section sparsify, but the spec has none.", nameof(settings));

    private TrainingRecipe Training(TrainingSpec spec, string purpose) => new()
    {
        Epochs = spec.Epochs,
        ImagesPerEpoch = spec.ImagesPerEpoch,
        LearningRate = spec.LearningRate,
        FinalLearningRate = spec.FinalLearningRate,
        Batch = spec.Batch,
        Warmup = spec.Warmup,
        WeightDecay = spec.WeightDecay,
        Beta2 = spec.Beta2,
        LabelSmoothing = spec.LabelSmoothing,
        CropPadding = spec.CropPadding,
        Flip = spec.Flip,
        Seed = DerivedSeed.Of(_spec.Seed, purpose),
    };
}
