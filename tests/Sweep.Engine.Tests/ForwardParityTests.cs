using System.Text.Json;
using Sweep.Engine.Models;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Recipes;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Sweep.Engine.Tests;

/// <summary>Against numbers that PyTorch computed from the formulas (<c>Recorded/record.py</c>).</summary>
public class ForwardParityTests
{
    private sealed record Recording(float[] Logits, double[] Losses, Dictionary<string, double> Gradients);

    private static readonly Dictionary<string, Recording> s_recorded = JsonSerializer.Deserialize<Dictionary<string, Recording>>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Recorded", "recorded.json")),
        new JsonSerializerOptions { PropertyNameCaseInsensitive = true })!;

    private static BlockShape Block(int heads, int q, int v, int m) =>
        new() { Heads = heads, QueryKeyWidth = q, ValueWidth = v, MlpWidth = m, ScaleWidth = 4 };

    internal static Net Build(string title)
    {
        var dense = new ViTShape { ImageSize = 8, Channels = 2, PatchSize = 4, Classes = 3, Width = 12, Blocks = [Block(3, 4, 4, 24), Block(3, 4, 4, 24)] };
        var kept = new KeptInputs([0, 1, 5, 11], [2, 3, 7, 8, 10], [3, 4]);
        var pruned = dense with
        {
            Blocks =
            [
                Block(2, 3, 2, 5),
                Block(0, 0, 0, 7),
                Block(1, 1, 4, 0),
                Block(3, 4, 4, 9) with { AttentionInputs = 4, ProjectionInputs = 5, MlpInputs = 2 },
                Block(2, 2, 3, 4),
            ],
        };
        var distilled = dense with { Distilled = true, Blocks = [Block(3, 4, 4, 24), Block(2, 3, 4, 7)] };
        var layout = ParameterLayout.Of(title switch { "dense" => dense, "pruned" => pruned, _ => distilled });
        var net = new Net(layout, new float[layout.Length], title != "pruned" ? null : [KeptInputs.All, KeptInputs.All, KeptInputs.All, kept, KeptInputs.All]);
        foreach (var (entry, index) in layout.Entries.OrderBy(entry => entry.Name, StringComparer.Ordinal).Select((entry, index) => (entry, index)))
        {
            Wave(index, 0.2, entry.Name.Contains("norm") && entry.Name.EndsWith("weight") ? 1 : 0, net[entry.Name]);
        }

        return net;
    }

    internal static void Wave(int index, double scale, double shift, Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(shift + scale * Math.Sin(1.3 * index + 0.7 * i));
        }
    }

    internal static Tensor Images()
    {
        var pixels = new float[4 * 2 * 8 * 8];
        Wave(99, 1, 0, pixels);
        return tensor(pixels).view(4, 2, 8, 8);
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("pruned")]
    [InlineData("distilled")]
    public void Logits_equal_PyTorchs(string title)
    {
        using var scope = NewDisposeScope();
        using var model = new VisionTransformer(Build(title), CPU);

        var logits = model.Forward(Images()).detach().data<float>().ToArray();

        Assert.True(TestNets.LargestDifference(s_recorded[title].Logits, logits) < 1e-5);
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("pruned")]
    [InlineData("distilled")]
    public void Gradients_and_five_AdamW_steps_equal_PyTorchs(string title)
    {
        using var scope = NewDisposeScope();
        using var model = new VisionTransformer(Build(title), CPU);
        var recipe = new TrainingRecipe { Epochs = 1, Batch = 4, LearningRate = 0.01, Beta1 = 0.9, Beta2 = 0.98, WeightDecay = 0.05 };
        using var optimizer = new AdamW(recipe, model);
        var labels = tensor(new long[] { 0, 2, 1, 2 });
        for (var step = 0; step < 5; step++)
        {
            var loss = F.cross_entropy(model.Forward(Images()), labels, label_smoothing: 0.1);
            loss.backward();
            Assert.Equal(s_recorded[title].Losses[step], loss.item<float>(), 5);
            if (step == 0)
            {
                AssertGradients(s_recorded[title].Gradients, model);
            }

            optimizer.Step(model.Weights, model.Weights.grad!, 0.01);
            model.Weights.grad = null;
        }
    }

    private static void AssertGradients(Dictionary<string, double> norms, VisionTransformer model)
    {
        var gradient = model.Weights.grad!.data<float>().ToArray();
        Assert.Equal(norms.Count, model.Layout.Entries.Count);
        foreach (var entry in model.Layout.Entries)
        {
            var norm = Math.Sqrt(gradient.AsSpan(entry.Offset, entry.Length).ToArray().Sum(value => (double)value * value));
            Assert.True(Math.Abs(norms[entry.Name] - norm) < 1e-5, $"{entry.Name}: {norms[entry.Name]} expected, {norm} found");
        }
    }

    [Fact]
    public void A_distilled_nets_classifiers_differ_and_their_mean_is_the_answer()
    {
        using var scope = NewDisposeScope();
        using var model = new VisionTransformer(Build("distilled"), CPU);

        var (logits, distilled) = model.ForwardBoth(Images());

        Assert.NotNull(distilled);
        Assert.True(logits.sub(distilled).abs().max().item<float>() > 1e-3);
        Assert.Equal(model.Forward(Images()).data<float>().ToArray(), logits.add(distilled).div(2).data<float>().ToArray());
    }

    [Fact]
    public void An_ordinary_net_has_one_classifier()
    {
        using var scope = NewDisposeScope();
        using var model = new VisionTransformer(Build("pruned"), CPU);

        Assert.Null(model.ForwardBoth(Images()).Distilled);
    }

    [Fact]
    public void The_observer_sees_every_block_and_changes_nothing()
    {
        using var scope = NewDisposeScope();
        using var model = new VisionTransformer(TestNets.Random(TestNets.Shape, 1), CPU);
        var seen = new Shapes();
        var images = TestNets.Images(TestNets.Shape, 2);

        var watched = model.Forward(images, seen).detach().data<float>().ToArray();

        Assert.Equal([(0, "2,3,5,5", "2,3,5,4"), (1, "2,3,5,5", "2,3,5,4"), (2, "2,3,5,5", "2,3,5,4")], seen.Seen);
        Assert.True(TestNets.LargestDifference(watched, model.Forward(images).detach().data<float>().ToArray()) < 1e-5);
    }

    private sealed class Shapes : IAttentionObserver
    {
        public List<(int, string, string)> Seen { get; } = [];

        public void Observe(int block, Tensor attention, Tensor values) =>
            Seen.Add((block, string.Join(",", attention.shape), string.Join(",", values.shape)));
    }
}
