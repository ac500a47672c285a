using Sweep.Engine.Models;
using Sweep.Models;
using Sweep.Recipes;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Sweep.Engine.Training;

/// <summary>A net that a student follows: it sees the same augmented images, as in evaluation and without autograd.</summary>
public sealed class Teacher : IDisposable
{
    private readonly DistillationRecipe _recipe;
    private readonly VisionTransformer _model;
    private readonly Precision _precision;

    /// <exception cref="StageFaultException">InvalidRecipe: the nets do not read the same images or know the same classes.</exception>
    public Teacher(DistillationRecipe recipe, Net net, ViTShape student, Device device, Precision precision = Precision.Float32)
    {
        ArgumentNullException.ThrowIfNull(net);
        ArgumentNullException.ThrowIfNull(student);
        var shape = net.Shape;
        if ((shape.ImageSize, shape.Channels, shape.Classes) != (student.ImageSize, student.Channels, student.Classes))
        {
            throw StageFaultException.InvalidRecipe(
                "A teacher must read the student's images and know its classes, but the teacher's image size, channels and classes are "
                + $"{shape.ImageSize}, {shape.Channels}, {shape.Classes} and the student's {student.ImageSize}, {student.Channels}, {student.Classes}.");
        }

        _recipe = recipe;
        _precision = precision;
        _model = new VisionTransformer(net, device);
    }

    /// <summary>Share of the distillation term.</summary>
    public double Weight => _recipe.Weight;

    /// <param name="images">(B, C, S, S), what the student saw.</param>
    /// <param name="student">Logits (B, K), of the distillation classifier where there is one.</param>
    /// <returns>Scalar: τ²·KL(teacher ‖ student) of logits over τ, or the cross-entropy with the teacher's decision; mean over the images.</returns>
    public Tensor Term(Tensor images, Tensor student)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(student);
        using var scope = NewDisposeScope();
        var teacher = Logits(images);
        if (_recipe.Kind == DistillationKind.Hard)
        {
            return F.cross_entropy(student, teacher.argmax(1)).MoveToOuterDisposeScope();
        }

        var temperature = _recipe.Temperature;
        var divergence = F.kl_div(
            student.div(temperature).log_softmax(1), teacher.div(temperature).log_softmax(1), log_target: true, reduction: nn.Reduction.Sum);
        return divergence.mul(temperature * temperature / images.shape[0]).MoveToOuterDisposeScope();
    }

    public void Dispose() => _model.Dispose();

    private Tensor Logits(Tensor images)
    {
        using var quiet = no_grad();
        return _model.Forward(images, precision: _precision);
    }
}
