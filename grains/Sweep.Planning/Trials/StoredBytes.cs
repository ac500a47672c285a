using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// The tensors that an experiment leaves in the artifact store, in bytes: counted from shapes, exactly where the predicted parameters are
/// exact. Beside them lie some kilobytes of JSON a stage. Nothing is collected: what is written, stays.
/// </summary>
public sealed record StoredBytes
{
    private const int Float = 4;

    /// <summary>Nets of finished stages, float32, with masks and the optimizer's state that a later rung goes on from: the final size without checkpoints.</summary>
    public required long Artifacts { get; init; }

    /// <summary>Checkpoints: at most this, one an epoch, all kept.</summary>
    public required long Checkpoints { get; init; }

    /// <summary>One checkpoint: weights, both moments of AdamW, an average, and what the method keeps.</summary>
    public required long LargestCheckpoint { get; init; }

    /// <summary>The most that the store takes, which is at the end.</summary>
    public long Peak => Artifacts + Checkpoints;

    public static StoredBytes Of(SweepSpec spec, ExperimentPlan plan)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(plan);
        var predictor = new CostPredictor(spec);
        var shape = ImageSet.DenseShape(spec);
        var gates = shape.Blocks.Sum(block => 2L * shape.Width + (long)block.Heads * block.ValueWidth + block.MlpWidth);
        var matrices = shape.Blocks.Sum(block => (long)shape.Width * (block.QkvWidth + (long)block.Heads * block.ValueWidth + 2L * block.MlpWidth));
        var seen = new HashSet<StageId>();
        var stored = new StoredBytes { Artifacts = 0, Checkpoints = 0, LargestCheckpoint = 0 };
        foreach (var trial in plan.Paths)
        {
            var net = predictor.Dense.Parameters;
            long mask = 0;
            foreach (var stage in trial.Stages)
            {
                if (stage is HardPruneRecipe or GradualPruneRecipe { Unstructured: true } && trial.Settings is { } settings)
                {
                    net = predictor.Predict(settings).Parameters.Value;
                    mask = settings.Method.IsStructured() ? 0 : matrices;
                }

                if (seen.Add(stage.Id))
                {
                    stored = stored.With(stage, Float * (stage is SparseTrainRecipe ? net + gates : net), mask);
                }
            }
        }

        return stored;
    }

    /// <param name="stage">A stage of the tree.</param>
    /// <param name="net">Its weights, and its gates where it has any.</param>
    /// <param name="mask">One byte for each weight that a mask can take.</param>
    private StoredBytes With(StageRecipe stage, long net, long mask)
    {
        if (stage is EvaluateRecipe or BenchmarkRecipe or RankHeadsRecipe or ScoreGroupsRecipe)
        {
            return this; // figures alone
        }

        if (StageWork.TrainingOf(stage) is not { } training)
        {
            return this with { Artifacts = Artifacts + net + mask };
        }

        var average = training.Ema is null ? 0 : net;
        var own = stage switch
        {
            SoftPruneRecipe => 2 * net, // Z and U
            GradualPruneRecipe { Unstructured: true } => net / Float, // the choice, a byte a weight
            _ => 0,
        };
        var checkpoint = 3 * net + average + own;
        var handedOn = training.To < training.Epochs ? 2 * net + average : 0;
        return new StoredBytes
        {
            Artifacts = Artifacts + net + mask + handedOn,
            Checkpoints = Checkpoints + stage.Epochs * checkpoint,
            LargestCheckpoint = Math.Max(LargestCheckpoint, checkpoint),
        };
    }
}
