namespace Sweep.Planning;

/// <summary>A trial goes on when it is among the best ⌊n/η⌋ of the n that are here with it, and stops otherwise, at once.</summary>
internal sealed class StoppingRung(int rung, int epochs, int reduction, int minResults, TrialRanking ranking) : RungRule
{
    private readonly RungSample _sample = new();

    public override IReadOnlyList<StoppingDecision> Report(RungResult result)
    {
        var entry = RungEntry.Of(result, ranking);
        var standing = _sample.Place(entry);
        _sample.Add(entry);
        return [Decide(entry, standing)];
    }

    public override void Restore(RungResult result, TrialVerdict verdict) => _sample.Add(RungEntry.Of(result, ranking));

    private StoppingDecision Decide(RungEntry entry, RungStanding standing)
    {
        if (_sample.Count < minResults)
        {
            return new(entry.Trial, rung, TrialVerdict.Continue, FormattableString.Invariant(
                $"rank {standing.Rank:N0} of {standing.Of:N0} {After(epochs)}{Breaking(entry)}; nothing stops before {minResults:N0} results"), standing.Rank, standing.Of);
        }

        var places = Math.Max(1, standing.Of / reduction);
        var among = standing.Of < _sample.Count ? FormattableString.Invariant($" from {_sample.Count:N0}") : "";
        return new(entry.Trial, rung, standing.Rank <= places ? TrialVerdict.Continue : TrialVerdict.Stop, FormattableString.Invariant(
            $"rank {standing.Rank:N0} of {standing.Of:N0}{among} {After(epochs)}{Breaking(entry)}; the best {places:N0} {(places == 1 ? "goes" : "go")} on"), standing.Rank, standing.Of);
    }
}
