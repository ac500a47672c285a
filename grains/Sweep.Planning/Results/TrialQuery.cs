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

    /// <summary>Not the first ones after <see cref="Offset"/>, but as many as <see cref="Limit"/> says at even distances: a sample of all that fit.</summary>
    public bool Spread { get; init; }

    /// <summary>
    /// Only what the experiment has in memory of each trial: no stages, shape, device or proof. Nothing is planned again and nothing is read from storage.
    /// </summary>
    public bool Brief { get; init; }

    /// <summary>Whether every trial is wanted, by its number: no trial need be looked at to know which these are.</summary>
    public bool TakesAll => State is null && !OnFront && Words.Length == 0 && Order == TrialOrder.Id;

    /// <summary>The page of what a query wants.</summary>
    /// <param name="total">How many it wants.</param>
    /// <returns>Places among them.</returns>
    public IEnumerable<int> Page(int total)
    {
        var offset = Math.Min(Offset, total);
        var count = Math.Min(Limit, total - offset);
        return Enumerable.Range(0, count).Select(i => offset + (Spread ? (int)((long)i * (total - offset) / count) : i));
    }

    internal string[] Words => Text?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
}
