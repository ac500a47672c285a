namespace Sweep.Planning;

/// <summary>An experiment with random learning curves on a few devices, a step for each rung that ends. Its randomness is the trials', never the order's.</summary>
internal sealed class RungRun
{
    private readonly StoppingOptions _options;
    private readonly int _epochs;
    private readonly int _devices;
    private readonly int _seed;
    private readonly RungLadder _ladder;
    private readonly Queue<(int Trial, int Rung)> _running = new();
    private readonly Queue<(int Trial, int Rung)> _ready = new();
    private readonly List<RungResult> _stored = [];
    private readonly Dictionary<(int Trial, int Rung), TrialVerdict> _verdicts = [];
    private readonly List<StoppingDecision> _decisions = [];
    private ITrialStopping _stopping;
    private int _opened;

    public RungRun(StoppingOptions options, int epochs, int trials, int devices, int seed)
    {
        (_options, _epochs, Trials, _devices, _seed) = (options, epochs, trials, devices, seed);
        _ladder = options.Ladder(epochs);
        _stopping = TrialStoppings.Create(options, epochs);
        Fill();
    }

    public int Trials { get; }

    public int Steps { get; private set; }

    /// <summary>Trials that stopped or reached their whole length.</summary>
    public int Ended => Finished + _verdicts.Values.Count(verdict => verdict == TrialVerdict.Stop);

    public int Finished { get; private set; }

    public IReadOnlyList<StoppingDecision> Decisions => _decisions;

    public void ToTheEnd() => For(int.MaxValue);

    public void For(int steps)
    {
        while (steps-- > 0 && Step())
        {
            Steps++;
        }
    }

    /// <summary>Forgets the rule and makes it again of what is stored, in an order of its own.</summary>
    public void Interrupt()
    {
        _stopping = TrialStoppings.Create(_options, _epochs);
        var stored = _stored.ToArray();
        new Random(Steps).Shuffle(stored);
        foreach (var result in stored)
        {
            _stopping.Restore(result, result.Rung == _ladder.Last ? TrialVerdict.Stop : _verdicts.GetValueOrDefault((result.Trial, result.Rung), TrialVerdict.Wait));
        }
    }

    private bool Step()
    {
        if (_running.Count == 0)
        {
            var closing = _stopping.Close();
            Note(closing);
            Fill();
            return closing.Count > 0;
        }

        var (trial, rung) = _running.Dequeue();
        var random = new Random(HashCode(trial, rung));
        var result = new RungResult { Trial = trial, Rung = rung, Costs = [random.NextDouble(), random.Next(5)], Violation = random.Next(6) == 0 ? 1 : 0 };
        _stored.Add(result);
        Finished += rung == _ladder.Last ? 1 : 0;
        Note(_stopping.Report(result));
        Fill();
        return true;
    }

    private int HashCode(int trial, int rung) => ((_seed * 10_007) + trial) * 31 + rung;

    private void Note(IReadOnlyList<StoppingDecision> decisions)
    {
        foreach (var decision in decisions)
        {
            _decisions.Add(decision);
            Assert.True(_verdicts.TryAdd((decision.Trial, decision.Rung), decision.Verdict));
            if (decision.Verdict == TrialVerdict.Continue)
            {
                _ready.Enqueue((decision.Trial, decision.Rung + 1));
            }
        }
    }

    private void Fill()
    {
        while (_running.Count < _devices && (_ready.Count > 0 || _opened < Trials))
        {
            _running.Enqueue(_ready.TryDequeue(out var next) ? next : (_opened++, 0));
        }
    }
}
