using Microsoft.Extensions.Logging;
using Sweep.Grains;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;
using Sweep.Silo.Engines;
using Sweep.Silo.Files;
using Sweep.Silo.Metrics;

namespace Sweep.Silo.Workers;

/// <summary>
/// One attempt at a stage on this worker: brings the inputs, lets the runner compute, commits checkpoints and the artifact, and
/// always knows what to report. A report names only what is in the store.
/// </summary>
internal sealed class Attempt : IStageListener, IDisposable
{
    private readonly StageAssignment _assignment;
    private readonly WorkerPlace _place;
    private readonly Bell _news;
    private readonly ILogger _log;
    private readonly string _folder;
    private readonly CancellationTokenSource _dropped = new();
    private readonly CheckpointCommits _commits;
    private readonly Drain _drain;
    private readonly EpochPace _pace;
    private readonly Lock _gate = new();
    private AttemptReport _report;

    /// <summary>Null until the engine has said where it starts.</summary>
    private double? _epochsCounted;

    private Attempt(StageAssignment assignment, WorkerPlace place, string worker, Bell news, TimeProvider time, ILogger log, Drain drain)
    {
        _drain = drain;
        _pace = new EpochPace(time);
        _assignment = assignment;
        _place = place;
        _news = news;
        _log = log;
        _folder = Path.Combine(place.Scratch, $"attempt-{Guid.NewGuid():N}");
        _report = new AttemptReport
        {
            Stage = assignment.Recipe.Id,
            Attempt = assignment.Attempt,
            Worker = worker,
            Phase = AttemptPhase.Running,
            Epochs = assignment.Recipe.Epochs,
            Checkpoint = assignment.Checkpoint,
        };
        _commits = new CheckpointCommits(place.Store, place.Meter, assignment.Recipe.Id, OnCommitted, log);
    }

    /// <summary>The whole truth so far.</summary>
    public AttemptReport Report
    {
        get
        {
            lock (_gate)
            {
                return _report;
            }
        }
    }

    /// <summary>Completes when nothing of the attempt runs any more. Never faults.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    public static Attempt Start(StageAssignment assignment, WorkerPlace place, string worker, Bell news, TimeProvider time, ILogger log, Drain drain)
    {
        var attempt = new Attempt(assignment, place, worker, news, time, log, drain);
        attempt.Ended = Task.Run(() => attempt.Run(drain.Begun), CancellationToken.None);
        return attempt;
    }

    public bool IsFor(StageAssignment assignment) =>
        assignment.Attempt == _assignment.Attempt && assignment.Recipe.Id == _assignment.Recipe.Id;

    /// <summary>Stops the engine at once; what it was doing is nobody's any more.</summary>
    public Task Drop()
    {
        _dropped.Cancel();
        return Ended;
    }

    public void OnProgress(double epochsDone, double? loss, TrainingWork? work = null)
    {
        if (work is not null)
        {
            _place.Meter.Trained(_place.Device, work);
        }

        if (_epochsCounted is { } counted && epochsDone > counted)
        {
            _place.Meter.EpochsRun(_assignment.Recipe.Kind, epochsDone - counted);
        }

        _epochsCounted = epochsDone;
        _pace.Add(epochsDone);
        var peak = _place.Memory?.Sample();
        Update(report => report with { EpochsDone = epochsDone, Loss = loss ?? report.Loss, PeakMemory = peak ?? report.PeakMemory }, isNews: false);
        GiveUpIfTooLong();
    }

    public void OnCheckpoint(string folder, int epochs)
    {
        Measure();
        _commits.Add(folder);
    }

    public void OnEpochs(IReadOnlyList<EpochRecord> curve, IReadOnlyList<EpochTime>? times) =>
        Update(report => report with { Curve = curve, Times = times }, isNews: false);

    /// <summary>The cluster has a report: the epochs in it are not said again at every call, for they are most of one.</summary>
    public void Heard(AttemptReport told) =>
        Update(report => ReferenceEquals(report.Curve, told.Curve) ? report with { Curve = null, Times = null } : report, isNews: false);

    public void Dispose() => _dropped.Dispose();

    private void OnCommitted(ArtifactId checkpoint) => Update(report => report with { Checkpoint = checkpoint }, isNews: true);

    /// <summary>
    /// While draining: an epoch that will not end in time is given up at once, so that another worker can repeat it the sooner. Told anew by
    /// each progress, because a machine that is about to go may slow down.
    /// </summary>
    private void GiveUpIfTooLong()
    {
        if (_drain.Left is { } left && _pace.ToCheckpoint() is { } needed && needed > left && !_dropped.IsCancellationRequested)
        {
            _log.LogWarning(
                "{Stage}: its epoch needs {Needed} more and has {Left}, so it is given up now and repeated from the last checkpoint", _assignment.Recipe.Id, needed, left);
            _dropped.Cancel();
        }
    }

