using Sweep.Engine.Data;
using Sweep.Engine.Models;
using Sweep.Engine.Stages;
using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Sweep.Engine.Training;

/// <summary>
/// The one training loop. It goes on from the newest checkpoint, writes one at each epoch's end, and draws everything random from (seed,
/// epoch): <i>4 epochs</i> and <i>2, killed, 2 more</i> give the same bits on a CPU.
/// </summary>
public sealed class TrainingLoop : IDisposable
{
    private const string WeightsTensor = "weights";
    private const string FirstMomentTensor = "optimizer.first_moment";
    private const string SecondMomentTensor = "optimizer.second_moment";
    private const string OptimizerStepsTensor = "optimizer.steps";

    private readonly StageContext _context;
    private readonly TrainingRecipe _recipe;
    private readonly IImageSplit _images;
    private readonly VisionTransformer _model;
    private readonly IPenalty? _penalty;
    private readonly AdamW _optimizer;
    private readonly CheckpointFolder _checkpoints;
    private readonly LossMeter _meter;
    private readonly List<EpochRecord> _curve = [];

    public TrainingLoop(
        StageContext context, TrainingRecipe recipe, IImageSplit images, VisionTransformer model, IPenalty? penalty = null, double gateFactor = 1)
    {
        ArgumentNullException.ThrowIfNull(context);
        _context = context;
        _recipe = recipe;
        _images = images;
        _model = model;
        _penalty = penalty;
        _optimizer = new AdamW(recipe, model, gateFactor);
        _checkpoints = context.CheckpointFolder();
        _meter = new LossMeter();
    }

    private int First => _recipe.From ?? 0;

    private int End => _recipe.To ?? _recipe.Epochs;

    /// <summary>Trains to the end of the recipe's part of the schedule.</summary>
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
            var folder = _checkpoints.Write(done + 1, _optimizer.Steps, _curve, State());
            _context.Events.Checkpoint(done + 1, folder);
            _context.Fault.AfterEpoch(done + 1);
            if (_context.Draining() && First + done + 1 < End)
            {
                throw new StageStoppedException(StopReason.Drained);
            }
        }

        return _curve;
    }

    /// <summary>The optimizer's moments, for a stage that goes on with the same schedule.</summary>
    public IReadOnlyList<StoredTensor> OptimizerState() =>
    [
        StoredTensor.Of(FirstMomentTensor, Values(_optimizer.FirstMoment), _model.Layout.Length),
        StoredTensor.Of(SecondMomentTensor, Values(_optimizer.SecondMoment), _model.Layout.Length),
        StoredTensor.Of(OptimizerStepsTensor, [_optimizer.Steps], 1),
    ];

    /// <summary>Goes on with the moments of the stage before.</summary>
    public void LoadOptimizer(IReadOnlyDictionary<string, StoredTensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Fill(_optimizer.FirstMoment, state[FirstMomentTensor]);
        Fill(_optimizer.SecondMoment, state[SecondMomentTensor]);
        _optimizer.Steps = state[OptimizerStepsTensor].Longs()[0];
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _meter.Dispose();
    }

    private EpochRecord RunEpoch(int epoch)
    {
        var order = new EpochOrder(_recipe, _images.Count, epoch);
        using var batches = _images.Train(_recipe, order, epoch);
        var learningRate = 0.0;
        _meter.Begin(epoch);
        for (var step = 0; step < order.Steps; step++)
        {
            _context.Cancelled.ThrowIfCancellationRequested();
            learningRate = LearningRate.At(_recipe, (long)epoch * order.Steps + step, (long)_recipe.Epochs * order.Steps);
            Step(new TrainingMoment(epoch, _recipe.Epochs, step, order.Steps, learningRate), batches);
            if (_context.Events.ProgressDue)
            {
                _context.Events.Progress(epoch - First + (step + 1.0) / order.Steps, End - First, _meter.Mean());
            }
        }

        return new EpochRecord { Epoch = epoch, Loss = _meter.Mean(), LearningRate = learningRate };
    }

    private void Step(TrainingMoment moment, IBatchStream batches)
    {
        using var scope = NewDisposeScope();
        _penalty?.BeforeStep(moment, _model);
        if (!batches.Next(out var images, out var labels))
        {
            throw new InvalidOperationException($"An epoch's batches must be as many as its {moment.Steps} steps, but they ended before step {moment.Step}.");
        }

        _penalty?.BeforeForward(moment, _model, images, labels);
        var loss = F.cross_entropy(_model.Forward(images), labels, label_smoothing: _recipe.LabelSmoothing);
        loss.backward();
        _meter.Add(loss.detach());
        using var gradient = _model.Weights.grad!;
        using (no_grad())
        {
            _penalty?.AddGradient(gradient, _model.Weights);
        }

        _optimizer.Step(_model.Weights, gradient, moment.LearningRate);
        _model.Weights.grad = null;
        using (no_grad())
        {
            _penalty?.AfterStep(_model);
        }
    }

    private int Resume()
    {
        if (_checkpoints.ReadNewest() is not { } found)
        {
            return 0;
        }

        Fill(_model.Weights, found.Tensors[WeightsTensor]);
        LoadOptimizer(found.Tensors);
        _penalty?.Load(found.Tensors);
        _curve.AddRange(found.State.Curve);
        return found.State.Epochs;
    }

    private IReadOnlyList<StoredTensor> State() =>
    [
        StoredTensor.Of(WeightsTensor, Values(_model.Weights), _model.Layout.Length),
        .. OptimizerState(),
        .. _penalty?.Save() ?? [],
    ];

    private static float[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().data<float>().ToArray();
    }

    private static void Fill(Tensor target, StoredTensor source)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        target.copy_(tensor(source.Floats()));
    }
}
