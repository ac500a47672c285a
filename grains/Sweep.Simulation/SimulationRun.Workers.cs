using System.Security.Cryptography;
using System.Text;
using Sweep.Grains;
using Sweep.Recipes;

namespace Sweep.Simulation;

internal sealed partial class SimulationRun
{
    private void Equip(string silo)
    {
        var (cluster, cache, first) = (_input.Cluster, new SimulatedCache(), _workers.Count);
        for (var device = 0; device < cluster.Devices; device++)
        {
            for (var slot = 1; slot <= cluster.Packing; slot++)
            {
                _workers.Add(new SimulatedWorker(silo, cache, FormattableString.Invariant($"cuda:{device}"), slot, cluster.Packing));
            }
        }

        var workers = _workers[first..];
        foreach (var worker in workers)
        {
            At(_now, () => Call(worker));
        }

        if (cluster.Failures?.Silo is { } outages)
        {
            Fail(silo, workers, outages, new Draws(_input.Seed, $"silo {silo}"));
        }
    }

    /// <summary>Plans the next failure of a silo, its repair, and so on.</summary>
    private void Fail(string silo, List<SimulatedWorker> workers, Outages outages, Draws draws) => At(_now + draws.NextExponential(outages.MeanTime), () =>
    {
        _siloFailures++;
        Note($"{silo} fails");
        foreach (var worker in workers)
        {
            Lose(_book.Hear(worker.Report(), _now)); // it called until now
            Close(worker, AttemptEnd.SiloFailed);
            worker.GoDown(_now);
        }

        At(_now + _options.Lease, Expire);
        At(_now + TimeSpan.FromSeconds(outages.Repair), () =>
        {
            Note($"{silo} is back");
            foreach (var worker in workers)
            {
                worker.ComeBack(_now);
                Call(worker);
            }

            Fail(silo, workers, outages, draws);
        });
    });

    private void Expire()
    {
        foreach (var worker in _workers.Where(worker => worker.IsUp))
        {
            Lose(_book.Hear(worker.Report(), _now));
        }

        Lose(_book.Expire(_now));
    }

    /// <summary>Idle workers call on; the next call of each finds what is new. When that is depends on when each called last.</summary>
    private void WakeIdle()
    {
        foreach (var worker in _workers.Where(worker => worker.IsParked))
        {
            worker.IsParked = false;
            var serial = worker.Serial;
            var period = _book.NextCall(worker.Name, _now);
            var part = new Draws(_input.Seed, FormattableString.Invariant($"poll {worker.Slot} {worker.Polls++}")).NextDouble();
            At(_now + TimeSpan.FromMilliseconds(Math.Ceiling(period.TotalMilliseconds * part)), () =>
            {
                if (worker.IsUp && worker.Serial == serial)
                {
                    Call(worker);
                }
            });
        }
    }

    /// <summary>What the work queue does at a call, and what a worker does with the answer.</summary>
    private void Call(SimulatedWorker worker)
    {
        var report = worker.Report();
        Lose(_book.Hear(report, _now));
        if (report.Attempt is { } attempt)
        {
            var owned = Report(attempt);
            if (attempt.Phase == AttemptPhase.Running && owned)
            {
                return;
            }

            _book.Release(report.Worker, attempt.Stage);
            if (attempt.Phase == AttemptPhase.Running)
            {
                Close(worker, AttemptEnd.Dropped);
            }

            worker.Forget(_now);
        }

        while (_book.Take(report, _now) is { } lease)
        {
            if (Start(lease) is { } assignment)
            {
                _book.Started(lease, assignment.Attempt);
                Begin(worker, lease, assignment);
                return;
            }

            _book.Release(report.Worker, lease.Stage);
        }

        worker.IsParked = true;
    }

    private StageAssignment? Start(StageLease lease)
    {
        var record = _stages[lease.Stage].Started(lease.Worker, lease.Silo, _now);
        Advance(record);
        return record.IsRunBy(lease.Worker) ? record.ToAssignment() : null;
    }

