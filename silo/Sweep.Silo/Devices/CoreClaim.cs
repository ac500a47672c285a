using System.Globalization;

namespace Sweep.Silo.Devices;

/// <summary>
/// The cores that a silo's CPU workers compute on, told to the other silos of the machine. Nobody is refused: a core can be shared, but
/// whoever shares one should know why training is slow.
/// </summary>
public sealed class CoreClaim : IDisposable
{
    private readonly FileStream _file;

    private CoreClaim(FileStream file, IReadOnlyList<(int Process, int Cores)> others)
    {
        _file = file;
        Others = others;
    }

    /// <summary>What other living processes had claimed before.</summary>
    public IReadOnlyList<(int Process, int Cores)> Others { get; }

    /// <param name="folder">See <see cref="DeviceLockFolder"/>. A claim's file says all in its name, and is locked while its process lives.</param>
    public static CoreClaim Take(string folder, int cores)
    {
        var others = new List<(int, int)>();
        foreach (var path in Directory.EnumerateFiles(folder, "cores-*.lock"))
        {
            if (Path.GetFileNameWithoutExtension(path).Split('-') is not [_, var count, var process, _])
            {
                continue;
            }

            if (DeviceLockFolder.TryLock(path) is { } dead)
            {
                File.Delete(path);
                dead.Dispose();
            }
            else
            {
                others.Add((int.Parse(process, CultureInfo.InvariantCulture), int.Parse(count, CultureInfo.InvariantCulture)));
            }
        }

        var own = Path.Combine(folder, FormattableString.Invariant($"cores-{cores}-{Environment.ProcessId}-{Guid.NewGuid():N}.lock"));
        return new CoreClaim(DeviceLockFolder.TryLock(own)!, others);
    }

    /// <returns>Null where there are cores for all.</returns>
    public string? Warning(int own, int present)
    {
        var claimed = own + Others.Sum(other => other.Cores);
        return claimed <= present ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"Silos of one machine should claim no more than its {present} cores together, but claim {claimed}: this one {own}, "
            + $"{string.Join(", ", Others.Select(other => FormattableString.Invariant($"process {other.Process} {other.Cores}")))}. Each will be slower; give each its share with --threads.");
    }

    public void Dispose()
    {
        File.Delete(_file.Name);
        _file.Dispose();
    }
}
