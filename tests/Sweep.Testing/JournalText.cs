using System.Globalization;
using System.Text;

namespace Sweep.Testing;

/// <summary>
/// Reads the journal of grain state as its description says and anybody may, apart from the silo's own code: a record is a line
/// <c>KIND CRC BATCH LENGTH ETAG STATE GRAIN</c>, LENGTH bytes and a line feed. A silo may be writing meanwhile.
/// </summary>
public static class JournalText
{
    /// <param name="grains">The folder of grain state.</param>
    /// <returns>Each state as JSON, by its name and its grain as <c>type/key</c>.</returns>
    public static IReadOnlyDictionary<(string State, string Grain), string> States(string grains)
    {
        var folder = Path.Combine(grains, "journal");
        while (true)
        {
            try
            {
                return Directory.Exists(folder) ? Read(folder) : new Dictionary<(string, string), string>();
            }
            catch (FileNotFoundException)
            {
                // Dropped since it was listed: what counted of it lies further up.
            }
        }
    }

    private static Dictionary<(string State, string Grain), string> Read(string folder)
    {
        var states = new Dictionary<(string, string), string>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.journal").Order(StringComparer.Ordinal).ToList())
        {
            var bytes = BytesOf(path);
            var at = Array.IndexOf(bytes, (byte)'\n') + 1;
            while (at < bytes.Length && Array.IndexOf(bytes, (byte)'\n', at) is var end and >= 0)
            {
                var fields = Encoding.UTF8.GetString(bytes, at, end - at).Split(' ');
                if (fields.Length != 7 || !int.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var length) || end + 1 + length >= bytes.Length)
                {
                    break; // the end of what is written, and perhaps the begin of what is being written
                }

                var key = (Uri.UnescapeDataString(fields[5]), Uri.UnescapeDataString(fields[6]));
                if (fields[0] == "put")
                {
                    states[key] = Encoding.UTF8.GetString(bytes, end + 1, length);
                }
                else
                {
                    states.Remove(key);
                }

                at = end + 1 + length + 1;
            }
        }

        return states;
    }

    private static byte[] BytesOf(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }
}
