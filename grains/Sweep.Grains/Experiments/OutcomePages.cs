using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>
/// The outcomes of an experiment's stages, in pages of <see cref="PageSize"/> in the order of the plan, each stored by itself: taking an
/// outcome writes one page, however many trials there are. A page that was not written is no loss: the stages know the truth, and
/// these pages only save asking every one of them when the experiment wakes.
/// </summary>
/// <remarks>Their number depends on the experiment, so they are no <c>[PersistentState]</c>, but the same storage.</remarks>
internal sealed class OutcomePages(IGrainStorage storage, GrainId experiment)
{
    private const int PageSize = 64;

    private readonly List<Page> _pages = [];
    private readonly Dictionary<StageId, int> _pageOf = [];

    /// <summary>Everything stored for these stages.</summary>
    public async Task<IReadOnlyList<KeyValuePair<StageId, StageStanding>>> Read(IReadOnlyList<StageId> stages)
    {
        _pages.Clear();
        _pageOf.Clear();
        for (var i = 0; i < stages.Count; i++)
        {
            _pageOf[stages[i]] = i / PageSize;
        }

        for (var number = 0; number * PageSize < stages.Count; number++)
        {
            var page = new Page(FormattableString.Invariant($"outcomes-{number:0000}"));
            await page.Read(storage, experiment);
            _pages.Add(page);
        }

        return [.. _pages.SelectMany(page => page.Outcomes)];
    }

    public void Put(StageId stage, StageStanding outcome) => _pages[_pageOf[stage]].Put(stage, outcome);

    public void Remove(StageId stage) => _pages[_pageOf[stage]].Remove(stage);

    /// <summary>Writes the pages that changed.</summary>
    public async Task Write()
    {
        foreach (var page in _pages)
        {
            await page.Write(storage, experiment);
        }
    }

    private sealed class Page(string name)
    {
        private readonly GrainState<StoredOutcomes> _state = new(new StoredOutcomes());
        private SortedDictionary<StageId, StageStanding> _outcomes = [];
        private bool _changed;
        private bool _etagUnknown;

        public IEnumerable<KeyValuePair<StageId, StageStanding>> Outcomes => _outcomes;

        public async Task Read(IGrainStorage storage, GrainId experiment)
        {
            await storage.ReadStateAsync(name, experiment, _state);
            _outcomes = new SortedDictionary<StageId, StageStanding>((_state.State ?? new StoredOutcomes()).Outcomes.ToDictionary());
        }

        public void Put(StageId stage, StageStanding outcome)
        {
            // What the documents show of a result; its curve and head scores stay with the stage.
            _outcomes[stage] = outcome with { Result = outcome.Result is { } result ? result with { Curve = null, HeadImportance = null } : null };
            _changed = true;
        }

        public void Remove(StageId stage) => _changed |= _outcomes.Remove(stage);

        public async Task Write(IGrainStorage storage, GrainId experiment)
        {
            if (!_changed)
            {
                return;
            }

            if (_etagUnknown)
            {
                await storage.ReadStateAsync(name, experiment, _state);
                _etagUnknown = false;
            }

            _state.State = new StoredOutcomes { Outcomes = new Dictionary<StageId, StageStanding>(_outcomes) };
            _etagUnknown = true;
            await storage.WriteStateAsync(name, experiment, _state);
            _etagUnknown = false;
            _changed = false;
        }
    }
}

/// <summary>One page as it is stored.</summary>
public sealed record StoredOutcomes
{
    public IReadOnlyDictionary<StageId, StageStanding> Outcomes { get; init; } = new Dictionary<StageId, StageStanding>();
}
