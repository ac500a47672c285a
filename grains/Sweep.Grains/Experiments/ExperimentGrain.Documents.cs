using Sweep.Planning;

namespace Sweep.Grains;

/// <summary>What people ask of trials.</summary>
public sealed partial class ExperimentGrain
{
    public Task<TrialPage> ListTrials(int offset, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return FindTrials(new TrialQuery { Offset = offset, Limit = limit });
    }

    public async Task<TrialPage> FindTrials(TrialQuery query)
    {
        MessageRules.Check(query);
        var (record, progress) = Submitted();
        var found = progress.Find(query with { Limit = Math.Min(query.Limit, MessageRules.LargestPage) }, record.State);
        var stored = await _pages!.ForDocuments(found.Pages);
        return new TrialPage { Trials = found.Results(stored.Find), Offset = query.Offset, Total = found.Total };
    }

    public async Task<TrialDetail> GetTrial(string trial)
    {
        var (record, progress) = Submitted();
        var found = TrialPlanner.NumberOf(trial) is { } number ? progress.Find(new TrialQuery { Offset = number, Limit = 1 }, record.State) : null;
        if (found is null)
        {
            throw TrialNotFoundException.Named(Name, trial);
        }

        var stored = await _pages!.ForDocuments(found.Pages);
        return found.Results(stored.Find) is [var result]
            ? new TrialDetail { Trial = result, Attempts = found.Attempts(stored.Find) }
            : throw TrialNotFoundException.Named(Name, trial);
    }

    public async Task<ExperimentResult> GetResult()
    {
        var (record, progress) = Submitted();
        var stored = await _pages!.ForDocuments(progress.PagesFor(0, int.MaxValue));
        return progress.Result(record.State, stored.Find, record.Reason, record.SubmittedAt, record.EndedAt);
    }
}
