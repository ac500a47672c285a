using Sweep.Engine.Data;
using Sweep.Engine.Models;
using Sweep.Engine.Stages;
using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;
using static TorchSharp.torch;

namespace Sweep.Engine.Training;

/// <summary>
/// The one training loop. It goes on from the newest checkpoint, writes one at each epoch's end, and draws everything random from (seed,
/// epoch, step): <i>4 epochs</i> and <i>2, killed, 2 more</i> give the same bits on a CPU.
/// </summary>
public sealed class TrainingLoop : IDisposable
{
    private const string WeightsTensor = "weights";

    private readonly StageContext _context;
    private readonly TrainingRecipe _recipe;
    private readonly IImageSplit _images;
    private readonly VisionTransformer _model;
    private readonly IPenalty? _penalty;
    private readonly AdamW _optimizer;
    private readonly WeightAverage? _average;
    private readonly TrainingStep _step;
    private readonly CheckpointFolder _checkpoints;
    private readonly LossMeter _meter;
    private readonly List<EpochRecord> _curve = [];
    private readonly List<EpochTime> _times = [];
    private StoredTensor? _trained;

    /// <param name="context">Of the stage's attempt.</param>
    /// <param name="recipe">One length of training, or a part of one.</param>
    /// <param name="images">What is trained on.</param>
    /// <param name="model">Changed in place.</param>
    /// <param name="penalty">What a pruning method adds; null for nothing.</param>
    /// <param name="gateFactor">Factor on the learning rate of gates.</param>
    /// <param name="teacher">Whom the model follows; null for nobody.</param>
    public TrainingLoop(
        StageContext context,
        TrainingRecipe recipe,
        IImageSplit images,
        VisionTransformer model,
        IPenalty? penalty = null,
        double gateFactor = 1,
        Teacher? teacher = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(recipe);
        var microBatch = context.Request.Execution.MicroBatch;
        RecipeRules.Require(microBatch is null or >= 1, "microBatch >= 1", "microBatch", microBatch ?? 0);
        _context = context;
        _recipe = recipe;
        _images = images;
        _model = model;
        _penalty = penalty;
        _optimizer = new AdamW(recipe, model, gateFactor);
        _average = recipe.Ema is { } decay ? new WeightAverage(model, decay) : null;
        _step = new TrainingStep(recipe, model, _optimizer, penalty, _average, teacher, microBatch);
        _checkpoints = context.CheckpointFolder();
        _meter = new LossMeter();
    }

    private int First => _recipe.From ?? 0;

    private int End => _recipe.To ?? _recipe.Epochs;

    /// <summary>
    /// Trains to the end of the recipe's part of the schedule. Then the model holds the weights' average, where the recipe wants one.
    /// </summary>
    /// <returns>One record an epoch, resumed ones included.</returns>
    /// <exception cref="StageStoppedException">Asked to drain; the checkpoint is written.</exception>
    /// <exception cref="OperationCanceledException">Asked to cancel.</exception>
    /// <exception cref="StageFaultException">NonFiniteLoss, at the first step that has one.</exception>
    public IReadOnlyList<EpochRecord> Run()
    {
        var done = Resume();
        _context.Events.Started(done);
        for (; First + done < End; done++)
        {
            var record = RunEpoch(First + done);
            _curve.Add(_penalty?.Describe(record, _model) ?? record);
            var folder = _checkpoints.Write(done + 1, _optimizer.Steps, _curve, _times, State());
            _context.Events.Checkpoint(done + 1, folder, _curve, _times);
            _context.Fault.AfterEpoch(done + 1);
            if (_context.Draining() && First + done + 1 < End)
            {
                throw new StageStoppedException(StopReason.Drained);
            }
        }

        if (_average is not null)
        {
            _trained = _model.Weights.ToStored(WeightsTensor);
            _average.CopyTo(_model);
        }

        _context.EpochTimes = _times.Count > 0 ? _times : null;
        return _curve;
    }

    /// <summary>
    /// What a stage needs that goes on with the same schedule: the optimizer's moments and, where the stage's net is an average, the weights
    /// behind it.
    /// </summary>
    public IReadOnlyList<StoredTensor> OptimizerState() => [.. _optimizer.Save(), .. _trained is null ? [] : new[] { _trained }];

    /// <summary>Goes on where the stage before stopped; the model holds that stage's net.</summary>
    /// <exception cref="StageFaultException">InvalidRecipe: only one of both stages has an average.</exception>
    public void LoadOptimizer(IReadOnlyDictionary<string, StoredTensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _optimizer.Load(state);
        if (state.ContainsKey(WeightsTensor) != _average is not null)
        {
            throw StageFaultException.InvalidRecipe("All parts of a schedule must keep an average of the weights (ema), or none.");
        }

        if (_average is not null)
        {
            _model.Weights.Fill(state.Named(WeightsTensor));
        }
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _average?.Dispose();
        _meter.Dispose();
    }

    private EpochRecord RunEpoch(int epoch)
    {
        var order = new EpochOrder(_recipe, _images.Count, epoch);
        using var batches = new MeteredBatches(_images.Train(_recipe, order, epoch), _context.Time);
        var learningRate = 0.0;
        var took = new EpochTime { Epoch = epoch, Seconds = 0, LoaderSeconds = 0, Images = 0 };
        _meter.Begin(epoch);
        for (var step = 0; step < order.Steps; step++)
        {
            _context.Cancelled.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            learningRate = LearningRate.At(_recipe, (long)epoch * order.Steps + step, (long)_recipe.Epochs * order.Steps);
            _meter.Add(_step.Take(new TrainingMoment(epoch, _recipe.Epochs, step, order.Steps, learningRate), batches));
            if (_context.Events.ProgressDue || step == order.Steps - 1)
            {
                var loss = _meter.Mean(); // waits for the device, so the steps' time is all of it
                var work = batches.Take();
                took = took with { Seconds = took.Seconds + work.Seconds, LoaderSeconds = took.LoaderSeconds + work.LoaderSeconds, Images = took.Images + work.Samples };
                _context.Events.Progress(epoch - First + (step + 1.0) / order.Steps, End - First, loss, work);
            }
        }

        _times.Add(took with { Seconds = Short(took.Seconds), LoaderSeconds = Short(took.LoaderSeconds) });
        return new EpochRecord { Epoch = epoch, Loss = _meter.Mean(), LearningRate = learningRate };
    }

    /// <summary>Four digits: a clock says no more about an epoch, and a cluster keeps many.</summary>
    private static double Short(double seconds) => seconds > 0 ? Math.Round(seconds, Math.Clamp(3 - (int)Math.Floor(Math.Log10(seconds)), 0, 9)) : 0;

    private int Resume()
    {
        if (_checkpoints.Resume(End - First, State, Load) is not { } found)
        {
            return 0;
        }

        _curve.AddRange(found.Curve);
        _times.AddRange(found.Times ?? []);
        return found.Epochs;
    }

    private void Load(IReadOnlyDictionary<string, StoredTensor> state)
    {
        _model.Weights.Fill(state.Named(WeightsTensor));
        _optimizer.Load(state);
        _average?.Load(state);
        _penalty?.Load(state);
    }

    private IReadOnlyList<StoredTensor> State() =>
    [
        _model.Weights.ToStored(WeightsTensor),
        .. _optimizer.Save(),
        .. _average is null ? [] : new[] { _average.Save() },
        .. _penalty?.Save() ?? [],
    ];
}
