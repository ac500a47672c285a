using System.Globalization;
using System.IO.Compression;
using Sweep.Models.Formats.Pickle;

namespace Sweep.Models.Formats;

/// <summary>
/// A PyTorch checkpoint (<c>torch.save</c>, PyTorch 1.6 and later): a zip archive with stored entries, <c>…/data.pkl</c> for the structure
/// and <c>…/data/KEY</c> for the bytes of each storage. Read as data: nothing in the file is executed.
/// </summary>
public static class TorchCheckpoint
{
    private const int LongestPickle = 64 << 20;

    /// <summary>Tensors may share a storage; a file of many views of one would fill the memory.</summary>
    private const long MostCopies = 4;

    /// <summary>Where training scripts put the weights, in order of preference; without any of them the whole is the state dict.</summary>
    private static readonly string[] s_places = ["model", "state_dict", "model_ema"];

    /// <summary>Reads the tensors of the state dict, row-major. Its entries that are no tensors are passed over.</summary>
    /// <param name="path">For messages.</param>
    /// <exception cref="InvalidDataException">The file is none, or holds more than a state dict may; the message names place and rule.</exception>
    public static IReadOnlyDictionary<string, StoredTensor> Read(string path, byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        using var archive = Sound(path, () => new ZipArchive(new MemoryStream(bytes, writable: false), ZipArchiveMode.Read));
        return Sound(path, () => archive.Entries).FirstOrDefault(entry => entry.Length > bytes.Length || entry.CompressedLength != entry.Length) is { } broken
            ? throw new InvalidDataException(
                $"{path}: entries must be stored, not compressed, and lie inside the file, but '{broken.FullName}' has {broken.CompressedLength} bytes for {broken.Length}.")
            : Read(path, archive, MostCopies * bytes.Length);
    }

    private static Dictionary<string, StoredTensor> Read(string path, ZipArchive archive, long mostBytes)
    {
        if (archive.Entries.Where(entry => entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal)).ToList() is not [var pickle])
        {
            throw new InvalidDataException($"{path}: a checkpoint must have one entry …/data.pkl, but its entries are: {Names(archive)}.");
        }

        if (pickle.Length > LongestPickle)
        {
            throw new InvalidDataException($"{path}: data.pkl must have at most {LongestPickle} bytes, but has {pickle.Length}.");
        }

        var root = pickle.FullName[..^"data.pkl".Length];
        var entries = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        foreach (var entry in archive.Entries)
        {
            entries[entry.FullName] = entry;
        }

        if (entries.TryGetValue(root + "byteorder", out var order) && Bytes(path, order) is var letters && !letters.AsSpan().SequenceEqual("little"u8))
        {
            throw new InvalidDataException($"{path}: the byte order must be little, but 'byteorder' has {letters.Length} other bytes.");
        }

        var state = StateDict(path, PickleReader.Read($"{path}: data.pkl", Bytes(path, pickle)));
        var storages = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (var (name, value) in state.ByText)
        {
            if (value is PickleTensor tensor)
            {
                mostBytes -= tensor.Storage.Length;
                if (mostBytes < 0)
                {
                    throw new InvalidDataException($"{path}: tensors may share storages, but tensor '{name}' brings them beyond {MostCopies} copies of the file.");
                }

                tensors.Add(name, Gather(path, name, tensor, Storage(path, tensor.Storage, root, entries, storages)));
            }
        }

        return tensors;
    }

    private static PickleDict StateDict(string path, PickleValue value)
    {
        if (value is not PickleDict whole)
        {
            throw new InvalidDataException($"{path}: a checkpoint must hold a dict, but holds {value.Words}.");
        }

        var place = s_places.FirstOrDefault(name => whole.ByText.GetValueOrDefault(name) is PickleDict);
        var state = place is null ? whole : (PickleDict)whole.ByText[place];
        return state.ByText.Values.Any(entry => entry is PickleTensor)
            ? state
            : throw new InvalidDataException(
                $"{path}: a checkpoint must hold tensors by name, itself or under one of {string.Join(", ", s_places)}, but {place ?? "it"} has: {string.Join(", ", state.ByText.Keys.Take(20))}.");
    }

    private static byte[] Storage(
        string path, PickleStorage storage, string root, Dictionary<string, ZipArchiveEntry> entries, Dictionary<string, byte[]> read)
    {
        if (!read.TryGetValue(storage.Key, out var bytes))
        {
            var entry = entries.GetValueOrDefault($"{root}data/{storage.Key}")
                ?? throw new InvalidDataException($"{path}: the pickle names the storage '{storage.Key}', but there is no entry '{root}data/{storage.Key}'.");
            read[storage.Key] = bytes = Bytes(path, entry);
        }

        var size = StoredTensor.ElementBytes(storage.Type);
        return storage.Length == bytes.Length / size && bytes.Length % size == 0
            ? bytes
            : throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: the storage '{storage.Key}' must have {storage.Length} elements of {size} bytes, but its entry has {bytes.Length} bytes."));
    }

    /// <summary>Copies a view with strides into row-major order.</summary>
    private static StoredTensor Gather(string path, string name, PickleTensor tensor, byte[] bytes)
    {
        var size = StoredTensor.ElementBytes(tensor.Storage.Type);
        var count = tensor.Shape.Aggregate(Int128.One, (product, length) => Int128.Min(product * length, long.MaxValue));
        var last = tensor.Shape.Zip(tensor.Strides).Aggregate((Int128)tensor.Offset, (sum, axis) => sum + (Int128)(axis.First - 1) * axis.Second);
        if (tensor.Shape.Count != tensor.Strides.Count || tensor.Offset < 0 || tensor.Shape.Concat(tensor.Strides).Any(number => number < 0)
            || count > tensor.Storage.Length || (count > 0 && last >= tensor.Storage.Length))
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: tensor '{name}' must lie inside its storage of {tensor.Storage.Length} elements, but begins at {tensor.Offset} with shape [{string.Join(", ", tensor.Shape)}] and strides [{string.Join(", ", tensor.Strides)}]."));
        }

        var target = new byte[(int)count * size];
        var index = new long[tensor.Shape.Count];
        for (long done = 0, at = tensor.Offset; done < count; done++)
        {
            bytes.AsSpan((int)(at * size), size).CopyTo(target.AsSpan((int)(done * size)));
            for (var axis = index.Length - 1; axis >= 0; axis--)
            {
                at += tensor.Strides[axis];
                if (++index[axis] < tensor.Shape[axis])
                {
                    break;
                }

                at -= tensor.Strides[axis] * tensor.Shape[axis];
                index[axis] = 0;
            }
        }

        return new StoredTensor(name, tensor.Storage.Type, tensor.Shape, target);
    }

    private static byte[] Bytes(string path, ZipArchiveEntry entry) => Sound(path, () =>
    {
        var bytes = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(bytes);
        return bytes;
    });

    /// <summary>Whatever the archive reader makes of a damaged archive is one fault, with the file's name.</summary>
    private static T Sound<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or ArgumentException or NotSupportedException or OverflowException)
        {
            throw new InvalidDataException($"{path}: a checkpoint must be a sound zip archive. {e.Message}", e);
        }
    }

    private static string Names(ZipArchive archive) => string.Join(", ", archive.Entries.Take(20).Select(entry => entry.FullName));
}
