using System.Globalization;

namespace Sweep.Planning;

/// <summary>
/// Where a trial of a given length may be stopped: after r, rη, rη², … epochs (Jamieson and Talwalkar 2016, arXiv:1502.07943), and its end R.
/// Trials of different lengths have the same rungs, of the same epochs, below the end of the shorter one; where that ends is no rung of the longer.
/// </summary>
public sealed class RungLadder
{
    private readonly int[] _ends;

    private RungLadder(int[] ends) => _ends = ends;

    /// <param name="minEpochs">r: epochs before the first decision.</param>
    /// <param name="reduction">η: one in so many goes on, for so many times the epochs.</param>
    /// <param name="epochs">R: the epochs of a trial that is never stopped. With no more than r there is one rung and nothing to decide.</param>
    /// <remarks>A rung from which the whole length is less than √η times as far is left out: what is left to save is not worth a stage.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">A length is below 1, or the reduction below 2.</exception>
    public static RungLadder Of(int minEpochs, int reduction, int epochs)
    {
        Require(minEpochs >= 1, nameof(minEpochs), minEpochs, "A first rung must have at least 1 epoch");
        Require(reduction >= 2, nameof(reduction), reduction, "A reduction must be at least 2, so that somebody is left behind");
        Require(epochs >= 1, nameof(epochs), epochs, "A trial must have at least 1 epoch");

        var ends = new List<int>();
        for (long end = minEpochs; end <= epochs && (double)end * end * reduction <= (double)epochs * epochs; end *= reduction)
        {
            ends.Add((int)end);
        }

        return new RungLadder([.. ends, epochs]);
    }

    /// <summary>Epochs at the end of each rung, ascending; the last is the trial's whole length.</summary>
    public IReadOnlyList<int> Ends => _ends;

    public int Count => _ends.Length;

    /// <summary>The rung whose end is the trial's.</summary>
    public int Last => _ends.Length - 1;

    /// <summary>Epochs at which a rung starts.</summary>
    public int From(int rung) => rung == 0 ? 0 : _ends[rung - 1];

    /// <summary>Epochs at which a rung ends.</summary>
    public int To(int rung) => _ends[rung];

    /// <summary>For example <c>3, 9, 27</c>.</summary>
    public override string ToString() => string.Join(", ", _ends);

    private static void Require(bool kept, string name, int value, string rule)
    {
        if (!kept)
        {
            throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"{rule}, but has {value}."));
        }
    }
}
