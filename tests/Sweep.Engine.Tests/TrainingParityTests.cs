using System.Text.Json;
using Sweep.Engine.Models;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Recipes;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Sweep.Engine.Tests;

/// <summary>Losses, stochastic depth and clipping against numbers that PyTorch computed (<c>Recorded/record_training.py</c>).</summary>
public class TrainingParityTests
{
    private sealed record Recording(double Loss, double[] Gradients, Dictionary<string, double> Norms);

    private static readonly Dictionary<string, Recording> s_recorded = JsonSerializer.Deserialize<Dictionary<string, Recording>>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Recorded", "training.json")),
        new JsonSerializerOptions { PropertyNameCaseInsensitive = true })!;

    private static readonly TrainingRecipe s_recipe = new() { Epochs = 1, LearningRate = 1, Batch = 4, LabelSmoothing = 0.1 };

    private static readonly StageId s_teacher = StageId.Parse("pretrain-1-00000000000000000000000000");

    private static Tensor Labels() => tensor(new long[] { 0, 2, 1, 2 });

    private static Tensor Output(int index)
    {
        var values = new float[12];
        ForwardParityTests.Wave(index, 2, 0, values);
        return tensor(values).view(4, 3).requires_grad_();
    }

    private static void AssertRecorded(string title, Tensor loss, params Tensor[] inputs)
    {
        loss.backward();
        Assert.Equal(s_recorded[title].Loss, loss.item<float>(), 5);
        var gradients = inputs.SelectMany(input => input.grad!.data<float>().ToArray()).ToArray();
        Assert.True(TestNets.LargestDifference([.. s_recorded[title].Gradients.Select(value => (float)value)], gradients) < 1e-6);
    }

    [Fact]
    public void The_loss_of_mixed_targets_equals_PyTorchs()
    {
        using var scope = NewDisposeScope();
        var logits = Output(1);
        var targets = BatchMixing.Targets(Labels(), 3, 0.1, new Mix(0.3, null));

        var loss = new Objective(s_recipe).Of(new TrainingBatch(ForwardParityTests.Images(), Labels(), targets), logits);

        AssertRecorded("mixed", loss, logits);
    }

    [Theory]
    [InlineData("soft", DistillationKind.Soft)]
    [InlineData("hard", DistillationKind.Hard)]
    public void The_loss_under_a_teacher_equals_PyTorchs(string title, DistillationKind kind)
    {
        using var scope = NewDisposeScope();
        var net = ForwardParityTests.Build("dense");
        var distillation = new DistillationRecipe { Teacher = s_teacher, Kind = kind, Weight = 0.7, Temperature = 3 };
        using var teacher = new Teacher(distillation, net, net.Shape, CPU);
        var (logits, distilled) = (Output(1), Output(5));

        var loss = new Objective(s_recipe, teacher).Of(new TrainingBatch(ForwardParityTests.Images(), Labels()), logits, distilled);

        AssertRecorded(title, loss, logits, distilled);
    }

    [Fact]
    public void A_net_without_a_distillation_classifier_follows_by_its_own()
    {
        using var scope = NewDisposeScope();
        var net = ForwardParityTests.Build("dense");
        using var teacher = new Teacher(new DistillationRecipe { Teacher = s_teacher }, net, net.Shape, CPU);
        var batch = new TrainingBatch(ForwardParityTests.Images(), Labels());
        var objective = new Objective(s_recipe, teacher);

        Assert.Equal(objective.Of(batch, Output(1), Output(1)).item<float>(), objective.Of(batch, Output(1)).item<float>(), 6);
    }

    [Fact]
    public void Without_a_teacher_both_classifiers_of_a_distilled_net_learn_together()
    {
        using var scope = NewDisposeScope();
        var (logits, distilled) = (Output(1), Output(5));
        var mean = F.cross_entropy((logits + distilled) / 2, Labels(), label_smoothing: 0.1);

        var loss = new Objective(s_recipe).Of(new TrainingBatch(ForwardParityTests.Images(), Labels()), logits, distilled);
        loss.backward();

        Assert.Equal(mean.item<float>(), loss.item<float>(), 6);
        Assert.Equal(logits.grad!.data<float>().ToArray(), distilled.grad!.data<float>().ToArray());
    }

    [Fact]
    public void A_student_equal_to_its_teacher_has_nothing_to_learn_from_it()
    {
        using var scope = NewDisposeScope();
        var net = ForwardParityTests.Build("dense");
        using var teacher = new Teacher(new DistillationRecipe { Teacher = s_teacher, Weight = 1, Temperature = 2 }, net, net.Shape, CPU);
        using var student = new VisionTransformer(net, CPU);

        Assert.Equal(0, teacher.Term(ForwardParityTests.Images(), student.Forward(ForwardParityTests.Images())).item<float>(), 6);
    }

    [Fact]
    public void A_teacher_of_other_classes_is_refused()
    {
        var net = ForwardParityTests.Build("dense");

        var fault = Assert.Throws<StageFaultException>(
            () => new Teacher(new DistillationRecipe { Teacher = s_teacher }, net, net.Shape with { Classes = 7 }, CPU));

        Assert.Contains("8, 2, 3", fault.Message);
        Assert.Contains("8, 2, 7", fault.Message);
    }

    [Fact]
    public void Dropped_branches_and_their_gradients_equal_PyTorchs_and_so_does_the_clipped_gradient()
    {
        using var scope = NewDisposeScope();
        using var model = new VisionTransformer(ForwardParityTests.Build("pruned"), CPU);
        var factors = Enumerable.Range(0, 40).Select(i => i / 4 < 2 ? 1f : (i / 4 + 3 * (i % 4)) % 4 != 0 ? 1.25f : 0).ToArray();

        var (logits, _) = model.ForwardBoth(ForwardParityTests.Images(), kept: tensor(factors).view(10, 4, 1, 1));
        var loss = F.cross_entropy(logits, Labels(), label_smoothing: 0.1);
        loss.backward();

        Assert.Equal(s_recorded["dropped"].Loss, loss.item<float>(), 5);
        AssertNorms("dropped", model);
        var gradient = model.Weights.grad!;
        Assert.Equal(s_recorded["clipped"].Loss, gradient.norm().item<float>(), 4);
        GradientClip.Apply(gradient, 0.5);
        AssertNorms("clipped", model);
        Assert.Equal(0.5, gradient.norm().item<float>(), 4);
    }

    [Fact]
    public void A_gradient_within_the_limit_stays_as_it_is()
    {
        using var scope = NewDisposeScope();
        var gradient = tensor(new[] { 3f, -4f });

        GradientClip.Apply(gradient, 5.1);

        Assert.Equal([3f, -4f], gradient.data<float>().ToArray());
    }

    private static void AssertNorms(string title, VisionTransformer model)
    {
        var gradient = model.Weights.grad!.data<float>().ToArray();
        foreach (var (name, expected) in s_recorded[title].Norms)
        {
            var entry = model.Layout[name];
            var norm = Math.Sqrt(gradient.AsSpan(entry.Offset, entry.Length).ToArray().Sum(value => (double)value * value));
            Assert.True(Math.Abs(expected - norm) < 1e-5, $"{title} {name}: {expected} expected, {norm} found");
        }
    }

    [Fact]
    public void Bfloat16_logits_are_near_float32s_and_so_are_gradients()
    {
        using var scope = NewDisposeScope();
        using var model = new VisionTransformer(ForwardParityTests.Build("distilled"), CPU);
        float[] Gradient(Precision precision, out float[] logits)
        {
            var output = model.Forward(ForwardParityTests.Images(), precision: precision);
            F.cross_entropy(output, Labels()).backward();
            logits = output.detach().data<float>().ToArray();
            var gradient = model.Weights.grad!.data<float>().ToArray();
            model.Weights.grad = null;
            return gradient;
        }

        var exact = Gradient(Precision.Float32, out var exactLogits);
        var low = Gradient(Precision.BFloat16, out var lowLogits);

        // bfloat16 keeps 8 bits: a relative error of 2⁻⁹ a rounding.
        Assert.InRange(TestNets.LargestDifference(exactLogits, lowLogits), 1e-6, 0.05);
        var apart = Math.Sqrt(exact.Zip(low, (x, y) => ((double)x - y) * (x - y)).Sum());
        Assert.InRange(apart / Math.Sqrt(exact.Sum(x => (double)x * x)), 1e-6, 0.05);
    }
}
