namespace Sweep.Planning;

/// <summary>
/// The median rule (Golovin et al. 2017, "Google Vizier", section 3.2.2) on several objectives: a trial stops at a rung when more than half of the
/// others that reached it are better: of a lower non-dominated front or, among the infeasible, of less violation. Members of one front are not better
/// than one another.
/// </summary>
/// <remarks>Compared are the measurements at the rung, where Vizier's rule compares the best so far with running means: all trials have the same rungs here.</remarks>
public sealed class MedianStopping : ITrialStopping
{
    private const int UsualMinResults = 5;

    private readonly RungRules _rules;

    /// <param name="options">
    /// No trial stops before <see cref="StoppingOptions.MinEpochs"/>, nor where fewer than <see cref="StoppingOptions.MinResults"/> others are.
    /// </param>
    /// <param name="epochs">R: the epochs of the longest trial.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public MedianStopping(StoppingOptions options, int epochs)
    {
        ArgumentNullException.ThrowIfNull(options);
        var minResults = options.MinResults ?? UsualMinResults;
        if (minResults < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(options), minResults, "A median must be one of something: minResults must be 1 or more.");
        }

        var ladder = options.Ladder(epochs);
        _rules = new RungRules(ladder, rung => new MedianRung(rung, ladder.To(rung), minResults, options.Ranking));
    }

    public IReadOnlyList<StoppingDecision> Report(RungResult result) => _rules.Report(result);

    public void Restore(RungResult result, TrialVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (verdict == TrialVerdict.Wait)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"No trial waits under the median rule, but trial {result.Trial} does, at rung {result.Rung}."), nameof(verdict));
        }

        _rules.Restore(result, verdict);
    }

    public IReadOnlyList<StoppingDecision> Close() => _rules.Close();

    private sealed class MedianRung(int rung, int epochs, int minResults, TrialRanking ranking) : RungRule
    {
        private readonly RungSample _sample = new();

        public override IReadOnlyList<StoppingDecision> Report(RungResult result)
        {
            var entry = RungEntry.Of(result, ranking);
            var others = _sample.Count;
            var standing = _sample.Place(entry);
            _sample.Add(entry);
            var text = FormattableString.Invariant($"{standing.Before:N0} of {standing.Of - 1:N0} others are better {After(epochs)}{Breaking(entry)}");
            if (others < minResults)
            {
                return [new(entry.Trial, rung, TrialVerdict.Continue, FormattableString.Invariant($"{text}; nothing stops before there are {minResults:N0}"), standing.Before + 1, standing.Of)];
            }

            var stop = 2 * standing.Before > standing.Of - 1;
            return
            [
                new(entry.Trial, rung, stop ? TrialVerdict.Stop : TrialVerdict.Continue,
                    $"{text}: {(stop ? "more" : "no more")} than half", standing.Before + 1, standing.Of),
            ];
        }

        public override void Restore(RungResult result, TrialVerdict verdict) => _sample.Add(RungEntry.Of(result, ranking));
    }
}
