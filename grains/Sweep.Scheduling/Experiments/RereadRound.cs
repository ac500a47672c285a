using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>Which open stages to read again: all of them in turn, so many at a time, however many there are.</summary>
internal sealed class RereadRound
{
    private Queue<StageId> _left = [];

    /// <param name="open">The stages that are open now.</param>
    /// <param name="most">How many may be read.</param>
    public IReadOnlyList<StageId> Next(IReadOnlyCollection<StageId> open, int most)
    {
        if (_left.Count == 0)
        {
            _left = new Queue<StageId>(open);
        }

        var next = new List<StageId>();
        while (next.Count < most && _left.TryDequeue(out var stage))
        {
            if (open.Contains(stage))
            {
                next.Add(stage);
            }
        }

        return next;
    }
}
