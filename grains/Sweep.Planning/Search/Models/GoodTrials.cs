namespace Sweep.Planning;

/// <summary>
/// Splits measured trials for MOTPE into the good and the rest (Ozaki and others, "Multiobjective Tree-Structured Parzen Estimator", 2022, algorithms 2
/// and 3): front by front, and of the front that does not fit whole the points that greedily dominate the largest hypervolume. A good trial
/// weighs as much as the good ones' hypervolume would shrink without it, relative to the largest such.
/// </summary>
internal sealed record GoodTrials
{
    /// <summary>Indices into the measured trials.</summary>
    public required IReadOnlyList<int> Good { get; init; }

    /// <summary>In [0, 1], one for each good trial.</summary>
    public required IReadOnlyList<double> Weights { get; init; }

    /// <summary>Indices into the measured trials, ascending.</summary>
    public required IReadOnlyList<int> Rest { get; init; }

    /// <param name="measured">
    /// Trials that were stopped early come after all that were not, and among themselves the longer before the shorter: costs after different numbers of
    /// epochs cannot be compared, but who got further was better than those who were stopped before, rung for rung.
    /// </param>
    /// <param name="count">How many are good.</param>
    public static GoodTrials Of(IReadOnlyList<MeasuredTrial> measured, int count)
    {
        var gains = Gains(measured);
        var good = new List<int>();
        foreach (var length in Enumerable.Range(0, measured.Count).GroupBy(i => measured[i].Epochs ?? int.MaxValue).OrderByDescending(length => length.Key))
        {
            var ranks = NonDominatedRanks.Of([.. length.Select(i => measured[i].Costs)]);
            foreach (var front in length.Zip(ranks).GroupBy(pair => pair.Second, pair => pair.First).OrderBy(front => front.Key))
            {
                good.AddRange(good.Count + front.Count() <= count ? front : Largest([.. front], count - good.Count, gains));
            }
        }

        var volume = Volume(good, gains);
        double[] contributions = [.. good.Select(own => Math.Max(0, volume - Volume(good.Where(other => other != own), gains)))];
        var largest = contributions.DefaultIfEmpty(0).Max();
        return new GoodTrials
        {
            Good = good,
            Weights = [.. contributions.Select(contribution => largest > 0 ? Math.Max(contribution / largest, 1e-6) : 1)],
            Rest = [.. Enumerable.Range(0, measured.Count).Except(good)],
        };
    }

    /// <summary>1 at the least cost of all trials, 0 a tenth of the range beyond the greatest, so that the ends of a front count too. [N][D].</summary>
    private static double[][] Gains(IReadOnlyList<MeasuredTrial> measured)
    {
        var dimensions = measured.Count == 0 ? 0 : measured[0].Costs.Length;
        var lows = new double[dimensions];
        var ranges = new double[dimensions];
        for (var d = 0; d < dimensions; d++)
        {
            lows[d] = measured.Min(trial => trial.Costs[d]);
            ranges[d] = (measured.Max(trial => trial.Costs[d]) - lows[d]) * 1.1;
        }

        return [.. measured.Select(trial => trial.Costs.Select((cost, d) => ranges[d] > 0 ? 1 - (cost - lows[d]) / ranges[d] : 1).ToArray())];
    }

    /// <summary>
    /// Greedily. What a point adds never grows with what is chosen, so a point whose earlier addition is already less than another's present one need not
    /// be looked at again.
    /// </summary>
    private static List<int> Largest(List<int> front, int count, double[][] gains)
    {
        var chosen = new List<int>();
        var volume = 0.0;
        var bounds = new PriorityQueue<(int Trial, int Round), (double Lost, int Trial)>(front.Select(i => ((i, -1), (double.NegativeInfinity, i))));
        while (chosen.Count < count && bounds.TryDequeue(out var next, out var bound))
        {
            if (next.Round == chosen.Count)
            {
                chosen.Add(next.Trial);
                volume -= bound.Lost;
            }
            else
            {
                bounds.Enqueue((next.Trial, chosen.Count), (volume - Volume(chosen.Append(next.Trial), gains), next.Trial));
            }
        }

        return chosen;
    }

    private static double Volume(IEnumerable<int> trials, double[][] gains) => Hypervolume.Of([.. trials.Select(i => gains[i])]);
}
