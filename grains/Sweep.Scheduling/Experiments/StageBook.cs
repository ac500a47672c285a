using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>
/// The stages of an experiment, each once however many trials share it, entered trial by trial. Entering or leaving costs as much as the path is
/// long; taking an outcome as much as trials wait for the stage.
/// </summary>
internal sealed class StageBook
{
    private readonly Dictionary<StageId, KnownStage> _stages = [];
    private readonly HashSet<StageId> _requested = [];
    private readonly List<KnownStage> _wanted = [];

    public int Stages { get; private set; }

    public int StagesDone { get; private set; }

    public int EpochsNeeded { get; private set; }

    public int EpochsDone { get; private set; }

    /// <summary>Epochs that this experiment caused to run.</summary>
    public int EpochsRun { get; private set; }

    /// <summary>Seconds on devices of the stages that this experiment caused to run.</summary>
    public double Seconds { get; private set; }

    /// <summary>Requested, and not known to have ended.</summary>
    public IReadOnlyCollection<StageId> Requested => _requested;

    public bool IsIdle => _requested.Count == 0 && _wanted.Count == 0;

    public KnownStage? Find(StageId stage) => _stages.GetValueOrDefault(stage);

    /// <summary>The stages of a path that a trial is to go.</summary>
    public KnownStage[] Enter(TrialPlan plan, int owner)
    {
        var path = new KnownStage[plan.Stages.Count];
        for (var i = 0; i < path.Length; i++)
        {
            var recipe = plan.Stages[i];
            if (!_stages.TryGetValue(recipe.Id, out var stage))
            {
                stage = new KnownStage(recipe.Id, owner, recipe.Epochs);
                _stages.Add(recipe.Id, stage);
                Stages++;
                EpochsNeeded += stage.Epochs;
            }

            stage.Users++;
            path[i] = stage;
        }

        var rest = 0;
        for (var i = path.Length - 1; i >= 0; i--)
        {
            rest += path[i].Epochs;
            path[i].CriticalPath = Math.Max(path[i].CriticalPath, rest);
        }

        return path;
    }

    /// <summary>A trial has this stage behind it.</summary>
    public static void Pass(KnownStage stage) => stage.Users--;

    /// <summary>A trial goes no further. What nobody else will go is needed no longer, if the trial was stopped.</summary>
    public void Leave(ReadOnlySpan<KnownStage> rest, bool stopped)
    {
        foreach (var stage in rest)
        {
            stage.Users--;
            if (stopped && stage is { Users: 0, HasEnded: false, Requested: false, Wanted: false })
            {
                _stages.Remove(stage.Id);
                Stages--;
                EpochsNeeded -= stage.Epochs;
            }
        }
    }

    /// <summary>A trial that has left waits no longer.</summary>
    /// <returns>What was requested for it alone. It is forgotten here: whatever comes of it, nobody waits for it.</returns>
    public IReadOnlyList<StageId> Abandon(IEnumerable<KnownStage> rest, ExperimentTrial trial)
    {
        var abandoned = new List<StageId>();
        foreach (var stage in rest)
        {
            stage.Waiters?.Remove(trial);
            if (stage.HasEnded || stage.Users > 0 || !_stages.Remove(stage.Id))
            {
                continue;
            }

            Stages--;
            EpochsNeeded -= stage.Epochs;
            if (_requested.Remove(stage.Id))
            {
                abandoned.Add(stage.Id);
            }
        }

        return abandoned;
    }

    public void Wait(KnownStage stage, ExperimentTrial trial)
    {
        (stage.Waiters ??= []).Add(trial);
        if (!stage.Requested && !stage.Wanted)
        {
            stage.Wanted = true;
            _wanted.Add(stage);
        }
    }

    /// <summary>What trials want and nobody has requested. It counts as requested from here on.</summary>
    public IReadOnlyList<StageId> TakeWanted()
    {
        var wanted = new List<StageId>();
        foreach (var stage in _wanted)
        {
            if (!stage.HasEnded && stage.Users > 0)
            {
                stage.Requested = true;
                _requested.Add(stage.Id);
                wanted.Add(stage.Id);
            }

            stage.Wanted = false;
        }

        _wanted.Clear();
        return wanted;
    }

    /// <returns>The stage; null when its outcome was known, or no trial has named it.</returns>
    public KnownStage? End(StageId id, StageStanding outcome)
    {
        if (!_stages.TryGetValue(id, out var stage) || stage.HasEnded)
        {
            return null;
        }

        _requested.Remove(id);
        stage.Requested = false;
        stage.Paid = outcome.PaidHere;
        if (outcome.Result is { } result)
        {
            stage.Metrics = ResultBuilder.MetricsOf(result);
            stage.Benchmark = result.Benchmark;
            stage.Seconds = outcome.PaidHere ? result.Provenance.Seconds : 0;
            stage.Done = true;
            CountDone(stage);
        }
        else
        {
            stage.Failure = outcome.Failure;
        }

        return stage;
    }

    /// <summary>The account of a trial that has ended, as stages.</summary>
    public void Restore(StoredTrial trial, StoredTrialEnd end)
    {
        // What is measured belongs to the last rungs: those before them may be another trial's.
        var measured = new Stack<TrialMetrics?>(trial.Rungs?.Select(rung => (TrialMetrics?)rung.Metrics) ?? [end.Metrics]);
        foreach (var account in end.Stages.Reverse())
        {
            var stage = new KnownStage(account.Stage, trial.Number, account.Epochs ?? 0)
            {
                Done = account.Done == true,
                Failure = end.Failure?.Stage == account.Stage ? end.Failure.Failure : null,
                Paid = account.Paid == true,
                Seconds = account.Seconds ?? 0,
                Metrics = account.Stage.Kind == StageKind.Evaluate && account.Done == true && measured.TryPop(out var metrics) ? metrics : null,
            };
            Stages++;
            EpochsNeeded += stage.Epochs;
            if (stage.Done)
            {
                CountDone(stage);
            }

            if (stage.Done ? account.Stage.Kind != StageKind.Benchmark && (account.Stage.Kind != StageKind.Evaluate || stage.Metrics is not null) : stage.Failure is not null)
            {
                _stages.TryAdd(stage.Id, stage);
            }
        }
    }

    private void CountDone(KnownStage stage)
    {
        StagesDone++;
        EpochsDone += stage.Epochs;
        EpochsRun += stage.Paid ? stage.Epochs : 0;
        Seconds += stage.Seconds;
    }
}
