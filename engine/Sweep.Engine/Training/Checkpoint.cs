using System.Globalization;
using System.Text.Json;
using Sweep.Models.Formats;
using Sweep.Recipes;

namespace Sweep.Engine.Training;

/// <summary>What <c>state.json</c> of a checkpoint says.</summary>
public sealed record CheckpointState
{
    public required StageId Stage { get; init; }

    /// <summary>Epochs of the stage it holds.</summary>
    public required int Epochs { get; init; }

    /// <summary>Steps the optimizer has taken.</summary>
    public required long OptimizerSteps { get; init; }

    public required IReadOnlyList<EpochRecord> Curve { get; init; }

    /// <summary>SHA-256 of <c>state.safetensors</c>.</summary>
    public required string Digest { get; init; }
}

/// <summary>A stage's checkpoints: folders <c>epoch-0003</c>, each whole or absent; the newest two are kept, so one may be damaged.</summary>
public sealed class CheckpointFolder(string folder, StageId stage, TextWriter log)
{
    private const string Prefix = "epoch-";
    private const int Kept = 2;
    private const string TensorFile = "state.safetensors";
    private const string StateFile = "state.json";

    /// <returns>The new checkpoint's folder name, inside this folder.</returns>
    public string Write(int epochs, long optimizerSteps, IReadOnlyList<EpochRecord> curve, IReadOnlyList<StoredTensor> tensors)
    {
        Directory.CreateDirectory(folder);
        var name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{epochs:0000}");
        AtomicFolder.Write(Path.Combine(folder, name), temporary =>
        {
            var path = Path.Combine(temporary, TensorFile);
            SafeTensors.Write(path, tensors);
            AtomicFolder.WriteJson(Path.Combine(temporary, StateFile), new CheckpointState
            {
                Stage = stage,
                Epochs = epochs,
                OptimizerSteps = optimizerSteps,
                Curve = curve,
                Digest = AtomicFolder.Digest(path),
            });
        });
        foreach (var old in NewestFirst().Skip(Kept))
        {
            Directory.Delete(old, recursive: true);
        }

        return name;
    }

    /// <returns>The newest whole checkpoint; null when there is none. A damaged one is reported and passed over.</returns>
    public (CheckpointState State, IReadOnlyDictionary<string, StoredTensor> Tensors)? ReadNewest()
    {
        foreach (var path in NewestFirst())
        {
            try
            {
                return Read(path);
            }
            catch (Exception e) when (e is InvalidDataException or IOException or JsonException)
            {
                log.WriteLine($"{path}: a damaged checkpoint is passed over. {e.Message}");
            }
        }

        return null;
    }

    private (CheckpointState, IReadOnlyDictionary<string, StoredTensor>) Read(string path)
    {
        var state = CanonicalJson.Deserialize<CheckpointState>(File.ReadAllText(Path.Combine(path, StateFile)));
        if (state.Stage != stage)
        {
            throw new InvalidDataException($"A checkpoint must be of stage {stage}, but this one is of {state.Stage}.");
        }

        var digest = AtomicFolder.Digest(Path.Combine(path, TensorFile));
        return digest == state.Digest
            ? (state, SafeTensors.Read(Path.Combine(path, TensorFile)))
            : throw new InvalidDataException($"The SHA-256 of {TensorFile} must be {state.Digest}, but is {digest}.");
    }

    private IReadOnlyList<string> NewestFirst() => Directory.Exists(folder)
        ? [.. Directory.GetDirectories(folder, Prefix + "*")
            .Where(path => int.TryParse(Path.GetFileName(path)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .OrderDescending(StringComparer.Ordinal)]
        : [];
}
