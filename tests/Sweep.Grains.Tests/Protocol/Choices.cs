namespace Sweep.Grains.Tests.Protocol;

/// <param name="What">What is made of it; empty for what it is there for.</param>
/// <param name="Of">A parcel, an actor or a timer.</param>
/// <param name="IsFault">Something goes wrong; else only the order changes.</param>
internal readonly record struct Move(string What, string Of, bool IsFault, Action Do)
{
    /// <summary>The same for the same move in the same state, on every machine.</summary>
    public string Label => What.Length == 0 ? Of : $"{What} [{Of}]";
}

/// <param name="Step">From this step on, at the first that offers it.</param>
/// <param name="Label">The move that is made instead of the first.</param>
internal readonly record struct Deviation(int Step, string Label)
{
    public override string ToString() => FormattableString.Invariant($"at step {Step}: {Label}");
}

/// <summary>Decides which of the possible moves is made. The first move is what happens when nothing is unusual.</summary>
internal abstract class Choices
{
    private readonly List<Deviation> _made = [];

    public IReadOnlyList<Deviation> Made => _made;

    public int Pick(int step, IReadOnlyList<Move> moves)
    {
        var picked = Decide(step, moves);
        if (picked > 0)
        {
            _made.Add(new Deviation(step, moves[picked].Label));
        }

        return picked;
    }

    protected abstract int Decide(int step, IReadOnlyList<Move> moves);
}

/// <summary>Now and then another order, and up to a number of faults.</summary>
internal sealed class RandomChoices(int seed, int faults) : Choices
{
    private readonly Random _random = new(seed);
    private int _faults = faults;

    protected override int Decide(int step, IReadOnlyList<Move> moves)
    {
        var dice = _random.NextDouble();
        var wanted = dice < 0.02 && _faults > 0 ? Of(moves, fault: true) : dice < 0.25 ? Of(moves, fault: false) : [];
        if (wanted.Count == 0)
        {
            return 0;
        }

        var picked = wanted[_random.Next(wanted.Count)];
        _faults -= moves[picked].IsFault ? 1 : 0;
        return picked;
    }

    private static List<int> Of(IReadOnlyList<Move> moves, bool fault) => [.. Enumerable.Range(1, moves.Count - 1).Where(i => moves[i].IsFault == fault)];
}

/// <summary>The given deviations, in their order, and else nothing unusual.</summary>
internal sealed class ScriptedChoices(IReadOnlyList<Deviation> script) : Choices
{
    private int _next;

    public bool IsThrough => _next == script.Count;

    protected override int Decide(int step, IReadOnlyList<Move> moves)
    {
        if (IsThrough || step < script[_next].Step)
        {
            return 0;
        }

        for (var i = 0; i < moves.Count; i++)
        {
            if (moves[i].Label == script[_next].Label)
            {
                _next++;
                return i;
            }
        }

        return 0;
    }
}
