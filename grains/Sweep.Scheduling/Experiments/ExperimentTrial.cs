using Sweep.Planning;

namespace Sweep.Scheduling;

/// <summary>A trial that has been opened, or an unpruned net. Only an unfinished one has its path; an ended one is small.</summary>
internal sealed class ExperimentTrial(int number, TrialSettings? settings, string? reason)
{
    private List<RungOutcome>? _rungs;

    /// <summary>From 0; unpruned nets from −1 downwards.</summary>
    public int Number { get; } = number;

    /// <summary>Null for an unpruned net.</summary>
    public TrialSettings? Settings { get; } = settings;

    /// <summary>Why it was proposed.</summary>
    public string? Reason { get; } = reason;

    public TrialState State { get; set; }

    /// <summary>Null once it has ended.</summary>
    public TrialPlan? Plan { get; private set; }

    /// <summary>Null once it has ended.</summary>
    public KnownStage[]? Path { get; private set; }

    /// <summary>Places in the path where rungs end, without early stopping the last only.</summary>
    public IReadOnlyList<(int Place, int Epochs)> RungEnds { get; private set; } = [];

    /// <summary>Place of the next stage in the path.</summary>
    public int At { get; set; }

    /// <summary>Whether it waits for a verdict.</summary>
    public bool Held { get; set; }

    public IReadOnlyList<RungOutcome> Rungs => _rungs ?? [];

    /// <summary>Null while it has not ended.</summary>
    public StoredTrialEnd? End { get; private set; }

    public bool HasEnded => End is not null;

    public static ExperimentTrial Restored(StoredTrial stored) => new(stored.Number, stored.Settings, stored.Reason)
    {
        _rungs = stored.Rungs?.ToList(),
        End = stored.End,
        State = stored.End?.State ?? TrialState.Running,
    };

    public void Open(TrialPlan plan, KnownStage[] path) => (Plan, Path, RungEnds, At) = (plan, path, plan.Rungs, 0);

    public void Reach(RungOutcome rung) => (_rungs ??= []).Add(rung);

    public void Decide(StoppingDecision decision) => _rungs![decision.Rung] = _rungs[decision.Rung] with
    {
        Verdict = decision.Verdict,
        Reason = decision.Reason,
        Rank = decision.Rank,
        Of = decision.Of,
    };

    /// <summary>A person lets a stopped trial go on: what the rule has said of it until now is overruled.</summary>
    public void Reopen()
    {
        End = null;
        if (_rungs is [.., { Verdict: TrialVerdict.Stop or TrialVerdict.Wait }])
        {
            _rungs[^1] = _rungs[^1] with { Verdict = TrialVerdict.Continue, Reason = "A person lets it go on." };
        }
    }

    /// <summary>Nothing comes after this.</summary>
    public void Close(TrialState state, TrialMetrics? metrics, TrialFailure? failure, int epochsAsked)
    {
        State = state;
        End = new StoredTrialEnd
        {
            State = state,
            Metrics = metrics,
            Failure = failure,
            EpochsAsked = epochsAsked,
            Stages =
            [
                .. Path!.Where((stage, place) => stage.Owner == Number && (state != TrialState.Stopped || place < At)).Select(stage => new TrialStage
                {
                    Stage = stage.Id,
                    Epochs = stage.Epochs == 0 ? null : stage.Epochs,
                    Done = stage.Done ? true : null,
                    Paid = stage.Paid ? true : null,
                    Seconds = stage.Seconds == 0 ? null : stage.Seconds,
                }),
            ],
        };
        (Plan, Path, RungEnds, Held) = (null, null, [], false);
        _rungs?.TrimExcess();
    }

    public StoredTrial ToStored() => new() { Number = Number, Settings = Settings!, Reason = Reason, Rungs = _rungs?.ToArray(), End = End };
}
