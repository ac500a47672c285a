using Sweep.Engine.Measuring;
using Sweep.Engine.Models;
using Sweep.Models;
using Sweep.Models.Numerics;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;
using TorchSharp;
using static TorchSharp.torch;

namespace Sweep.Engine.Stages;

/// <summary>
/// Measures forward passes of a net beside those of the dense net, in turns on one device, without autograd, on images of noise: the time
/// of a pass does not depend on what the images show. Nothing else should run on the machine meanwhile.
/// </summary>
public sealed class BenchmarkStage(BenchmarkRecipe recipe) : IStage
{
    public StageResult Run(StageContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Check(context);
        var net = ModelFolder.Read(context.Input(recipe.Parent));
        var dense = recipe.Parent == recipe.Dense ? net : ModelFolder.Read(context.Input(recipe.Dense));
        RequireSameImages(net.Shape, dense.Shape);
        context.Events.Started(0);
        using var quiet = no_grad();
        using var netModel = new VisionTransformer(net, context.Device);
        using var denseModel = new VisionTransformer(dense, context.Device);
        var batches = recipe.Batches.Select(batch => Measure(context, batch, netModel, denseModel)).ToList();
        var benchmark = new BenchmarkResult
        {
            DeviceModel = recipe.DeviceModel,
            Threads = context.Request.Execution.Threads,
            Batches = batches,
            FlopsRatio = (double)ViTCost.Flops(dense.Shape) / ViTCost.Flops(net.Shape),
        };
        return context.Commit(provenance => new StageResult
        {
            Stage = context.Stage,
            Shape = net.Shape,
            Benchmark = benchmark,
            Provenance = provenance,
        });
    }

    private void Check(StageContext context)
    {
        RecipeRules.Require(recipe.Runs >= 1, "runs >= 1", "runs", recipe.Runs);
        RecipeRules.Require(recipe.WarmUp >= 0, "warmUp >= 0", "warmUp", recipe.WarmUp);
        RecipeRules.Require(recipe.Batches.Count >= 1, "there is at least one batch size", "batches", recipe.Batches.Count);
        foreach (var batch in recipe.Batches)
        {
            RecipeRules.Require(batch >= 1, "batches have sizes >= 1", "batch", batch);
        }

        var models = context.Request.Execution.DeviceModels ?? [];
        if (models.Count == 0)
        {
            context.Log.WriteLine($"{context.Stage}: nothing tells the model of {context.Device}; '{recipe.DeviceModel}' is believed.");
        }
        else if (!DeviceModels.Fit(models, recipe.DeviceModel))
        {
            throw StageFaultException.InvalidRecipe(
                $"A benchmark must run on the device model it names, but deviceModel is '{recipe.DeviceModel}' and {context.Device} here is {string.Join(" or ", models.Select(model => $"'{model}'"))}.");
        }
    }

    private static void RequireSameImages(ViTShape net, ViTShape dense)
    {
        if ((net.ImageSize, net.Channels) != (dense.ImageSize, dense.Channels))
        {
            throw StageFaultException.InvalidRecipe(
                $"A net and the dense net it is compared with must take the same images, but one takes {net.Channels} x {net.ImageSize} x {net.ImageSize} and the other {dense.Channels} x {dense.ImageSize} x {dense.ImageSize}.");
        }
    }

    private BatchBenchmark Measure(StageContext context, int batch, VisionTransformer net, VisionTransformer dense)
    {
        using var scope = NewDisposeScope();
        var images = Noise(net.Shape, batch).to(context.Device);
        var times = InterleavedRuns.Take(
            () => Pass(net, images), () => Pass(dense, images), recipe.WarmUp, recipe.Runs, context.Time, () => BetweenPasses(context));
        return new BatchBenchmark
        {
            Batch = batch,
            Net = Timing(times.First, net, images),
            Dense = Timing(times.Second, dense, images),
            SpeedUp = Quantile.Median(times.Ratios),
        };
    }

    private static PassTiming Timing(IReadOnlyList<double> seconds, VisionTransformer model, Tensor images)
    {
        var median = Quantile.Median(seconds);
        return new PassTiming
        {
            P50 = median,
            P95 = Quantile.At(0.95, seconds),
            Throughput = images.shape[0] / median,

            // A pass of its own: giving free memory back to the system makes the next pass slow.
            PeakMemory = images.device_type == DeviceType.CPU ? ResidentMemory.PeakDuring(() => Pass(model, images)) : null,
        };
    }

    private static void Pass(VisionTransformer model, Tensor images)
    {
        using var scope = NewDisposeScope();
        model.Forward(images);
        if (images.device_type == DeviceType.CUDA)
        {
            cuda.synchronize(images.device); // kernels are only queued when Forward returns
        }
    }

    private static void BetweenPasses(StageContext context)
    {
        context.Cancelled.ThrowIfCancellationRequested();
        if (context.Events.ProgressDue)
        {
            context.Events.Progress(0, 0, null);
        }
    }

    private static Tensor Noise(ViTShape shape, int batch)
    {
        var random = new SeededRandom(0, "benchmark");
        var pixels = new float[checked(batch * shape.Channels * shape.ImageSize * shape.ImageSize)];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (float)random.NextGaussian();
        }

        return tensor(pixels).view(batch, shape.Channels, shape.ImageSize, shape.ImageSize);
    }
}
