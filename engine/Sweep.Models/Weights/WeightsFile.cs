using System.Security.Cryptography;
using Sweep.Models.Formats;
using Sweep.Recipes;

namespace Sweep.Models.Weights;

/// <summary>What a file of weights would become under a shape.</summary>
/// <param name="Digest">SHA-256 of the file, lower-case hexadecimal.</param>
/// <param name="Adapted">What would be replaced or resized, one sentence each.</param>
public sealed record WeightsInspection(string Digest, IReadOnlyList<string> Adapted);

/// <summary>
/// A file of weights with timm's names (METHODS 5.3): safetensors, or a PyTorch checkpoint. Which of both it is, its first bytes say. Read
/// once: what the digest was taken of is what is used.
/// </summary>
public sealed class WeightsFile
{
    private readonly byte[] _bytes;

    private WeightsFile(string path, byte[] bytes)
    {
        Path = path;
        _bytes = bytes;
        Digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    public string Path { get; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal.</summary>
    public string Digest { get; }

    /// <exception cref="IOException">The file cannot be read, or has 2 GiB or more.</exception>
    public static WeightsFile Open(string path) => new(path, File.ReadAllBytes(path));

    /// <summary>The file of this name that has the right bytes, from the first folder that has one.</summary>
    /// <param name="name">Without a folder.</param>
    /// <param name="digest">SHA-256, lower-case hexadecimal.</param>
    /// <exception cref="InvalidDataException">No folder has it; the message names the folders, or what the files of this name have.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static WeightsFile Find(string name, string digest, IReadOnlyList<string> folders)
    {
        ArgumentNullException.ThrowIfNull(folders);
        if (name is "" or "." or ".." || name.AsSpan().IndexOfAny('/', '\\', '\0') >= 0)
        {
            // Combined with a folder it would be a path to anywhere, and what is there would be told by its digest.
            throw new InvalidDataException($"A file of weights must be named without its folder, but the name is '{name}'.");
        }

        var others = new List<string>();
        foreach (var path in folders.Select(folder => System.IO.Path.Combine(folder, name)).Where(File.Exists))
        {
            if (!RootedPath.IsUnder(path, folders))
            {
                throw new InvalidDataException(
                    $"A file of weights must lie in a folder of weights or data, but '{path}' leads to '{RootedPath.Real(path)}', which is in none of: {string.Join(", ", folders)}.");
            }

            var file = Open(path);
            if (file.Digest == digest)
            {
                return file;
            }

            others.Add($"'{path}' has {file.Digest}");
        }

        throw new InvalidDataException(others.Count > 0
            ? $"The file of weights '{name}' must have SHA-256 {digest}, but {string.Join(", and ", others)}."
            : $"The file of weights '{name}' must be in a folder of weights or data, but is in none of: {string.Join(", ", folders)}.");
    }

    /// <summary>Computes the digest and tells what would be adapted, or everything that does not fit.</summary>
    /// <exception cref="InvalidDataException">The file is neither format, or its tensors do not fit the shape; the message names all of them.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static WeightsInspection Inspect(string path, ViTShape shape)
    {
        var file = Open(path);
        return new WeightsInspection(file.Digest, file.Fit(shape, seed: 0).Adapted);
    }

    /// <param name="shape">Dense.</param>
    /// <param name="seed">Of a fresh classifier.</param>
    /// <exception cref="InvalidDataException">The file is neither format, or its tensors do not fit the shape; the message names all of them.</exception>
    public (Net Net, IReadOnlyList<string> Adapted) Fit(ViTShape shape, long seed)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return TimmTensors.Fit(Path, Tensors(), shape, seed);
    }

    /// <summary>All tensors by name.</summary>
    /// <exception cref="InvalidDataException">The file is neither format, or broken; the message names file, place and rule.</exception>
    public IReadOnlyDictionary<string, StoredTensor> Tensors()
    {
        if (_bytes.AsSpan().StartsWith("PK\u0003\u0004"u8))
        {
            return TorchCheckpoint.Read(Path, _bytes);
        }

        return _bytes.Length >= 2 && _bytes[0] == 0x80 && _bytes[1] is >= 2 and <= 5 && (_bytes.Length < 8 || _bytes[7] != 0)
            ? throw new InvalidDataException(
                $"{Path}: a checkpoint must be a zip archive, as PyTorch 1.6 and later write it, but this is a bare pickle; load it there and save it again.")
            : SafeTensors.Read(Path, _bytes);
    }
}
