using Sweep.Models.Onnx;
using Sweep.Recipes;

namespace Sweep.Models.Export;

/// <summary>One cost, by two ways that must agree.</summary>
public sealed record ProvedCost
{
    /// <summary>By the closed form of the shape.</summary>
    public required long Formula { get; init; }

    /// <summary>Counted over the operators and tensors that are written.</summary>
    public required long Counted { get; init; }
}

/// <summary>What an exported model says about itself, written beside it as <c>proof.json</c>.</summary>
public sealed record ModelProof
{
    public const string File = "proof.json";

    public string ApiVersion { get; init; } = "sweep/v1";

    public required string Experiment { get; init; }

    public required string Trial { get; init; }

    /// <summary>The stage that wrote the weights.</summary>
    public required StageId Stage { get; init; }

    /// <summary>SHA-256 of <c>model.safetensors</c>.</summary>
    public required string Weights { get; init; }

    public required ProvedCost Parameters { get; init; }

    /// <summary>Multiply-accumulates for one image.</summary>
    public required ProvedCost Flops { get; init; }

    /// <summary>The net.</summary>
    public required ViTShape Shape { get; init; }

    /// <summary>How the net was cut; null for a net that never was.</summary>
    public SurgeryProof? Surgery { get; init; }

    /// <summary>As measured on the exported weights; null before they were.</summary>
    public Evaluation? Evaluation { get; init; }

    /// <summary>What an image goes through before the net; null where that was not recorded.</summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>Counts a net and compares with the formulas.</summary>
    /// <param name="net">Without gates.</param>
    /// <param name="weights">SHA-256 of its file.</param>
    /// <exception cref="InvalidDataException">What was counted is not what the shape says.</exception>
    public static ModelProof Of(Net net, string weights, ModelOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(net);
        ArgumentNullException.ThrowIfNull(origin);
        var graph = OnnxNet.Of(net).Graph;
        var proof = new ModelProof
        {
            Experiment = origin.Experiment,
            Trial = origin.Trial,
            Stage = origin.Stage,
            Weights = weights,
            Parameters = new ProvedCost { Formula = ViTCost.Parameters(net.Shape), Counted = graph.Parameters },
            Flops = new ProvedCost { Formula = ViTCost.Flops(net.Shape), Counted = graph.MultiplyAccumulates },
            Shape = net.Shape,
            Surgery = origin.Surgery,
            Evaluation = origin.Evaluation,
            Preprocessing = origin.Preprocessing,
        };
        return proof.Parameters.Formula == proof.Parameters.Counted && proof.Flops.Formula == proof.Flops.Counted
            ? proof
            : throw new InvalidDataException(
                $"A net's cost must be what its shape says, but {proof.Parameters.Counted} parameters and {proof.Flops.Counted} multiply-accumulates were counted where {proof.Parameters.Formula} and {proof.Flops.Formula} were expected.");
    }
}
