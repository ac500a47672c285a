using System.Globalization;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// Builds the recipes along a trial's path (DESIGN 3), for one seed of training. Equal beginnings of two trials come out as equal stages.
/// </summary>
internal sealed class StageChain
{
    private readonly SweepSpec _spec;
    private readonly long _seed;
    private readonly string? _unshared;
    private readonly ImageSet _images;
    private readonly ViTShape _shape;
    private readonly DataRecipe _data;
    private readonly IReadOnlyList<StageRecipe> _dense;

    /// <param name="spec">The experiment.</param>
    /// <param name="seed">Of training.</param>
    /// <param name="unshared">Who alone owns the stages, see <see cref="StageRecipe.Unshared"/>; null to share them.</param>
    public StageChain(SweepSpec spec, long seed, string? unshared = null)
    {
        _spec = spec;
        _seed = seed;
        _unshared = unshared;
        _shape = ImageSet.DenseShape(spec);
        _images = ImageSet.Of(spec.Data)!;
        _data = Data();
        _dense = Dense();
    }

    /// <summary>The stage whose net is the unpruned one.</summary>
    private StageRecipe DenseNet => _dense[^1];

    /// <summary>LoadWeights → Pretrain, one of which may be absent → Evaluate.</summary>
    public IReadOnlyList<StageRecipe> ForDense() => [.. _dense, Evaluate(DenseNet)];

    /// <summary>The dense net → what the method does → HardPrune → FineTune → Evaluate, once or a rung each → Benchmark.</summary>
    public IReadOnlyList<StageRecipe> For(TrialSettings settings)
    {
        var before = BeforeTheCut(settings);
        var hardPrune = new CutChain(_spec, _seed).HardPrune(settings, before[^1], DenseNet);
        List<StageRecipe> path = [.. before, hardPrune];
        var fineTune = AddRungs(FineTune(settings, hardPrune), path);
        if (_spec.Benchmark is { } benchmark)
        {
            path.Add(new BenchmarkRecipe
            {
                Parent = fineTune.Id,
                Dense = DenseNet.Id,
                DeviceModel = benchmark.Device,
                Batches = benchmark.Batches,
                Runs = benchmark.Runs,
                WarmUp = benchmark.WarmUp,
            });
        }

        // A trial that starts from random weights may still read the dense net, as teacher or to compare with: it waits for it first.
        return path.SelectMany(stage => stage.Inputs).All(path.Select(stage => stage.Id).Contains) ? path : [.. _dense, .. path];
    }

    private IReadOnlyList<StageRecipe> BeforeTheCut(TrialSettings settings) => settings.Method switch
    {
        PruningMethod.Gohsp => [.. _dense, .. SoftPrune(settings)],
        PruningMethod.Vtp => [.. _dense, SparseTrain(settings)],
        PruningMethod.Taylor or PruningMethod.Ssp => [.. _dense, ScoreGroups(settings.Method)],
        PruningMethod.Sgmp or PruningMethod.Gmp => [.. _dense, GradualPrune(settings)],
        PruningMethod.S2vite => _spec.S2vite.Start == DynamicStart.Scratch
            ? [DynamicSparse(settings)]
            : [.. _dense, DynamicSparse(settings)],
        PruningMethod.Somp or PruningMethod.Omp or PruningMethod.Random => _dense,
        _ => throw new ArgumentException($"There is no path for the method {settings.Method}.", nameof(settings)),
    };

    private DataRecipe Data() => new()
    {
        Name = _spec.Data.Name,
        Digest = _images.Digest,
        Validation = _spec.Data.Validation,
        ImageSize = _spec.Data.ImageSize is { } size && size != _images.OwnSize ? size : null,
        CropRatio = _spec.Data.CropRatio is 0.875 ? null : _spec.Data.CropRatio,
        Folder = _spec.Data.Folder,
        SplitSeed = _spec.Data.SplitSeed,
    };

