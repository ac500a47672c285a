namespace Sweep.Planning;

/// <summary>Pairs of which none is nowhere worse than another, for questions in O(log n). Less is better.</summary>
internal sealed class Staircase
{
    // The first coordinates ascend and the second descend, both strictly.
    private readonly List<double> _first = [];
    private readonly List<double> _second = [];

    /// <returns>Whether some pair is nowhere worse than this one.</returns>
    public bool Covers(double first, double second)
    {
        var place = Place(first);
        return place > 0 && _second[place - 1] <= second;
    }

    /// <summary>Adds a pair that is not covered, and removes those that it covers.</summary>
    public void Add(double first, double second)
    {
        var place = Place(first);
        var from = place > 0 && _first[place - 1] == first ? place - 1 : place;
        var to = place;
        while (to < _second.Count && _second[to] >= second)
        {
            to++;
        }

        _first.RemoveRange(from, to - from);
        _second.RemoveRange(from, to - from);
        _first.Insert(from, first);
        _second.Insert(from, second);
    }

    /// <returns>How many pairs have a first coordinate of at most this.</returns>
    private int Place(double first)
    {
        var (low, high) = (0, _first.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_first[middle] <= first)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
