namespace Sweep.Recipes;

/// <summary>The widths that a cut may leave of a whole width: its own, and every multiple of n below it, so that kernels run full.</summary>
/// <param name="Multiple">n, at least 1.</param>
public readonly record struct WidthSteps(int Multiple)
{
    /// <summary>The narrowest that is not 0.</summary>
    public int Least(int whole) => Math.Min(Multiple, whole);

    /// <returns>0 where no multiple lies between.</returns>
    public int Below(int width) => (width - 1) / Multiple * Multiple;

    public int Above(int width, int whole) => Math.Min(whole, (width / Multiple + 1) * Multiple);

    public int Nearest(double width, int whole) => width >= whole
        ? whole
        : Math.Clamp(Multiple * (int)Math.Round(width / Multiple), Least(whole), whole);

    /// <summary>Steps from the narrowest to the whole.</summary>
    public int Count(int whole) => (whole - 1) / Multiple;

    /// <param name="step">From 0, the narrowest, to <see cref="Count"/>, the whole.</param>
    /// <param name="whole">The width before the cut.</param>
    public int At(int step, int whole) => Math.Min(whole, Multiple * (step + 1));
}
