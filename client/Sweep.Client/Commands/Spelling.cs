namespace Sweep.Client.Commands;

/// <summary>Whether one word may be a slip of the fingers for another.</summary>
internal static class Spelling
{
    public static bool IsClose(string typed, string known) =>
        known.StartsWith(typed, StringComparison.OrdinalIgnoreCase) || Distance(typed, known) <= Math.Max(1, known.Length / 4);

    /// <summary>Levenshtein's: insertions, deletions and replacements from one word to the other.</summary>
    public static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j - 1], above) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
