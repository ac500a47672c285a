using Sweep.Planning;

namespace Sweep.Bench.Stopping;

/// <param name="Epochs">Spent by then, on all devices.</param>
/// <param name="Hypervolume">Of the trials that ran their whole length by then.</param>
internal readonly record struct Moment(int Epochs, double Hypervolume);

/// <summary>An experiment on some devices, all equally fast. A free device takes the trial that is furthest among those that may go on, else a new one.</summary>
internal sealed class Simulation
{
    private readonly LearningCurves _curves;
    private readonly ITrialStopping? _stopping;
    private readonly RungLadder _ladder;
    private readonly PriorityQueue<(int Trial, int Rung), (int Time, int Order)> _running = new();
    private readonly PriorityQueue<(int Trial, int Rung), (int Rung, int Order)> _ready = new();

    // The plateau keeps the hypervolume of a growing front; it is not asked to end anything.
    private readonly HypervolumePlateau _front = new(int.MaxValue, 0.5);
    private readonly List<Moment> _moments = [];
    private int _epochs;
    private int _opened;
    private int _order;

    private Simulation(int seed, StoppingOptions? stopping)
    {
        _curves = new LearningCurves(seed);
        _stopping = stopping is null ? null : TrialStoppings.Create(stopping, LearningCurves.Epochs);
        _ladder = (stopping ?? new StoppingOptions { MinEpochs = LearningCurves.Epochs }).Ladder(LearningCurves.Epochs);
    }

    /// <param name="stopping">Null for no stopping.</param>
    /// <param name="trials">No more are opened.</param>
    /// <param name="epochs">No trial or rung starts once so many are spent.</param>
    /// <returns>Ascending; one for each rung that ended.</returns>
    public static IReadOnlyList<Moment> Run(int seed, StoppingOptions? stopping, int devices, int trials, int epochs)
    {
        var simulation = new Simulation(seed, stopping);
        simulation.Fill(0, devices, trials, epochs);
        while (simulation._running.TryDequeue(out var ended, out var when))
        {
            simulation.End(ended.Trial, ended.Rung);
            simulation.Fill(when.Time, devices, trials, epochs);
        }

        return simulation._moments;
    }

    private void End(int trial, int rung)
    {
        _epochs += _ladder.To(rung) - _ladder.From(rung);
        var gains = _curves.Gains(trial, _ladder.To(rung));
        if (rung == _ladder.Last)
        {
            _front.Complete(gains);
        }
        else
        {
            Ready(_stopping!.Report(new RungResult { Trial = trial, Rung = rung, Costs = [.. gains.Select(gain => -gain)] }));
        }

        _moments.Add(new Moment(_epochs, _front.Current));
    }

    private void Fill(int now, int devices, int trials, int epochs)
    {
        while (_epochs < epochs && _running.Count < devices)
        {
            if (_ready.TryDequeue(out var next, out _))
            {
                Start(next.Trial, next.Rung, now);
            }
            else if (_opened < trials)
            {
                Start(_opened++, 0, now);
            }
            else if (_running.Count > 0 || _stopping is null || !Ready(_stopping.Close()))
            {
                return;
            }
        }
    }

    private void Start(int trial, int rung, int now) =>
        _running.Enqueue((trial, rung), (now + _ladder.To(rung) - _ladder.From(rung), _order++));

    private bool Ready(IReadOnlyList<StoppingDecision> decisions)
    {
        foreach (var decision in decisions.Where(decision => decision.Verdict == TrialVerdict.Continue))
        {
            _ready.Enqueue((decision.Trial, decision.Rung + 1), (-decision.Rung, _order++));
        }

        return _ready.Count > 0;
    }
}
