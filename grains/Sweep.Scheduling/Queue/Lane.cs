using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>What decides whether a worker may start a stage: all stages of a lane, or none.</summary>
/// <param name="Class">The memory it needs; the empty one where nobody has said.</param>
/// <param name="DeviceModel">Stages that must be alone only.</param>
/// <param name="Excluded">Names of the slots it must not go to, joined by line breaks, which no name has.</param>
internal readonly record struct LaneKey(MemoryClass Class, string? DeviceModel, string Excluded)
{
    public static LaneKey Of(StageOffer offer) => new(
        offer.MemoryClass ?? default,
        offer.Alone ? offer.DeviceModel : null,
        offer.Excluded.Count == 0 ? "" : string.Join('\n', offer.Excluded.Order(StringComparer.Ordinal)));

    public bool Excludes(WorkerSlot slot) => Excluded.Length > 0 && Array.IndexOf(Excluded.Split('\n'), slot.Name) >= 0;
}

/// <summary>
/// The stages of an experiment that a worker may start all or none of, in an order that answers <see cref="Best"/> without looking at each:
/// by the length of their paths, then by parent, then by age. Adding, removing and choosing cost a logarithm of their number.
/// </summary>
internal sealed class Lane
{
    private readonly SortedList<int, Shelf> _shelves = [];

    public bool IsEmpty => _shelves.Count == 0;

    public void Add(QueuedStage queued)
    {
        if (!_shelves.TryGetValue(queued.Offer.CriticalPath, out var shelf))
        {
            _shelves.Add(queued.Offer.CriticalPath, shelf = new Shelf());
        }

        shelf.Add(queued);
    }

    public void Remove(QueuedStage queued)
    {
        var shelf = _shelves[queued.Offer.CriticalPath];
        shelf.Remove(queued);
        if (shelf.IsEmpty)
        {
            _shelves.Remove(queued.Offer.CriticalPath);
        }
    }

    /// <summary>The one that goes first under <see cref="StagePreference"/>. The lane must not be empty.</summary>
    public QueuedStage Best(StagePreference preference) =>
        Child(preference) ?? _shelves.Values[preference.Plenty ? 0 : _shelves.Count - 1].Best(preference);

    private QueuedStage? Child(StagePreference preference)
    {
        if (preference.LastEnded is not { } parent)
        {
            return null;
        }

        for (var i = 0; i < _shelves.Count; i++)
        {
            if (_shelves.Values[preference.Plenty ? i : _shelves.Count - 1 - i].FirstOf(parent) is { } child)
            {
                return child;
            }
        }

        return null;
    }

    /// <summary>Stages with paths of one length. What a worker holds concerns all children of a parent alike.</summary>
    private sealed class Shelf
    {
        private readonly Dictionary<StageId, Siblings> _byParent = [];
        private readonly SortedSet<Siblings> _byAge = new(Comparer<Siblings>.Create((a, b) => QueuedStage.ByAge.Compare(a.First, b.First)));

        public bool IsEmpty => _byParent.Count == 0;

        public void Add(QueuedStage queued)
        {
            var parent = queued.Offer.Parent ?? default;
            if (!_byParent.TryGetValue(parent, out var siblings))
            {
                _byParent.Add(parent, siblings = new Siblings(queued));
                _byAge.Add(siblings);
            }
            else if (QueuedStage.ByAge.Compare(queued, siblings.First) > 0)
            {
                siblings.Others.Add(queued);
            }
            else
            {
                _byAge.Remove(siblings);
                siblings.Others.Add(siblings.First);
                siblings.First = queued;
                _byAge.Add(siblings);
            }
        }

        public void Remove(QueuedStage queued)
        {
            var siblings = _byParent[queued.Offer.Parent ?? default];
            if (siblings.First.Offer.Stage != queued.Offer.Stage)
            {
                siblings.Others.Remove(queued);
                return;
            }

            _byAge.Remove(siblings);
            if (siblings.Next is { } next)
            {
                siblings.Others.Remove(next);
                siblings.First = next;
                _byAge.Add(siblings);
            }
            else
            {
                _byParent.Remove(queued.Offer.Parent ?? default);
            }
        }

        public QueuedStage? FirstOf(StageId parent) => _byParent.GetValueOrDefault(parent)?.First;

        public QueuedStage Best(StagePreference preference)
        {
            QueuedStage? best = null;
            foreach (var held in preference.Holds)
            {
                if (_byParent.TryGetValue(held, out var siblings) && (best is null || preference.Compare(siblings.First, best) < 0))
                {
                    best = siblings.First;
                }
            }

            // No more are passed over than other free workers hold.
            return best ?? _byAge.FirstOrDefault(siblings => !preference.IsHeldByOthers(siblings.First))?.First ?? _byAge.Min!.First;
        }
    }

    private sealed class Siblings(QueuedStage first)
    {
        private SortedSet<QueuedStage>? _others;

        public QueuedStage First { get; set; } = first;

        /// <summary>Most have none.</summary>
        public SortedSet<QueuedStage> Others => _others ??= new SortedSet<QueuedStage>(QueuedStage.ByAge);

        public QueuedStage? Next => _others?.Min;
    }
}
