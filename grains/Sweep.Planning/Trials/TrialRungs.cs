namespace Sweep.Planning;

/// <summary>Where along its training after the cut a trial is measured.</summary>
internal static class TrialRungs
{
    /// <returns>Epochs at the end of each rung, ascending; the last is the whole length.</returns>
    public static IReadOnlyList<int> Ends(StoppingSpec? stopping, int epochs) =>
        stopping?.Algorithm is null ? [epochs] : RungLadder.Of(stopping.MinEpochs, stopping.Reduction, epochs).Ends;
}
