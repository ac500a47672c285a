using System.Diagnostics;
using Sweep.Engine.Models;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Models.Numerics;
using Sweep.Recipes;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Sweep.Bench.TrainingStep;

/// <summary>Training steps of the quickstart net as the engine takes them: forward, loss, backward, AdamW.</summary>
internal sealed class EngineSteps : IDisposable
{
    private readonly VisionTransformer _model;
    private readonly AdamW _optimizer;
    private readonly Tensor _images;
    private readonly Tensor _labels;

    public EngineSteps(int batch)
    {
        var recipe = new TrainingRecipe { Epochs = 1, Batch = batch, LearningRate = 1e-3 };
        var shape = ModelPreset.Find("vit-nano-28", 1, 10)!;
        var random = new SeededRandom(0, "bench");
        var pixels = Enumerable.Range(0, batch * 28 * 28).Select(_ => (float)random.NextGaussian()).ToArray();
        var labels = Enumerable.Range(0, batch).Select(_ => (long)random.Next(10)).ToArray();
        _model = new VisionTransformer(Net.Fresh(shape, 0), CPU);
        _optimizer = new AdamW(recipe, _model);
        _images = tensor(pixels).view(batch, 1, 28, 28);
        _labels = tensor(labels);
    }

    /// <returns>Seconds for so many steps.</returns>
    public double Time(int steps)
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            var loss = F.cross_entropy(_model.Forward(_images), _labels, label_smoothing: 0.1);
            loss.backward();
            using var gradient = _model.Weights.grad!;
            _optimizer.Step(_model.Weights, gradient, 1e-3);
            _model.Weights.grad = null;
        }

        return watch.Elapsed.TotalSeconds;
    }

    public void Dispose()
    {
        _model.Dispose();
        _optimizer.Dispose();
        _images.Dispose();
        _labels.Dispose();
    }
}
