using System.Text.Json;
using Sweep.Models.Formats;
using Sweep.Models.Onnx;
using Sweep.Recipes;

namespace Sweep.Models.Export;

/// <summary>What an export writes.</summary>
public enum ExportFormat
{
    /// <summary><c>model.safetensors</c> with timm's names, and <c>shape.json</c>.</summary>
    Safetensors,

    /// <summary><c>model.onnx</c>.</summary>
    Onnx,

    All,
}

/// <summary>Turns a model, as the cluster hands it out, into files for other programs.</summary>
public static class ModelExport
{
    /// <summary>Writes the model in the wanted formats, and its <c>proof.json</c>.</summary>
    /// <param name="source">Folder with the model and its <c>origin.json</c>.</param>
    /// <param name="target">An existing folder.</param>
    /// <exception cref="StageFaultException">DamagedArtifact: the model is not what it should be.</exception>
    /// <exception cref="InvalidDataException">The origin is unreadable, or is of other weights.</exception>
    public static ModelProof Write(string source, string target, ExportFormat format)
    {
        var origin = ReadOrigin(Path.Combine(source, ModelOrigin.File));
        var weights = Path.Combine(source, ModelFolder.WeightsFile);
        var net = ModelFolder.Read(source);
        var digest = AtomicFolder.Digest(weights);
        if (origin.Weights is { } recorded && recorded != digest)
        {
            throw new InvalidDataException($"The weights of {origin.Stage} must have SHA-256 {recorded}, but have {digest}.");
        }

        var proof = ModelProof.Of(net, digest, origin);
        if (format is not ExportFormat.Onnx)
        {
            File.Copy(weights, Path.Combine(target, ModelFolder.WeightsFile));
            AtomicFolder.WriteJson(Path.Combine(target, ModelFolder.ShapeFile), net.Shape);
        }

        if (format is not ExportFormat.Safetensors)
        {
            OnnxFile.Write(Path.Combine(target, OnnxFile.File), net, proof);
        }

        AtomicFolder.WriteJson(Path.Combine(target, ModelProof.File), proof);
        return proof;
    }

    private static ModelOrigin ReadOrigin(string path)
    {
        try
        {
            return CanonicalJson.Deserialize<ModelOrigin>(File.ReadAllText(path));
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidDataException($"{path}: a model must say where it comes from. {e.Message}", e);
        }
    }
}
