namespace Sweep.Planning;

/// <summary>
/// Trials wait until they are among the best ⌊n/η⌋ of the n that are here. Up to 512 results each one is followed by a look at the whole rung;
/// beyond, there are 64 looks while the rung doubles, so all looks together cost n log² n and not n². When there is a look depends on n alone, and what it
/// decides on the set of results, so that an interruption changes nothing.
/// </summary>
internal sealed class PromotingRung(int rung, int epochs, int reduction, TrialRanking ranking) : RungRule
{
    private const int EachUpTo = 512;

    private const int LooksInDoubling = 64;

    private readonly List<RungEntry> _entries = [];
    private readonly HashSet<int> _waiting = [];

    public override IReadOnlyList<StoppingDecision> Report(RungResult result)
    {
        Restore(result, TrialVerdict.Wait);
        return _entries.Count % Step(_entries.Count) == 0 ? Look() : [];
    }

    public override void Restore(RungResult result, TrialVerdict verdict)
    {
        _entries.Add(RungEntry.Of(result, ranking));
        if (verdict == TrialVerdict.Wait)
        {
            _waiting.Add(result.Trial);
        }
    }

    /// <summary>As if the rung were whole: the best ⌈n/η⌉ go on, so that somebody does however few there are, and the others stop.</summary>
    public override IReadOnlyList<StoppingDecision> Close()
    {
        var places = (_entries.Count + reduction - 1) / reduction;
        return [.. Waiting(_entries.Count).Select(found => Decide(found.Entry, found.Place, places, found.Place < places, " of those that came"))];
    }

    private StoppingDecision[] Look()
    {
        var places = _entries.Count / reduction;
        return [.. Waiting(places).Select(found => Decide(found.Entry, found.Place, places, true, ""))];
    }

    /// <summary>Takes out who waits in the first places, in their order. A layer in which nobody waits needs no order.</summary>
    private List<(RungEntry Entry, int Place)> Waiting(int places)
    {
        var found = new List<(RungEntry Entry, int Place)>();
        if (_waiting.Count == 0 || places == 0)
        {
            return found;
        }

        var start = 0;
        foreach (var layer in RungOrder.Layers(_entries))
        {
            if (layer.Any(i => _waiting.Contains(_entries[i].Trial)))
            {
                found.AddRange(RungOrder.Within(layer, _entries).Take(places - start)
                    .Select((i, place) => (_entries[i], start + place)).Where(pair => _waiting.Remove(pair.Item1.Trial)));
            }

            start += layer.Count;
            if (start >= places)
            {
                break;
            }
        }

        return found;
    }

    private StoppingDecision Decide(RungEntry entry, int place, int places, bool on, string which) => new(
        entry.Trial,
        rung,
        on ? TrialVerdict.Continue : TrialVerdict.Stop,
        FormattableString.Invariant(
            $"rank {place + 1:N0} of {_entries.Count:N0} {After(epochs)}{Breaking(entry)}; the best {places:N0}{which} {(places == 1 ? "goes" : "go")} on"),
        place + 1,
        _entries.Count);

    /// <summary>Beyond the first, the power of two that leaves between 64 and 128 looks on the way from n to twice n.</summary>
    private static int Step(int count)
    {
        var step = 1;
        while (count >= EachUpTo && step * 2 * LooksInDoubling <= count)
        {
            step *= 2;
        }

        return step;
    }
}
