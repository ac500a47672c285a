namespace Sweep.Planning;

/// <summary>How much a Gaussian process search spends on one proposal.</summary>
internal sealed record GpSettings
{
    /// <summary>Trials before the model is used; null for twice the number of parameters and two.</summary>
    public int? StartUp { get; init; }

    /// <summary>N at most, because a fit costs O(N³).</summary>
    public int MostTrials { get; init; } = 200;

    /// <summary>Of these at most so many, the last, choose the hyperparameters; all predict.</summary>
    public int MostFitted { get; init; } = 100;

    /// <summary>From which length scale and noise the fits start.</summary>
    public IReadOnlyList<(double Length, double Noise)> Starts { get; init; } = [(1, 1e-3), (0.3, 1e-2)];

    /// <summary>Evaluations of the likelihood from each start.</summary>
    public int Evaluations { get; init; } = 40;

    /// <summary>Of the logarithm of a length scale, its prior's middle (to which ½·log D is added).</summary>
    public double LengthScale { get; init; }

    public double LengthWidth { get; init; } = 1;

    public double NoiseWidth { get; init; } = 2;

    /// <summary>Points that are rated all over the space.</summary>
    public int Spread { get; init; } = 512;

    /// <summary>Rounds of improving the best points by small moves.</summary>
    public int Rounds { get; init; } = 8;
}