    private IReadOnlyList<StageRecipe> Dense()
    {
        var stages = new List<StageRecipe>();
        if (_spec.Model is { Weights: { } file, Digest: { } digest })
        {
            // One classifier for all seeds: pretraining differs by seed, what it starts from does not.
            stages.Add(new LoadWeightsRecipe
            {
                File = file,
                Digest = digest,
                Shape = _shape,
                Seed = DerivedSeed.Of(_spec.Seed, "loadWeights"),
                Unshared = _unshared,
            });
        }

        if (_spec.Pretrain is { } pretrain)
        {
            stages.Add(new PretrainRecipe
            {
                Start = stages.Count == 0 ? null : stages[0].Id,
                Shape = _shape,
                Data = _data,
                Training = Training(pretrain, "pretrain"),
                Unshared = stages.Count == 0 ? _unshared : null,
            });
        }

        return stages.Count > 0 ? stages
            : throw new ArgumentException("The spec must have the section pretrain or the model's weights, but has neither.");
    }

    /// <summary>RankHeads → SoftPrune. The ranking knows no ρ, λ or sparsity: one serves all.</summary>
    private IReadOnlyList<StageRecipe> SoftPrune(TrialSettings settings)
    {
        var gohsp = _spec.Gohsp;
        var rankHeads = new RankHeadsRecipe
        {
            Parent = DenseNet.Id,
            Data = _data,
            Images = gohsp.Images,
            Ranking = gohsp.Ranking,
            Feature = gohsp.Feature,
            Similarity = gohsp.Similarity,
            Orientation = gohsp.Orientation,
            SelfLoop = gohsp.SelfLoop,
            Teleport = gohsp.Teleport,
            Seed = DerivedSeed.Of(_seed, "rankHeads"),
        };
        var softPrune = new SoftPruneRecipe
        {
            Parent = rankHeads.Id,
            Weights = DenseNet.Id,
            Data = _data,
            Training = Training(Sparsify(settings), "sparsify"),
            Sparsity = settings.Sparsity,
            Rho = settings.Rho ?? gohsp.Rho,
            Lambda = settings.Lambda ?? gohsp.Lambda,
            UpdatesPerEpoch = gohsp.UpdatesPerEpoch,
            FinalRhoFactor = gohsp.FinalRhoFactor,
            Patterns = gohsp.Patterns,
            Budget = CutChain.Budget(_spec, settings),
            Coupling = gohsp.Coupling == PenaltyCoupling.Gradient ? null : gohsp.Coupling,
        };
        return [rankHeads, softPrune];
    }

    /// <summary>Knows no sparsity: one stage serves all.</summary>
    private SparseTrainRecipe SparseTrain(TrialSettings settings) => new()
    {
        Parent = DenseNet.Id,
        Data = _data,
        Training = Training(Sparsify(settings), "sparsify"),
        Lambda = settings.Lambda ?? _spec.Vtp.Lambda,
        GateLearningRateFactor = _spec.Vtp.GateLearningRateFactor,
    };

    /// <summary>Knows no sparsity: one stage serves all.</summary>
    private ScoreGroupsRecipe ScoreGroups(PruningMethod method) => new()
    {
        Parent = DenseNet.Id,
        Data = _data,
        Criterion = method == PruningMethod.Ssp ? ScoreCriterion.Salience : _spec.Taylor.Form switch
        {
            TaylorForm.Squared => ScoreCriterion.TaylorSquared,
            TaylorForm.Absolute => ScoreCriterion.TaylorAbsolute,
            _ => ScoreCriterion.TaylorFisher,
        },
        Batches = method == PruningMethod.Ssp ? _spec.Ssp.Batches : _spec.Taylor.Batches,
        Batch = method == PruningMethod.Ssp ? _spec.Ssp.Batch : _spec.Taylor.Batch,
        Seed = DerivedSeed.Of(_seed, "scoreGroups"),
    };

    private GradualPruneRecipe GradualPrune(TrialSettings settings)
    {
        var (sgmp, gmp) = (_spec.Sgmp, _spec.Gmp);
        var recipe = new GradualPruneRecipe
        {
            Parent = DenseNet.Id,
            Data = _data,
            Training = Training(Sparsify(settings), "sparsify"),
            Sparsity = settings.Sparsity,
            Budget = CutChain.Budget(_spec, settings),
        };
        return settings.Method == PruningMethod.Gmp
            ? recipe with { Unstructured = true, InitialSparsity = gmp.InitialSparsity, Begin = gmp.Begin, End = gmp.End, Updates = gmp.Updates }
            : recipe with
            {
                InitialSparsity = sgmp.InitialSparsity,
                Begin = sgmp.Begin,
                End = sgmp.End,
                Updates = sgmp.Updates,
                Patterns = sgmp.Patterns,
            };
    }

