namespace Sweep.Silo.Http;

/// <summary>What probes may know of a silo at any moment: from its memory, without a call to anybody.</summary>
internal sealed record SiloHealth
{
    /// <summary>Whether the cluster counts this silo among its own.</summary>
    public required Func<bool> Joined { get; init; }

    /// <summary>True from the first moment that the silo has been asked to stop.</summary>
    public required Func<bool> Stopping { get; init; }

    /// <summary>Why the workers do not work; null when they do, or when there are none.</summary>
    public required Func<string?> WorkersFault { get; init; }
}
