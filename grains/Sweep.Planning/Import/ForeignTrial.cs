namespace Sweep.Planning;

/// <summary>A trial as a file has it, before anything is made of it.</summary>
/// <param name="Place">For messages: the line, or the trial's id.</param>
/// <param name="IsComplete">Others are not learnt from.</param>
/// <param name="Settings">By the names that sweep files have; text as in the file.</param>
/// <param name="Metrics">By metric, or by the place of the objective, from 0.</param>
public sealed record ForeignTrial(
    string Place, bool IsComplete, IReadOnlyDictionary<string, string> Settings, IReadOnlyDictionary<string, string> Metrics);
