using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>
/// The outcomes of an experiment as the first versions stored them: a grid, all known from the start, in pages of 64 stages in the order of the
/// whole plan, and no trials beside them. Read once, and then stored as <see cref="OutcomePages"/>.
/// </summary>
internal static class FirstOutcomePages
{
    private const int PageSize = 64;

    /// <returns>Empty for an experiment of the present form.</returns>
    public static async Task<IReadOnlyDictionary<StageId, StageStanding>> Read(IGrainStorage storage, GrainId experiment, SweepSpec spec)
    {
        var outcomes = new Dictionary<StageId, StageStanding>(await ReadPage(storage, experiment, 0));
        if (outcomes.Count == 0)
        {
            // The first page has the unpruned net, without which nothing has an outcome.
            return outcomes;
        }

        var stages = ExperimentPlanner.Plan(spec).Stages;
        for (var page = 1; page * PageSize < stages; page++)
        {
            foreach (var (stage, outcome) in await ReadPage(storage, experiment, page))
            {
                outcomes.TryAdd(stage, outcome);
            }
        }

        return outcomes;
    }

    /// <summary>Forgets them, the first page last: without it there are none.</summary>
    public static async Task Clear(IGrainStorage storage, GrainId experiment, SweepSpec spec)
    {
        if ((await ReadPage(storage, experiment, 0)).Count == 0)
        {
            return;
        }

        for (var page = (ExperimentPlanner.Plan(spec).Stages - 1) / PageSize; page >= 0; page--)
        {
            await StoredPage.Clear<StoredOutcomes>(storage, experiment, Name(page));
        }
    }

    /// <summary>The trials that must have been opened: up to the last of which a stage of its own has ended.</summary>
    public static IReadOnlyList<StoredTrial> Opened(SweepSpec spec, IReadOnlyDictionary<StageId, StageStanding> outcomes)
    {
        var planner = new TrialPlanner(spec);
        var shared = planner.Dense.SelectMany(net => net.Stages).Select(stage => stage.Id).ToHashSet();
        var settings = GridSearcher.Propose(spec);
        var opened = settings.Count;
        while (opened > 0 && !planner.Plan(opened - 1, settings[opened - 1]).Stages.Any(stage => !shared.Contains(stage.Id) && outcomes.ContainsKey(stage.Id)))
        {
            opened--;
        }

        return [.. settings.Take(opened).Select((point, number) => new StoredTrial { Number = number, Settings = point })];
    }

    private static async Task<IReadOnlyDictionary<StageId, StageStanding>> ReadPage(IGrainStorage storage, GrainId experiment, int page)
    {
        var state = new GrainState<StoredOutcomes>(new StoredOutcomes());
        await storage.ReadStateAsync(Name(page), experiment, state);
        return (state.State ?? new StoredOutcomes()).Outcomes;
    }

    private static string Name(int page) => FormattableString.Invariant($"outcomes-{page:0000}");
}
