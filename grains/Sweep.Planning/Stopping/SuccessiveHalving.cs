namespace Sweep.Planning;

/// <summary>
/// Asynchronous successive halving (Li et al. 2020, "A System for Massively Parallel Hyperparameter Tuning", arXiv:1810.05934) on several objectives
/// (Schmucker et al. 2021, "Multi-objective Asynchronous Successive Halving", arXiv:2106.12639): at each rung the best 1/η of the trials go on, for η times the epochs.
/// The best are, in this order, the feasible, those of the least non-dominated rank, and those that spread most over their front, whose extreme points come first.
/// </summary>
/// <remarks>
/// A decision depends on which results there are and on what was decided before, never on the order in which they came.
/// </remarks>
public sealed class SuccessiveHalving : ITrialStopping
{
    private readonly RungRules _rules;
    private readonly StoppingMode _mode;

    /// <param name="epochs">R: the epochs of the longest trial.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public SuccessiveHalving(StoppingOptions options, int epochs)
    {
        ArgumentNullException.ThrowIfNull(options);
        var minResults = options.MinResults ?? options.Reduction;
        if (minResults < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(options), minResults, "A trial must be compared with itself at least: minResults must be 1 or more.");
        }

        _mode = options.Mode;
        var ladder = options.Ladder(epochs);
        _rules = new RungRules(ladder, rung => options.Mode switch
        {
            StoppingMode.Promote => new PromotingRung(rung, ladder.To(rung), options.Reduction, options.Ranking),
            StoppingMode.Stop => new StoppingRung(rung, ladder.To(rung), options.Reduction, minResults, options.Ranking),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Mode, "There is no such mode of stopping."),
        });
    }

    public IReadOnlyList<StoppingDecision> Report(RungResult result) => _rules.Report(result);

    /// <exception cref="ArgumentException">A trial is said to wait where none does.</exception>
    public void Restore(RungResult result, TrialVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (verdict == TrialVerdict.Wait && _mode == StoppingMode.Stop)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"No trial waits where each is decided on at once, but trial {result.Trial} does, at rung {result.Rung}."), nameof(verdict));
        }

        _rules.Restore(result, verdict);
    }

    public IReadOnlyList<StoppingDecision> Close() => _rules.Close();
}
