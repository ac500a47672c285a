using Orleans.Runtime;
using Orleans.Storage;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>What an experiment keeps beside its record: trials, and outcomes of stages, in pages each.</summary>
internal sealed class ExperimentPages(IGrainStorage storage, GrainId experiment)
{
    private const int LeastKept = 16;

    private readonly OutcomePages _outcomes = new(storage, experiment);
    private readonly TrialPages _trials = new(storage, experiment);

    /// <summary>Pages kept before those are looked for that nobody will want soon, which costs as much as there are open trials.</summary>
    private int _most = LeastKept;

    /// <summary>How far the experiment had come. Failures that are to be retried are forgotten.</summary>
    /// <param name="record">The experiment.</param>
    /// <param name="earlier">What its searcher may learn from earlier ones.</param>
    public async Task<ExperimentProgress> Load(ExperimentRecord record, IReadOnlyList<Observation> earlier)
    {
        var retries = record.Retries.ToHashSet();
        var trials = await _trials.Read();
        var first = trials.Count > 0
            ? new Dictionary<StageId, StageStanding>()
            : await FirstOutcomePages.Read(storage, experiment, record.Spec);
        var progress = ExperimentProgress.Of(
            record.Spec, first.Count > 0 ? FirstOutcomePages.Opened(record.Spec, first) : [.. trials.Select(trial => Reopened(trial, retries))], earlier, apart: true);
        await _outcomes.Load(progress.OpenPages);
        foreach (var stage in retries)
        {
            _outcomes.Remove(stage);
        }

        foreach (var (stage, outcome) in first.Concat(_outcomes.Loaded).Where(outcome => outcome.Value.Failure is null || !retries.Contains(outcome.Key)))
        {
            if (progress.Ended(stage, outcome) is { } owner && first.ContainsKey(stage))
            {
                _outcomes.Put(owner, stage, outcome);
            }
        }

        if (first.Count > 0)
        {
            await Write(progress);
        }

        return progress;
    }

    public void Put(int owner, StageId stage, StageStanding outcome) => _outcomes.Put(owner, stage, outcome);

    /// <summary>Writes what has changed: outcomes before the ends of trials that they are part of, for nobody asks again for a stage of a trial that has ended.</summary>
    public async Task Write(ExperimentProgress progress)
    {
        await _outcomes.Write();
        await _trials.Write(progress);
        if (_outcomes.Count > _most)
        {
            _outcomes.Forget(progress.OpenPages.ToHashSet().Contains);
            _most = Math.Max(LeastKept, 2 * _outcomes.Count);
        }
    }

    /// <summary>Forgets all of it. Trials go last, from the end: those that are left tell which pages there were.</summary>
    public async Task Clear(SweepSpec spec, int trials)
    {
        await FirstOutcomePages.Clear(storage, experiment, spec);
        await OutcomePages.Clear(storage, experiment, trials);
        await TrialPages.Clear(storage, experiment, trials);
    }

    /// <summary>What documents are made from: pages read for the occasion, and of those that are kept in memory what they have by now.</summary>
    public async Task<DocumentPages> ForDocuments(IEnumerable<int> pages)
    {
        var read = new OutcomePages(storage, experiment);
        await read.Load(pages);
        return new DocumentPages(_outcomes, read);
    }

    private static StoredTrial Reopened(StoredTrial trial, HashSet<StageId> retries) =>
        trial.End?.Failure is { } failure && retries.Contains(failure.Stage) ? trial with { End = null } : trial;
}
