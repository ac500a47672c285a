using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Sweep.Scheduling;

/// <summary>
/// The trials of an experiment in pages, each stored by itself and written only when a trial of it has changed. A trial is on its page before
/// the first of its stages is requested: what was proposed once is what goes on after a restart.
/// </summary>
/// <remarks>Their number depends on the experiment, so they are no <c>[PersistentState]</c>, but the same storage.</remarks>
internal sealed class TrialPages(IGrainStorage storage, GrainId experiment)
{
    public const int PageSize = 64;

    private const int ReadAtOnce = 16;

    private readonly Dictionary<int, GrainState<StoredTrials>> _states = [];
    private readonly HashSet<int> _etagUnknown = [];

    public static int PageOf(int trial) => trial < 0 ? -1 : trial / PageSize;

    /// <summary>Every trial stored, in the order of their numbers.</summary>
    public async Task<IReadOnlyList<StoredTrial>> Read()
    {
        var trials = new List<StoredTrial>();
        for (var first = 0; ; first += ReadAtOnce)
        {
            var pages = Enumerable.Range(first, ReadAtOnce).ToList();
            await Task.WhenAll(pages.Select(Read));
            foreach (var page in pages)
            {
                var stored = (_states[page].State ?? new StoredTrials()).Trials;
                _states[page].State = new StoredTrials();
                trials.AddRange(stored);
                if (stored.Count < PageSize)
                {
                    return trials;
                }
            }
        }
    }

    /// <summary>Writes the pages on which something has changed, all at once: a journal flushes once for all of them.</summary>
    public Task Write(ExperimentProgress progress) =>
        Task.WhenAll(progress.ChangedTrials.Select(PageOf).Distinct().ToList().Select(page => Write(page, progress)));

    /// <summary>Forgets every page of so many trials, the last first.</summary>
    public static async Task Clear(IGrainStorage storage, GrainId experiment, int trials)
    {
        for (var page = PageOf(Math.Max(0, trials - 1)); page >= 0; page--)
        {
            await StoredPage.Clear<StoredTrials>(storage, experiment, Name(page));
        }
    }

    private async Task Write(int page, ExperimentProgress progress)
    {
        if (!_states.TryGetValue(page, out var state) || _etagUnknown.Contains(page))
        {
            await Read(page);
            state = _states[page];
        }

        var written = progress.StoredFrom(page * PageSize, PageSize);
        state.State = new StoredTrials { Trials = written };
        _etagUnknown.Add(page);
        await storage.WriteStateAsync(Name(page), experiment, state);
        _etagUnknown.Remove(page);
        state.State = new StoredTrials();
        progress.Stored(written);
    }

    private async Task Read(int page)
    {
        var state = new GrainState<StoredTrials>(new StoredTrials());
        await storage.ReadStateAsync(Name(page), experiment, state);
        _states[page] = state;
        _etagUnknown.Remove(page);
    }

    private static string Name(int page) => FormattableString.Invariant($"trials-{page:00000}");
}
