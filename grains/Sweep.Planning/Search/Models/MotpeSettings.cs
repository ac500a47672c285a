namespace Sweep.Planning;

/// <summary>What MOTPE's papers leave open.</summary>
internal sealed record MotpeSettings
{
    /// <summary>Trials before the model is used.</summary>
    public int StartUp { get; init; } = 10;

    /// <summary>γ: the share of the measured trials that is good.</summary>
    public double Share { get; init; } = 0.2;

    /// <summary>At most so many are good.</summary>
    public int MostGood { get; init; } = 25;

    /// <summary>At most so many others are kept, the newest: what an ask costs must not grow for ever.</summary>
    public int MostBad { get; init; } = 1000;

    /// <summary>How many points are drawn; for each parameter where they are chosen one by one.</summary>
    public int Candidates { get; init; } = 24;

    /// <summary>Whether the densities are over all parameters at once.</summary>
    public bool Joint { get; init; } = true;
}
