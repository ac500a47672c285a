using System.Diagnostics;
using Sweep.Engine.Models;
using Sweep.Models;
using Sweep.Models.Numerics;
using Sweep.Recipes;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Sweep.Bench.Loader;

/// <summary>What a training step of DeiT-Tiny takes in: forward and backward, without the optimizer.</summary>
internal sealed class StepImages : IDisposable
{
    private const int Batch = 8;

    private readonly VisionTransformer _model = new(Net.Fresh(ModelPreset.Find("deit-tiny", 3, 1000)!, 0), CPU);
    private readonly Tensor _images;
    private readonly Tensor _labels;

    public StepImages()
    {
        var random = new SeededRandom(0, "bench");
        _images = tensor(Enumerable.Range(0, Batch * 3 * 224 * 224).Select(_ => (float)random.NextGaussian()).ToArray()).view(Batch, 3, 224, 224);
        _labels = tensor(Enumerable.Range(0, Batch).Select(_ => (long)random.Next(1000)).ToArray());
    }

    /// <returns>Images a second of one step, on libtorch's threads.</returns>
    public double Rate()
    {
        var watch = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        F.cross_entropy(_model.Forward(_images), _labels).backward();
        _model.Weights.grad = null;
        return Batch / watch.Elapsed.TotalSeconds;
    }

    public void Dispose()
    {
        _model.Dispose();
        _images.Dispose();
        _labels.Dispose();
    }
}
