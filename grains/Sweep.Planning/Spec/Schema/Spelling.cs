namespace Sweep.Planning.Schema;

/// <summary>Finds the word somebody meant.</summary>
internal static class Spelling
{
    /// <returns>For the end of a message: <c>; did you mean 'x'?</c>, or nothing when no word is near.</returns>
    public static string DidYouMean(string word, IEnumerable<string> known)
    {
        var near = known
            .Select(candidate => (candidate, distance: Distance(Plain(word), Plain(candidate))))
            .Where(pair => pair.distance <= Math.Max(1, pair.candidate.Length / 3))
            .OrderBy(pair => pair.distance)
            .Select(pair => pair.candidate)
            .FirstOrDefault();
        return near is null ? "" : $"; did you mean '{near}'?";
    }

    /// <summary>Snake, kebab and camel case are one spelling.</summary>
    private static string Plain(string word) =>
        (word.Length > 64 ? word[..64] : word).Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other.</summary>
    internal static int Distance(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i, j] = i + j;
                    continue;
                }

                var replaced = table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(replaced, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[a.Length, b.Length];
    }
}
