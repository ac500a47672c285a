using System.Globalization;

namespace Sweep.Planning.Report;

/// <summary>Decisions as the report says them.</summary>
internal static class DecisionWords
{
    /// <summary>For example <c>gp, 64 trials, seed 1</c>.</summary>
    public static string Search(SearchSpec search, int trials) => string.Concat(
        search.Algorithm.ToString().ToLowerInvariant(),
        ", " + Words.Plural(search.Trials ?? trials, "trial"),
        search.Algorithm == SearchAlgorithm.Grid ? "" : FormattableString.Invariant($", seed {search.Seed}"),
        search.StartsWarm() ? $", learning from {string.Join(", ", [.. search.WarmStart ?? [], .. search.Known is { Count: > 0 } known ? (string[])[Words.Plural(known.Count, "trial") + " from elsewhere"] : []])}" : "");

    /// <summary>What the rule does, in one sentence.</summary>
    public static string Stopping(StoppingSpec stopping) => stopping switch
    {
        { Algorithm: StoppingAlgorithm.Median } => "A trial stops where more than half of the others at its rung are better.",
        { Algorithm: StoppingAlgorithm.Asha, Mode: StoppingMode.Promote } => FormattableString.Invariant(
            $"Successive halving: at each rung a trial waits until it is among the best 1 in {stopping.Reduction} of those that came so far; the rest stops once nothing else runs."),
        { Algorithm: StoppingAlgorithm.Asha } => FormattableString.Invariant(
            $"Successive halving: at each rung a trial goes on if it is among the best 1 in {stopping.Reduction} of those that came before it, and stops otherwise, at once."),
        _ => "Every trial runs to its end.",
    };

    /// <summary>What became of one trial, rung by rung, in lines.</summary>
    public static string Course(TrialResult trial) => string.Join('\n',
        [$"{trial.Id}: {trial.State.ToString().ToLowerInvariant()}", .. (trial.Rungs ?? []).Select(At), .. Ending(trial)]);

    /// <summary>For example <c>after 3 epochs: went on, rank 2 of 9 after 3 epochs; the best 3 go on</c>.</summary>
    public static string At(RungOutcome rung) => string.Create(CultureInfo.InvariantCulture,
        $"{Verdict(rung)}{(rung.Reason is null ? $" after {Words.Plural(rung.Epochs, "epoch")}" : $": {rung.Reason}")}");

    private static string Verdict(RungOutcome rung) => rung.Verdict switch
    {
        TrialVerdict.Continue => "went on",
        TrialVerdict.Stop => "stopped",
        TrialVerdict.Wait => "waits",
        _ => "trained to its end",
    };

    private static IEnumerable<string> Ending(TrialResult trial) =>
        trial.StopReason is { } reason && trial.Rungs?.LastOrDefault()?.Reason != reason ? [$"stopped: {reason}"] : [];
}