    private async Task Run(CancellationToken draining)
    {
        await using var onDraining = draining.UnsafeRegister(static attempt => ((Attempt)attempt!).GiveUpIfTooLong(), this);
        var holds = new List<ArtifactHold>();
        IDisposable? turn = null;
        var begun = _place.Meter.AttemptBegan(_assignment.Recipe.Kind);
        using var span = SweepTraces.Begin("attempt", _assignment, _place);
        AttemptReport last;
        try
        {
            turn = await Turn(draining);
            last = turn is null ? Report with { Phase = AttemptPhase.HandedBack } : await Compute(holds, draining);
        }
        catch (OperationCanceledException) when (_dropped.IsCancellationRequested)
        {
            last = Report with { Phase = AttemptPhase.HandedBack };
        }
        catch (Exception e)
        {
            // Whatever it is, it must not end the worker: the stage grain decides by the failure's kind.
            _log.LogError(e, "{Stage}: attempt {Attempt} failed", _assignment.Recipe.Id, _assignment.Attempt);
            last = Failure(StorageFault.ToFailure(e, $"run {_assignment.Recipe.Id}"));
        }

        foreach (var hold in holds)
        {
            hold.Dispose();
        }

        await _commits.Settled();
        CleanUp();
        turn?.Dispose();
        _place.Meter.AttemptEnded(_assignment.Recipe.Kind, last, _place.Device, begun);
        SweepTraces.End(span, last);

        // The last checkpoint may have been committed after the outcome was known.
        Update(report => last with { Checkpoint = report.Checkpoint }, isNews: true);
    }

    /// <summary>Reports go on while it waits, so the lease lives.</summary>
    /// <returns>Null when it is asked to drain first.</returns>
    private async Task<IDisposable?> Turn(CancellationToken draining)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_dropped.Token, draining);
        try
        {
            return await _place.Gate.Enter(alone: _assignment.Recipe.Kind == StageKind.Benchmark, over.Token);
        }
        catch (OperationCanceledException) when (!_dropped.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<AttemptReport> Compute(List<ArtifactHold> holds, CancellationToken draining)
    {
        var recipe = _assignment.Recipe;
        var checkpoints = Path.Combine(_folder, "checkpoints");
        var output = Path.Combine(_folder, "output");
        Directory.CreateDirectory(_folder);
        foreach (var input in recipe.Inputs)
        {
            using var span = SweepTraces.Begin("artifact fetch", input, _assignment.Inputs[input]);
            holds.Add(await _place.Cache.Hold(input, _assignment.Inputs[input], _dropped.Token));
        }

        await BringCheckpoint(checkpoints);
        if (draining.IsCancellationRequested)
        {
            return Report with { Phase = AttemptPhase.HandedBack };
        }

        var run = new StageRun
        {
            Recipe = recipe,
            Inputs = recipe.Inputs.Zip(holds).ToDictionary(input => input.First, input => input.Second.Folder),
            Output = output,
            Checkpoints = checkpoints,
        };
        if (_place.Memory is { } memory)
        {
            await memory.Begin(_assignment.MemoryClass);
        }

        switch (await _place.Runner.Run(run, this, _dropped.Token, draining))
        {
            case StageOutcome.Completed completed:
                Measure();
                Directory.CreateDirectory(output);
                using (SweepTraces.Begin("artifact commit", recipe.Id))
                {
                    return await Commit(output, completed.Result);
                }

            case StageOutcome.Failed failed:
                return Failure(failed.Failure);
            default:
                return Report with { Phase = AttemptPhase.HandedBack };
        }
    }

    private async Task<AttemptReport> Commit(string output, StageResult result)
    {
        var recipe = _assignment.Recipe;
        var artifact = await _place.Meter.Commit(CommitContent.Artifact, output, () => _place.Store.Put(output, under: null, _dropped.Token));
        _place.Cache.Adopt(recipe.Id, artifact, output);
        return Report with { Phase = AttemptPhase.Succeeded, Artifact = artifact, Result = result, EpochsDone = recipe.Epochs, Curve = null, Times = null };
    }

    /// <summary>A damaged checkpoint costs its epochs, not the stage: training starts again from the beginning, with the same result.</summary>
    private async Task BringCheckpoint(string folder)
    {
        if (_assignment.Checkpoint is not { } checkpoint)
        {
            return;
        }

        try
        {
            await _place.Store.Materialize(checkpoint, folder, _dropped.Token);
        }
        catch (DamagedArtifactException e)
        {
            _log.LogWarning("{Stage}: the last checkpoint is damaged, so training starts again from the beginning. {Fault}", _assignment.Recipe.Id, e.Message);
        }
    }

    /// <summary>At an epoch's end and at the stage's: it has shown what it needs.</summary>
    private void Measure()
    {
        if (_place.Memory is { } memory)
        {
            memory.Measured();
            Update(report => report with { PeakMemory = memory.Sample() ?? report.PeakMemory }, isNews: false);
        }
    }

    private AttemptReport Failure(StageFailure failure) => Report with { Phase = AttemptPhase.Failed, Failure = failure };

    private void Update(Func<AttemptReport, AttemptReport> change, bool isNews)
    {
        lock (_gate)
        {
            _report = change(_report);
        }

        if (isNews)
        {
            _news.Ring();
        }
    }

    private void CleanUp()
    {
        try
        {
            if (Directory.Exists(_folder))
            {
                Directory.Delete(_folder, recursive: true);
            }
        }
        catch (Exception e) when (StorageFault.IsStorage(e))
        {
            _log.LogWarning("{Fault}", StorageFault.Describe(e, "remove scratch folder", _folder)); // the next start of the silo removes it
        }
    }
}
