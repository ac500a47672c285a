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

    /// <summary>What the epochs took; null in checkpoints older than this member.</summary>
    public IReadOnlyList<EpochTime>? Times { get; init; }

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

    /// <summary>In bytes. Ten thousand epochs take a tenth of it.</summary>
    private const long LargestState = 64 << 20;

    /// <returns>The new checkpoint's folder name, inside this folder.</returns>
    public string Write(int epochs, long optimizerSteps, IReadOnlyList<EpochRecord> curve, IReadOnlyList<EpochTime> times, IReadOnlyList<StoredTensor> tensors)
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
                Times = times,
                Digest = AtomicFolder.Digest(path),
            });
        });
        foreach (var old in NewestFirst().Skip(Kept))
        {
            Directory.Delete(old, recursive: true);
        }

        return name;
    }

    /// <summary>
    /// Goes on from the newest whole checkpoint. A damaged one is reported and passed over: one that cannot be read, that says what cannot be, or
    /// that holds other tensors than the stage has.
    /// </summary>
    /// <param name="epochs">Of the whole stage: no checkpoint holds more.</param>
    /// <param name="present">What a checkpoint of the stage as it stands would hold. It is loaded again where a damaged one was loaded in part.</param>
    /// <param name="load">Takes a checkpoint's state.</param>
    /// <returns>Null when there is none.</returns>
    public CheckpointState? Resume(int epochs, Func<IReadOnlyList<StoredTensor>> present, Action<IReadOnlyDictionary<string, StoredTensor>> load)
    {
        ArgumentNullException.ThrowIfNull(present);
        ArgumentNullException.ThrowIfNull(load);
        if (NewestFirst() is not { Count: > 0 } found)
        {
            return null;
        }

        var start = present();
        var loading = false;
        foreach (var path in found)
        {
            try
            {
                var (state, tensors) = Read(path, epochs);
                RequireLike(start, tensors);
                loading = true;
                load(tensors);
                return state;
            }
            catch (Exception e) when (e is InvalidDataException or IOException or JsonException or UnauthorizedAccessException)
            {
                log.WriteLine($"{path}: a damaged checkpoint is passed over. {e.Message}");
            }
        }

        if (loading)
        {
            load(start.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal));
        }

        return null;
    }

    private (CheckpointState, IReadOnlyDictionary<string, StoredTensor>) Read(string path, int epochs)
    {
        var file = Path.Combine(path, StateFile);
        if (new FileInfo(file).Length is var length and > LargestState)
        {
            throw new InvalidDataException(FormattableString.Invariant($"{StateFile} must have at most {LargestState} bytes, but has {length}."));
        }

        var state = CanonicalJson.Deserialize<CheckpointState>(File.ReadAllText(file));
        if (state.Stage != stage)
        {
            throw new InvalidDataException($"A checkpoint must be of stage {stage}, but this one is of {state.Stage}.");
        }

        if (state.Epochs < 1 || state.Epochs > epochs || state.Epochs != EpochsOf(path) || state.Curve is null || state.Curve.Count != state.Epochs || state.Curve.Contains(null!))
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"A checkpoint must hold as many epochs as its folder says, of {epochs} at most, and a record of each, but holds {state.Epochs} and {state.Curve?.Count ?? 0} records."));
        }

        if ((HistoryRules.Fault(state.Curve) ?? HistoryRules.Fault(state.Times)) is { } fault)
        {
            throw new InvalidDataException($"A checkpoint's records must be of epochs: {fault}.");
        }

        var digest = AtomicFolder.Digest(Path.Combine(path, TensorFile));
        if (digest != state.Digest)
        {
            throw new InvalidDataException($"The SHA-256 of {TensorFile} must be {state.Digest}, but is {digest}.");
        }

        var tensors = SafeTensors.Read(Path.Combine(path, TensorFile));
        return tensors.Named(AdamW.StepsTensor).Longs() is [var steps] && steps == state.OptimizerSteps && steps > 0
            ? (state, tensors)
            : throw new InvalidDataException(FormattableString.Invariant($"{AdamW.StepsTensor} must be the optimizerSteps of {StateFile} and at least 1, but there {state.OptimizerSteps} are said."));
    }

    /// <summary>Octets are texts and masks: how long they are is for whoever loads them to judge.</summary>
    private static void RequireLike(IReadOnlyList<StoredTensor> present, IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        foreach (var expected in present)
        {
            var actual = tensors.Named(expected.Name);
            if (actual.Type != expected.Type || (expected.Type != "U8" && !actual.Shape.SequenceEqual(expected.Shape)))
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"Tensor '{expected.Name}' must be {expected.Type} of shape ({string.Join(", ", expected.Shape)}), but is {actual.Type} of ({string.Join(", ", actual.Shape)})."));
            }
        }
    }

    /// <returns>Null for a folder that is no checkpoint.</returns>
    private static int? EpochsOf(string path) =>
        int.TryParse(Path.GetFileName(path)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var epochs) ? epochs : null;

    private IReadOnlyList<string> NewestFirst() => Directory.Exists(folder)
        ? [.. Directory.GetDirectories(folder, Prefix + "*").Where(path => EpochsOf(path) is not null).OrderByDescending(EpochsOf).ThenBy(path => path, StringComparer.Ordinal)]
        : [];
}
