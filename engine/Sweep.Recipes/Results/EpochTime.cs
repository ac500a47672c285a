namespace Sweep.Recipes;

/// <summary>What one epoch took. Never part of what a stage found out: that is <see cref="EpochRecord"/>, which no interruption changes.</summary>
public sealed record EpochTime
{
    /// <summary>As of its <see cref="EpochRecord"/>.</summary>
    public required int Epoch { get; init; }

    /// <summary>The steps' time, the device waited for, checkpoints not in it.</summary>
    public required double Seconds { get; init; }

    /// <summary>Of these, waiting for images.</summary>
    public required double LoaderSeconds { get; init; }

    /// <summary>Images trained on.</summary>
    public required long Images { get; init; }
}
