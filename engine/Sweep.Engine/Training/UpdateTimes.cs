namespace Sweep.Engine.Training;

/// <summary>When a method looks at its masks again: update k of n at the first step that is not before First + k (Last − First)/n.</summary>
/// <param name="First">The step of update 0.</param>
/// <param name="Last">The step of update n.</param>
/// <param name="Updates">n, at least 1.</param>
public readonly record struct UpdateTimes(long First, long Last, int Updates)
{
    /// <param name="begin">Fraction of all steps.</param>
    /// <param name="end">Fraction of all steps; the last update is before the last step even at 1.</param>
    public static UpdateTimes Between(double begin, double end, int updates, long steps)
    {
        var last = Math.Min((long)Math.Round(end * steps), steps - 1);
        return new UpdateTimes(Math.Min((long)Math.Round(begin * steps), last), last, updates);
    }

    /// <returns>The update that is due before a step; null when none is. Where steps are fewer than updates, the latest of several.</returns>
    public int? Due(long step) => step >= First && Newest(step) is var newest && (step == First || newest != Newest(step - 1)) ? newest : null;

    private int Newest(long step) => step >= Last ? Updates : (int)((step - First) * Updates / (Last - First));
}
