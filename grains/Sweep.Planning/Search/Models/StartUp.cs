namespace Sweep.Planning;

/// <summary>
/// When a searcher has too little to model, and spreads its trials over the space instead. By the trial's number, so that many devices may ask at
/// once. Measured trials of earlier experiments shorten it one for one, but never below a quarter: they may have been gathered round another front, and a
/// few points spread over the whole space are what can show it.
/// </summary>
internal static class StartUp
{
    /// <param name="length">How long it is without earlier experiments.</param>
    public static bool Covers(int trial, ModelHistory known, int length)
    {
        var earlier = known.Measured.Count(measured => measured.Earlier);
        return trial < Math.Max((length + 3) / 4, length - earlier) || known.Measured.Count < 2;
    }
}
