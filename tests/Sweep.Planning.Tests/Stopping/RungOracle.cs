namespace Sweep.Planning;

/// <summary>The rules of a rung as their definitions have them, by brute force and without state.</summary>
internal static class RungOracle
{
    /// <summary>Trials, best first.</summary>
    public static List<int> Order(IReadOnlyList<RungResult> results)
    {
        var order = new List<int>();
        var left = results.Where(IsSound).Where(result => result.Violation <= 0).ToList();
        while (left.Count > 0)
        {
            var front = left.Where(a => !left.Any(b => Dominates(b, a))).ToList();
            order.AddRange(Spread(front));
            left = [.. left.Except(front)];
        }

        order.AddRange(results.Where(IsSound).Where(result => result.Violation > 0).OrderBy(result => result.Violation).ThenBy(result => result.Trial).Select(result => result.Trial));
        order.AddRange(results.Where(result => !IsSound(result)).OrderBy(result => result.Trial).Select(result => result.Trial));
        return order;
    }

    /// <summary>How many are better before any tie-break.</summary>
    public static int Before(RungResult one, IReadOnlyList<RungResult> results)
    {
        if (!IsSound(one) || one.Violation > 0)
        {
            return results.Count(other => IsSound(other) && (!IsSound(one) || other.Violation < one.Violation));
        }

        var before = 0;
        var left = results.Where(result => IsSound(result) && result.Violation <= 0).ToList();
        while (true)
        {
            var front = left.Where(a => !left.Any(b => Dominates(b, a))).ToList();
            if (front.Contains(one))
            {
                return before;
            }

            before += front.Count;
            left = [.. left.Except(front)];
        }
    }

    private static bool IsSound(RungResult result) => !result.Costs.Any(double.IsNaN) && !double.IsNaN(result.Violation);

    private static bool Dominates(RungResult a, RungResult b) =>
        a.Costs.Zip(b.Costs).All(pair => pair.First <= pair.Second) && a.Costs.Zip(b.Costs).Any(pair => pair.First < pair.Second);

    private static IEnumerable<int> Spread(List<RungResult> front)
    {
        var dimensions = front[0].Costs.Count;
        var low = Enumerable.Range(0, dimensions).Select(d => front.Min(result => result.Costs[d])).ToArray();
        var high = Enumerable.Range(0, dimensions).Select(d => front.Max(result => result.Costs[d])).ToArray();
        double Distance(RungResult a, RungResult b) => Enumerable.Range(0, dimensions)
            .Where(d => high[d] > low[d])
            .Sum(d => Math.Pow((a.Costs[d] - low[d]) / (high[d] - low[d]) - (b.Costs[d] - low[d]) / (high[d] - low[d]), 2));

        var order = new List<RungResult>();
        for (var d = 0; d < dimensions; d++)
        {
            var best = front.Where(result => result.Costs[d] == low[d]).MinBy(result => result.Trial)!;
            if (!order.Contains(best))
            {
                order.Add(best);
            }
        }

        while (order.Count < front.Count)
        {
            order.Add(front.Except(order).OrderByDescending(result => order.Min(chosen => Distance(result, chosen))).ThenBy(result => result.Trial).First());
        }

        return order.Select(result => result.Trial);
    }
}

/// <summary>Streams of results: continuous and tied costs, some infeasible, a few that are not numbers.</summary>
internal static class RungStream
{
    public static List<RungResult> Of(Random random, int count, int dimensions, int rung = 0)
    {
        var levels = random.Next(2) == 0 ? 0 : random.Next(2, 7);
        var trials = Enumerable.Range(0, count).ToArray();
        random.Shuffle(trials);
        return [.. trials.Select(trial => new RungResult
        {
            Trial = trial,
            Rung = rung,
            Costs = [.. Enumerable.Range(0, dimensions).Select(_ => random.Next(60) == 0 ? double.NaN : levels == 0 ? random.NextDouble() : random.Next(levels))],
            Violation = random.Next(5) == 0 ? random.Next(1, 4) / 2.0 : 0,
        })];
    }
}
