using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>
/// The outcomes of an experiment's stages, each on the page of the trial that was the first to name the stage, and those of the unpruned nets on one
/// of their own: taking an outcome writes one page, however many trials there are, and the pages of trials that have ended are not kept
/// in memory. A page that was not written is no loss: the stages know the truth, and these pages only save asking them.
/// </summary>
internal sealed class OutcomePages(IGrainStorage storage, GrainId experiment)
{
    private readonly Dictionary<int, Page> _pages = [];

    /// <summary>Brings pages into memory; <see cref="TrialPages.PageOf"/> numbers them.</summary>
    public async Task Load(IEnumerable<int> pages)
    {
        foreach (var page in pages.Distinct())
        {
            await At(page).Load(storage, experiment);
        }
    }

    /// <summary>Pages in memory.</summary>
    public int Count => _pages.Count;

    /// <summary>What the loaded pages have.</summary>
    public IReadOnlyList<KeyValuePair<StageId, StageStanding>> Loaded => [.. _pages.Values.SelectMany(page => page.Outcomes)];

    /// <returns>Null when the page is not loaded, or has no such outcome.</returns>
    public StageStanding? Find(int owner, StageId stage) => _pages.GetValueOrDefault(TrialPages.PageOf(owner))?.Find(stage);

    public void Put(int owner, StageId stage, StageStanding outcome) => At(TrialPages.PageOf(owner)).Put(stage, outcome);

    public void Remove(StageId stage)
    {
        foreach (var page in _pages.Values)
        {
            page.Remove(stage);
        }
    }

    /// <summary>Writes the pages that changed, all at once: a journal flushes once for all of them.</summary>
    public Task Write() => Task.WhenAll(_pages.Values.Where(page => page.Changed).Select(page => page.Write(storage, experiment)).ToList());

    /// <summary>Keeps only the pages that somebody may want soon, and those with something to write.</summary>
    public void Forget(Func<int, bool> wanted)
    {
        foreach (var number in _pages.Where(page => !page.Value.Changed && !wanted(page.Key)).Select(page => page.Key).ToList())
        {
            _pages.Remove(number);
        }
    }

    /// <summary>Forgets every page of an experiment of so many trials.</summary>
    public static async Task Clear(IGrainStorage storage, GrainId experiment, int trials)
    {
        for (var page = -1; page <= TrialPages.PageOf(Math.Max(0, trials - 1)); page++)
        {
            await StoredPage.Clear<StoredOutcomes>(storage, experiment, Name(page));
        }
    }

    private static string Name(int number) => number < 0 ? "results-dense" : FormattableString.Invariant($"results-{number:00000}");

    private Page At(int number)
    {
        if (!_pages.TryGetValue(number, out var page))
        {
            page = new Page(Name(number));
            _pages.Add(number, page);
        }

        return page;
    }

    private sealed class Page(string name)
    {
        private readonly GrainState<StoredOutcomes> _state = new(new StoredOutcomes());
        private readonly SortedDictionary<StageId, StageStanding> _outcomes = [];
        private bool _isRead;
        private bool _etagUnknown;

        public bool Changed { get; private set; }

        public IEnumerable<KeyValuePair<StageId, StageStanding>> Outcomes => _outcomes;

        public async Task Load(IGrainStorage storage, GrainId experiment)
        {
            if (_isRead)
            {
                return;
            }

            await storage.ReadStateAsync(name, experiment, _state);
            foreach (var (stage, outcome) in (_state.State ?? new StoredOutcomes()).Outcomes)
            {
                _outcomes.TryAdd(stage, outcome);
            }

            _state.State = new StoredOutcomes();
            _isRead = true;
        }

        public StageStanding? Find(StageId stage) => _outcomes.GetValueOrDefault(stage);

        public void Put(StageId stage, StageStanding outcome)
        {
            // What the documents show of a result; its curve and head scores stay with the stage.
            _outcomes[stage] = outcome with { Result = outcome.Result is { } result ? result with { Curve = null, HeadImportance = null } : null };
            Changed = true;
        }

        public void Remove(StageId stage) => Changed |= _outcomes.Remove(stage);

        public async Task Write(IGrainStorage storage, GrainId experiment)
        {
            await Load(storage, experiment);
            if (_etagUnknown)
            {
                await storage.ReadStateAsync(name, experiment, _state);
                _etagUnknown = false;
            }

            _state.State = new StoredOutcomes { Outcomes = new Dictionary<StageId, StageStanding>(_outcomes) };
            _etagUnknown = true;
            await storage.WriteStateAsync(name, experiment, _state);
            _etagUnknown = false;
            _state.State = new StoredOutcomes();
            Changed = false;
        }
    }
}

/// <summary>One page as it is stored.</summary>
public sealed record StoredOutcomes
{
    public IReadOnlyDictionary<StageId, StageStanding> Outcomes { get; init; } = new Dictionary<StageId, StageStanding>();
}
