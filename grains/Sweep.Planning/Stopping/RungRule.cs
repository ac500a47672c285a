namespace Sweep.Planning;

/// <summary>Decides at the end of one rung.</summary>
internal abstract class RungRule
{
    public abstract IReadOnlyList<StoppingDecision> Report(RungResult result);

    public abstract void Restore(RungResult result, TrialVerdict verdict);

    /// <summary>Decides on all that wait.</summary>
    public virtual IReadOnlyList<StoppingDecision> Close() => [];

    /// <summary>What is said of an infeasible trial beside its rank.</summary>
    protected static string Breaking(RungEntry entry) => entry switch
    {
        { Feasible: true } => "",
        { Violation: double.PositiveInfinity } => ", with results that are not numbers",
        _ => FormattableString.Invariant($", breaking constraints by {entry.Violation:G3}"),
    };

    protected static string After(int epochs) => epochs == 1 ? "after 1 epoch" : FormattableString.Invariant($"after {epochs:N0} epochs");
}

/// <summary>The rules of a trial's rungs, below the last, which decides nothing.</summary>
internal sealed class RungRules
{
    private readonly RungRule[] _rules;
    private readonly HashSet<(int Trial, int Rung)> _known = [];
    private readonly int _last;
    private int? _objectives;

    /// <param name="rule">Makes the rule of a rung.</param>
    public RungRules(RungLadder ladder, Func<int, RungRule> rule)
    {
        _last = ladder.Last;
        _rules = [.. Enumerable.Range(0, _last).Select(rule)];
    }

    public IReadOnlyList<StoppingDecision> Report(RungResult result)
    {
        Check(result);
        return result.Rung == _last ? [] : _rules[result.Rung].Report(result);
    }

    public void Restore(RungResult result, TrialVerdict verdict)
    {
        Check(result);
        if (result.Rung < _last)
        {
            _rules[result.Rung].Restore(result, verdict);
        }
    }

    public IReadOnlyList<StoppingDecision> Close() => [.. _rules.SelectMany(rule => rule.Close())];

    private void Check(RungResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (result.Rung < 0 || result.Rung > _last)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"A rung must lie in [0, {_last}], but trial {result.Trial} reports at rung {result.Rung}."), nameof(result));
        }

        if (result.Costs.Count == 0 || result.Costs.Count != (_objectives ?? result.Costs.Count))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"All results must have the same number of costs, at least one, but trial {result.Trial} has {result.Costs.Count}."),
                nameof(result));
        }

        if (!_known.Add((result.Trial, result.Rung)))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"A trial must report once at a rung, but trial {result.Trial} reports at rung {result.Rung} again."), nameof(result));
        }

        _objectives = result.Costs.Count;
    }
}
