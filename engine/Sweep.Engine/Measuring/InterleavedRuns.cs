namespace Sweep.Engine.Measuring;

/// <summary>
/// Times two pieces of work in turns, A B, B A, A B …: whatever else the machine does falls on both, and neither always follows the other.
/// </summary>
public static class InterleavedRuns
{
    /// <param name="first">Returns when its work is done, on whatever device it is done.</param>
    /// <param name="second">Likewise.</param>
    /// <param name="warmUp">Runs of each before the timed ones.</param>
    /// <param name="pairs">Timed runs of each, at least 1.</param>
    /// <param name="beforeEach">Called before every run, outside the timing.</param>
    public static PairedTimes Take(Action first, Action second, int warmUp, int pairs, TimeProvider time, Action? beforeEach = null)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs, 1);
        for (var i = 0; i < warmUp; i++)
        {
            Seconds(first);
            Seconds(second);
        }

        var (a, b) = (new double[pairs], new double[pairs]);
        for (var i = 0; i < pairs; i++)
        {
            if (i % 2 == 0)
            {
                a[i] = Seconds(first);
                b[i] = Seconds(second);
            }
            else
            {
                b[i] = Seconds(second);
                a[i] = Seconds(first);
            }
        }

        return new PairedTimes(a, b);

        double Seconds(Action run)
        {
            beforeEach?.Invoke();
            var start = time.GetTimestamp();
            run();
            return time.GetElapsedTime(start).TotalSeconds;
        }
    }
}

/// <summary>What interleaved runs took, pair by pair, in seconds.</summary>
public sealed record PairedTimes(IReadOnlyList<double> First, IReadOnlyList<double> Second)
{
    /// <summary>Second over first, pair by pair: above 1 where the first is faster.</summary>
    public IReadOnlyList<double> Ratios { get; } = [.. First.Zip(Second, (first, second) => second / first)];
}

/// <summary>Order statistics of a few numbers.</summary>
public static class Quantile
{
    /// <summary>The middle one, or the mean of the two in the middle.</summary>
    public static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = Sorted(values);
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The smallest value that at least <paramref name="part"/> of all do not exceed (nearest rank).</summary>
    /// <param name="part">In (0, 1].</param>
    public static double At(double part, IReadOnlyCollection<double> values)
    {
        var sorted = Sorted(values);
        return sorted[Math.Clamp((int)Math.Ceiling(part * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    private static double[] Sorted(IReadOnlyCollection<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfZero(values.Count);
        return [.. values.Order()];
    }
}
