using Sweep.Planning;

namespace Sweep.Silo.Http;

/// <summary>A <see cref="TrialQuery"/> as the address of a request says it; what it does not say is the query's default.</summary>
internal sealed record TrialQuestion
{
    public int? Offset { get; init; }

    public int? Limit { get; init; }

    public TrialState? State { get; init; }

    public bool? OnFront { get; init; }

    public string? Text { get; init; }

    public TrialOrder? Order { get; init; }

    public bool? Descending { get; init; }

    public bool? Spread { get; init; }

    public bool? Brief { get; init; }

    /// <param name="largest">The most trials of an answer.</param>
    public TrialQuery ToQuery(int largest) => new()
    {
        Offset = Math.Max(0, Offset ?? 0),
        Limit = Math.Clamp(Limit ?? largest, 1, largest),
        State = State,
        OnFront = OnFront ?? false,
        Text = Text,
        Order = Order ?? default,
        Descending = Descending ?? false,
        Spread = Spread ?? false,
        Brief = Brief ?? false,
    };
}
