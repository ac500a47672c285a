using Sweep.Planning;

namespace Sweep.Scheduling;

/// <summary>The trials of an experiment that have been opened, counted by how they stand, and which of them are to be stored again.</summary>
internal sealed class TrialBook
{
    private readonly List<ExperimentTrial> _all = [];
    private readonly HashSet<ExperimentTrial> _open = [];
    private readonly HashSet<int> _changed = [];
    private readonly int[] _counts = new int[Enum.GetValues<TrialState>().Length];

    /// <summary>By their numbers.</summary>
    public IReadOnlyList<ExperimentTrial> All => _all;

    /// <summary>Those that have not ended, unpruned nets too.</summary>
    public IReadOnlyCollection<ExperimentTrial> Open => _open;

    /// <summary>Numbers of those that differ from what was stored of them.</summary>
    public IReadOnlyCollection<int> Changed => _changed;

    /// <summary>Those that have not ended, and wait for nothing but stages.</summary>
    public int Active { get; private set; }

    /// <summary>Those that wait for a verdict, or with one for their turn.</summary>
    public int Held { get; private set; }

    /// <summary>Epochs of training if every trial ran by itself; of a stopped one, what it ran.</summary>
    public int EpochsAsked { get; private set; }

    public int Failed => _counts[(int)TrialState.Failed];

    /// <param name="ahead">Trials that are still to be opened.</param>
    public TrialCounts Counts(int ahead) => new()
    {
        Waiting = _counts[(int)TrialState.Waiting] + ahead,
        Running = _counts[(int)TrialState.Running],
        Complete = _counts[(int)TrialState.Complete],
        Stopped = _counts[(int)TrialState.Stopped],
        Failed = _counts[(int)TrialState.Failed],
    };

    public void Add(ExperimentTrial trial)
    {
        _all.Add(trial);
        _counts[(int)trial.State]++;
        EpochsAsked += trial.End?.EpochsAsked ?? 0;
    }

    public void Enter(ExperimentTrial trial, TrialPlan plan, KnownStage[] path)
    {
        trial.Open(plan, path);
        _open.Add(trial);
        if (trial.Settings is not null)
        {
            EpochsAsked += path.Sum(stage => stage.Epochs);
            Active++;
        }
    }

    /// <summary>A stopped trial is to go on: it has not ended.</summary>
    public void Reopen(ExperimentTrial trial)
    {
        EpochsAsked -= trial.End!.EpochsAsked;
        trial.Reopen();
        Show(trial, TrialState.Running);
        Change(trial);
    }

    public void Change(ExperimentTrial trial) => _changed.Add(trial.Number);

    public void Hold(ExperimentTrial trial)
    {
        trial.Held = true;
        Active--;
        Held++;
        Show(trial, TrialState.Waiting);
    }

    public void Resume(ExperimentTrial trial)
    {
        trial.Held = false;
        Active++;
        Held--;
        Show(trial, TrialState.Running);
    }

    public void Close(ExperimentTrial trial, TrialState state, TrialMetrics? metrics, TrialFailure? failure)
    {
        var asked = trial.Path!.Sum(stage => stage.Epochs);
        var left = state == TrialState.Stopped ? trial.Path!.Skip(trial.At).Sum(stage => stage.Epochs) : 0;
        Show(trial, state);
        trial.Close(state, metrics, failure, asked - left);
        _open.Remove(trial);
        if (trial.Settings is not null)
        {
            EpochsAsked -= left;
            Active--;
            Change(trial);
        }
    }

    public IReadOnlyList<StoredTrial> StoredFrom(int first, int count)
    {
        var stored = new List<StoredTrial>();
        for (var number = first; number < _all.Count && number - (long)first < count; number++)
        {
            stored.Add(_all[number].ToStored());
        }

        return stored;
    }

    public void Stored(IEnumerable<int> trials) => _changed.ExceptWith(trials);

    private void Show(ExperimentTrial trial, TrialState state)
    {
        if (trial.Settings is not null)
        {
            _counts[(int)trial.State]--;
            _counts[(int)state]++;
        }

        trial.State = state;
    }
}
