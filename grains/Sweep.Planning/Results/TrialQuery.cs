namespace Sweep.Planning;

/// <summary>What trials are listed by. Those that lack it come last, whichever way the others are.</summary>
public enum TrialOrder
{
    Id,
    State,
    Method,
    Sparsity,
    Accuracy,
    TestAccuracy,
    Parameters,
    Flops,
}

/// <summary>Which trials of an experiment somebody wants to see, in which order, and which page of them.</summary>
public sealed record TrialQuery
{
    /// <summary>Characters of <see cref="Text"/>.</summary>
    public const int LongestText = 256;

    /// <summary>Only trials in this state; null for any.</summary>
    public TrialState? State { get; init; }

    /// <summary>Only trials on the front.</summary>
    public bool OnFront { get; init; }

    /// <summary>
    /// Words that a trial must have, all of them, each in its id, its state, its settings (<c>method=vtp</c>) or the reason why it failed or stopped; any
    /// case. Null for any trial.
    /// </summary>
    public string? Text { get; init; }

    public TrialOrder Order { get; init; }

    public bool Descending { get; init; }

    /// <summary>How many to leave out, from the first.</summary>
    public int Offset { get; init; }

    /// <summary>How many at most.</summary>
    public required int Limit { get; init; }

    /// <summary>Whether every trial is wanted, by its number: no trial need be looked at to know which these are.</summary>
    public bool TakesAll => State is null && !OnFront && Words.Length == 0 && Order == TrialOrder.Id;

    internal string[] Words => Text?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
}