    private DynamicSparseRecipe DynamicSparse(TrialSettings settings)
    {
        var s2vite = _spec.S2vite;
        var scratch = s2vite.Start == DynamicStart.Scratch;
        return new DynamicSparseRecipe
        {
            Parent = scratch ? null : DenseNet.Id,
            Shape = scratch ? _shape : null,
            Data = _data,
            Training = scratch ? Training(FromScratch(), "pretrain") : Training(Sparsify(settings), "sparsify"),
            Sparsity = settings.Sparsity,
            Updates = s2vite.Updates,
            UpdateUntil = s2vite.UpdateUntil,
            DeathRate = s2vite.DeathRate,
            FinalDeathRate = s2vite.FinalDeathRate,
            Budget = CutChain.Budget(_spec, settings),
            Unshared = scratch ? _unshared : null,
        };
    }

    private TrainingSpec FromScratch() => TrainingLength.Joined(
        _spec.Pretrain ?? throw new ArgumentException("The method S2vite needs the section pretrain to start from scratch, but the spec has none."),
        _spec.Sparsify,
        _images.TrainingImages - _spec.Data.Validation);

    private FineTuneRecipe FineTune(TrialSettings settings, StageRecipe hardPrune) => new()
    {
        Parent = hardPrune.Id,
        Data = _data,
        Training = Training(
            FineTuneLength(settings),
            settings.FinetuneSeed is { } seed ? string.Create(CultureInfo.InvariantCulture, $"finetune/{seed}") : "finetune"),
        Distillation = _spec.Finetune.Distillation is not { } distillation ? null : new DistillationRecipe
        {
            Teacher = DenseNet.Id,
            Kind = distillation.Kind,
            Weight = distillation.Weight,
            Temperature = distillation.Kind == DistillationKind.Soft ? distillation.Temperature : new DistillationSpec().Temperature,
        },
    };

    /// <summary>One FineTune and Evaluate for each rung, all on one schedule. A single rung is the whole stage, and has its id.</summary>
    /// <returns>The last FineTune.</returns>
    private FineTuneRecipe AddRungs(FineTuneRecipe whole, List<StageRecipe> path)
    {
        var rung = whole;
        var from = 0;
        foreach (var end in TrialRungs.Ends(_spec.Stopping, whole.Training.Epochs))
        {
            rung = whole with
            {
                Parent = path.LastOrDefault(stage => stage is FineTuneRecipe)?.Id ?? whole.Parent,
                Training = whole.Training with { From = from == 0 ? null : from, To = end == whole.Training.Epochs ? null : end },
            };
            path.Add(rung);
            path.Add(Evaluate(rung));
            from = end;
        }

        return rung;
    }

    private TrainingSpec FineTuneLength(TrialSettings settings)
    {
        TrainingSpec own = _spec.Finetune with
        {
            Epochs = settings.FinetuneEpochs ?? _spec.Finetune.Epochs,
            LearningRate = settings.FinetuneLearningRate ?? _spec.Finetune.LearningRate,
        };
        return _spec.Finetune.EqualEpochs && !settings.Method.Sparsifies()
            ? TrainingLength.Joined(own, _spec.Sparsify, _images.TrainingImages - _spec.Data.Validation)
            : own;
    }

    private EvaluateRecipe Evaluate(StageRecipe parent) => new() { Parent = parent.Id, Data = _data };

    private TrainingSpec Sparsify(TrialSettings settings) => _spec.Sparsify
        ?? throw new ArgumentException($"The method {settings.Method} needs the section sparsify, but the spec has none.", nameof(settings));

    private TrainingRecipe Training(TrainingSpec spec, string purpose) => TrainingLength.Recipe(spec, DerivedSeed.Of(_seed, purpose));
}
