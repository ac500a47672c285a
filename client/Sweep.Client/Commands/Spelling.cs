namespace Sweep.Client.Commands;

/// <summary>Whether one word may be a slip of the fingers for another.</summary>
internal static class Spelling
{
    public static bool IsClose(string typed, string known) =>
        known.StartsWith(typed, StringComparison.OrdinalIgnoreCase) || Distance(typed, known) <= Math.Max(1, known.Length / 4);

    /// <summary>
    /// Optimal string alignment: insertions, deletions, replacements and exchanges of neighbours from one word to the other, no letter touched twice.
    /// </summary>
    public static int Distance(string a, string b)
    {
        var steps = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                steps[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(Math.Min(steps[i, j - 1], steps[i - 1, j]) + 1, steps[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    steps[i, j] = Math.Min(steps[i, j], steps[i - 2, j - 2] + 1);
                }
            }
        }

        return steps[a.Length, b.Length];
    }
}
