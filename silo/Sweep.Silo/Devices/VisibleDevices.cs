using System.Globalization;

namespace Sweep.Silo.Devices;

/// <param name="Device">The driver's handle; null where the driver does not give it out any more.</param>
internal sealed record PresentGpu(nint? Device, string? Uuid);

/// <summary>
/// What <c>CUDA_VISIBLE_DEVICES</c> leaves of a machine's GPUs: numbers in the order of the bus, or beginnings of unique identifiers;
/// the first that fits nothing ends the list, as CUDA has it.
/// </summary>
internal static class VisibleDevices
{
    /// <param name="variable">Null where it is not set: all of them.</param>
    public static IReadOnlyList<PresentGpu> Choose(string? variable, IReadOnlyList<PresentGpu> present)
    {
        if (variable is null)
        {
            return present;
        }

        var chosen = new List<PresentGpu>();
        foreach (var word in variable.Split(',', StringSplitOptions.TrimEntries))
        {
            if (Find(word, present) is not { } gpu || chosen.Any(other => ReferenceEquals(other, gpu)))
            {
                break;
            }

            chosen.Add(gpu);
        }

        return chosen;
    }

    private static PresentGpu? Find(string word, IReadOnlyList<PresentGpu> present) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? present.ElementAtOrDefault(index)
        : word.StartsWith("GPU-", StringComparison.Ordinal) && present.Where(gpu => gpu.Uuid?.StartsWith(word, StringComparison.Ordinal) == true).ToList() is [var only] ? only
        : null;
}
