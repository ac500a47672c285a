namespace Sweep.Planning;

/// <summary>
/// Ends an experiment when its front stands still: when the last N completed trials together brought less than g of hypervolume. Never before there
/// is any.
/// </summary>
public sealed class HypervolumePlateau
{
    private readonly int _trials;
    private readonly double _gain;
    private readonly Queue<double> _past = new();
    private readonly List<double[]> _front = [];

    /// <param name="trials">N, at least 1.</param>
    /// <param name="gain">g, in [0, 1], as a fraction of the reference box; 0 for never.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range.</exception>
    public HypervolumePlateau(int trials, double gain)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        if (!(gain is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(gain), gain, FormattableString.Invariant($"A gain must lie in [0, 1], but is {gain}."));
        }

        (_trials, _gain) = (trials, gain);
    }

    /// <summary>Of the trials so far, in [0, 1].</summary>
    public double Current { get; private set; }

    /// <summary>Why the experiment may end, in one sentence for people; null while it should go on.</summary>
    public string? Reason { get; private set; }

    /// <summary>Takes in a completed trial; in the order of their completion. Costs a comparison a member of the front, and more only when the front changes.</summary>
    /// <param name="gains">[D], as <see cref="ObjectiveValues.Gains"/> has them, D as <see cref="Hypervolume.Of"/> can.</param>
    /// <returns><see cref="Reason"/>.</returns>
    public string? Complete(IReadOnlyList<double> gains)
    {
        ArgumentNullException.ThrowIfNull(gains);
        _past.Enqueue(Current);
        if (_past.Count > _trials)
        {
            _past.Dequeue();
        }

        double[] costs = [.. gains.Select(gain => -gain)];
        if (!costs.Any(double.IsNaN) && !_front.Any(member => member.AsSpan().SequenceEqual(costs) || Dominance.Dominates(member, costs)))
        {
            _front.RemoveAll(member => Dominance.Dominates(costs, member));
            _front.Add(costs);
            Current = Hypervolume.Of([.. _front.Select(member => (IReadOnlyList<double>)[.. member.Select(cost => -cost)])]);
        }

        var brought = Current - _past.Peek();
        Reason = Current > 0 && _past.Count == _trials && brought < _gain
            ? FormattableString.Invariant($"the last {_trials:N0} completed trials brought {brought:G3} of a hypervolume of {Current:G4}, less than {_gain}")
            : null;
        return Reason;
    }
}
