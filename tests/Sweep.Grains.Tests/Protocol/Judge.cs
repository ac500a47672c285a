using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Scheduling;
using Sweep.Testing;

namespace Sweep.Grains.Tests.Protocol;

/// <summary>Watches a run, and says what it breaks.</summary>
internal sealed class Judge(World world)
{
    private readonly Dictionary<ArtifactId, (StageId Stage, int Attempt, string Worker, int Epochs)> _made = [];
    private readonly Dictionary<StageId, int> _successes = [];
    private string? _violation;

    public bool HasEnded => Experiment.EndedAt is not null;

    private ExperimentRecord Experiment => (ExperimentRecord)world.Disk.Read(ExperimentShell.RecordKey(world.Spec.Name)).State!;

    public ArtifactId Made(StageAssignment assignment, string worker, int epochs, ArtifactId artifact)
    {
        _made[artifact] = (assignment.Recipe.Id, assignment.Attempt, worker, epochs);
        return artifact;
    }

    public int EpochsIn(ArtifactId checkpoint) => _made[checkpoint].Epochs;

    public void Unexpected(Exception e) => Require(false, $"Nothing may fail but what the run makes fail, but: {e}");

    /// <summary>Each write is judged against what it replaces: the disk is where the truth is.</summary>
    public void OnWritten(string key, object? former, object state)
    {
        if (state is not StageRecord next)
        {
            return;
        }

        var before = (StageRecord?)former;
        Require(
            before?.State != StageState.Succeeded || (next.State == StageState.Succeeded && next.Artifact == before.Artifact),
            $"The first success wins, but {key} was {Words.Of(before)} and is {Words.Of(next)}");
        Require(
            next.Attempt - (before?.Attempt ?? 0) is 0 or 1,
            $"Attempts are counted one by one, but {key} was {Words.Of(before)} and is {Words.Of(next)}");
        if (next.Artifact is { } artifact && before?.Artifact != artifact)
        {
            _successes[next.Id] = _successes.GetValueOrDefault(next.Id) + 1;
            RequireOwner(before, artifact, "success");
        }

        if (next.Checkpoint is { } checkpoint && before?.Checkpoint != checkpoint)
        {
            RequireOwner(before, checkpoint, "checkpoint");
        }

        if (before is null)
        {
            foreach (var (input, read) in next.Inputs)
            {
                Require(Stage(input)?.Artifact == read, $"A stage reads what its parent committed, but {key} reads {read} of {input}, which is {Words.Of(Stage(input))}");
            }
        }
    }

    public void OnStarted(string worker, StageAssignment assignment) => Require(
        Stage(assignment.Recipe.Id)?.Attempt >= assignment.Attempt,
        $"An attempt is on disk before it starts, but {worker} starts {Words.Of(assignment)} of {Words.Of(Stage(assignment.Recipe.Id))}");

    public void OnAnswered(AttemptReport report, bool owned) => Require(
        !owned || report.Phase != AttemptPhase.Succeeded || Stage(report.Stage)?.Artifact == report.Artifact,
        $"A success is on disk before it is taken, but {Words.Of(report)} was taken of {Words.Of(Stage(report.Stage))}");

    public void OnForgotten(AttemptReport report) => Require(
        Stage(report.Stage)?.IsRunBy(report.Attempt, report.Worker) != true,
        $"A worker keeps a success until it is taken, but {report.Worker} forgot {Words.Of(report)} of {Words.Of(Stage(report.Stage))}");

    public void OnMoved()
    {
        if (world.Find<ExperimentShell>()?.Counts is { } counts)
        {
            Require(
                counts is { Waiting: >= 0, Running: >= 0, Complete: >= 0, Stopped: >= 0, Failed: >= 0 },
                $"Counts are never negative, but are {counts}");
        }

        if (_violation is not null)
        {
            throw new ViolationException(_violation);
        }
    }

    public void OnEnded()
    {
        var expected = Expectation.Of(world.Spec);
        var stored = (Dictionary<StageId, StageStanding>?)world.Disk.Read(ExperimentShell.PagesKey(world.Spec.Name)).State ?? [];
        Require(Experiment.State == ExperimentState.Complete, $"The experiment completes, but is {Experiment.State}: {Experiment.Failure}");
        foreach (var stage in expected.Stages)
        {
            Require(
                Stage(stage)?.State == StageState.Succeeded && _successes.GetValueOrDefault(stage) == 1,
                $"Each stage succeeds exactly once, but {stage} did {_successes.GetValueOrDefault(stage)} times and is {Words.Of(Stage(stage))}");
        }

        var trials = (IReadOnlyList<StoredTrial>?)world.Disk.Read(ExperimentShell.TrialsKey(world.Spec.Name)).State;
        var progress = new ExperimentProgress(world.Spec, trials);
        foreach (var (stage, outcome) in stored)
        {
            progress.Ended(stage, outcome);
        }

        var result = CanonicalJson.Serialize(progress.Result(ExperimentState.Complete, (_, stage) => stored.GetValueOrDefault(stage)));
        Require(result == expected.Result, $"The result is the fault-free one, {expected.Result}, but is {result}");
        OnMoved();
    }

    public string Standing() => string.Join(", ", Expectation.Of(world.Spec).Stages.Select(stage => $"{stage} {Words.Of(Stage(stage))}"));

    /// <summary>What an attempt brings is taken only from the one that runs.</summary>
    private void RequireOwner(StageRecord? before, ArtifactId artifact, string what)
    {
        var (stage, attempt, worker, _) = _made[artifact];
        Require(
            before?.IsRunBy(attempt, worker) == true && before.Id == stage,
            FormattableString.Invariant($"A stale attempt is refused, but the {what} of attempt {attempt} on {worker} was written over {Words.Of(before)} of {stage}"));
    }

    private StageRecord? Stage(StageId stage) => (StageRecord?)world.Disk.Read(stage.Value).State;

    private void Require(bool holds, string rule)
    {
        if (!holds)
        {
            _violation ??= rule + ".";
        }
    }
}

/// <summary>What a run without any fault comes to.</summary>
internal sealed record Expectation(IReadOnlyList<StageId> Stages, string Result)
{
    private static readonly Dictionary<string, Expectation> s_known = [];

    public static Expectation Of(SweepSpec spec)
    {
        lock (s_known)
        {
            if (s_known.TryGetValue(spec.Name, out var known))
            {
                return known;
            }

            var outcomes = new Dictionary<StageId, StageStanding>();
            var progress = new ExperimentProgress(spec);
            for (var wanted = progress.Next(); wanted.Count > 0; wanted = progress.Next())
            {
                foreach (var stage in wanted)
                {
                    outcomes.Add(stage, new StageStanding { Result = FakeEngine.ResultOf(progress.RequestFor(stage, false).Recipe), PaidHere = true });
                    progress.Ended(stage, outcomes[stage]);
                }
            }

            return s_known[spec.Name] = new Expectation(
                [.. outcomes.Keys], CanonicalJson.Serialize(progress.Result(ExperimentState.Complete, (_, stage) => outcomes.GetValueOrDefault(stage))));
        }
    }
}