    private void Begin(SimulatedWorker worker, StageLease lease, StageAssignment assignment)
    {
        var experiment = _stages[lease.Stage].PaidBy;
        _attempts++;
        if (lease.QueuedSince is { } since)
        {
            _experiments[experiment].Waited(_now - since);
        }

        worker.Begin(assignment, experiment, assignment.Checkpoint is null ? 0 : _checkpoints[lease.Stage], _now);
        Note($"{worker.Name} begins {lease.Stage} {assignment.Attempt}");
        var draws = new Draws(_input.Seed, FormattableString.Invariant($"attempt {lease.Stage} {assignment.Attempt}"));
        var serial = worker.Serial;
        if (_input.Cluster.Failures?.Engine is { } outages)
        {
            At(_now + draws.NextExponential(outages.MeanTime), () => Crash(worker, serial));
        }

        Compute(worker, serial, draws);
    }

    /// <summary>One epoch after another, each with a checkpoint, and then what the stage takes beside them.</summary>
    private void Compute(SimulatedWorker worker, int serial, Draws draws)
    {
        var (attempt, recipe) = (worker.Attempt!, worker.Assignment!.Recipe);
        var training = attempt.EpochsDone < recipe.Epochs;
        var time = training ? _input.Cluster.EpochOf(recipe.Kind) : _input.Cluster.StageOf(recipe.Kind);
        At(_now + (Took(recipe, training) ?? time.Draw(draws)), () =>
        {
            if (worker.Serial != serial)
            {
                return;
            }

            if (!training)
            {
                Finish(worker);
                return;
            }

            _epochs++;
            var epochs = (int)worker.Attempt!.EpochsDone + 1;
            _checkpoints[attempt.Stage] = epochs;
            worker.SafeAt = _now;
            worker.Attempt = worker.Attempt with { EpochsDone = epochs, Checkpoint = ArtifactOf(FormattableString.Invariant($"checkpoint {epochs} {attempt.Stage}")) };
            Call(worker);
            if (worker.Serial == serial)
            {
                Compute(worker, serial, draws);
            }
        });
    }

    /// <summary>What a past experiment tells: a stage's time is that of its epochs, where it has any.</summary>
    private TimeSpan? Took(StageRecipe recipe, bool training) => _input.Took?.Seconds(PathTo(recipe.Id)) is not { } seconds ? null
        : TimeSpan.FromMilliseconds(Math.Max(1, Math.Round(1000 * (training ? seconds / recipe.Epochs : recipe.Epochs > 0 ? 0 : seconds))));

    private void Finish(SimulatedWorker worker)
    {
        var stage = worker.Attempt!.Stage;
        Close(worker, AttemptEnd.Succeeded);
        worker.Hold(stage);
        worker.Attempt = worker.Attempt with
        {
            Phase = AttemptPhase.Succeeded,
            Artifact = ArtifactOf($"artifact {stage}"),
            Result = _experiments[worker.PaidBy].Outcomes.Of(PathTo(stage), (_now - worker.StartedAt).TotalSeconds),
        };
        Call(worker);
    }

    private void Crash(SimulatedWorker worker, int serial)
    {
        if (worker.Serial == serial && worker.Attempt is { Phase: AttemptPhase.Running } attempt)
        {
            _engineFailures++;
            Close(worker, AttemptEnd.EngineFailed);
            worker.Attempt = attempt with
            {
                Phase = AttemptPhase.Failed,
                Failure = new StageFailure { Reason = FailureReason.EngineCrashed, Message = "The simulated engine process has ended." },
            };
            Call(worker);
        }
    }

    /// <summary>Puts the attempt on the timeline.</summary>
    private void Close(SimulatedWorker worker, AttemptEnd end)
    {
        if (worker.Attempt is not { } attempt)
        {
            return;
        }

        _wasted += end == AttemptEnd.Succeeded ? TimeSpan.Zero : _now - worker.SafeAt;
        _timeline.Add(new SimulatedAttempt
        {
            Worker = worker.Slot,
            Stage = attempt.Stage,
            Experiment = worker.PaidBy,
            Attempt = attempt.Attempt,
            From = (worker.StartedAt - s_start).TotalSeconds,
            To = Seconds,
            End = end,
        });
    }

    private List<StageRecipe> PathTo(StageId stage)
    {
        var path = new List<StageRecipe>();
        for (StageId? next = stage; next is { } id; next = path[^1].ParentId)
        {
            path.Add(_stages[id].Recipe);
        }

        path.Reverse();
        return path;
    }

    private static ArtifactId ArtifactOf(string what) => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what))));
}
