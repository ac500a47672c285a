using Sweep.Recipes;

namespace Sweep.Simulation;

/// <summary>A cluster as it is to be simulated. Times in seconds.</summary>
public sealed record ClusterModel
{
    /// <summary>Silos with devices; none of them hosts grains.</summary>
    public int Silos { get; init; } = 1;

    /// <summary>Devices of each silo.</summary>
    public int Devices { get; init; } = 1;

    /// <summary>Stages that run on a device at once.</summary>
    public int Packing { get; init; } = 1;

    /// <summary>Null for none.</summary>
    public FailureModel? Failures { get; init; }

    public StageTimes Times { get; init; } = new();

    /// <summary>By kind, where a kind takes another time than <see cref="Times"/> says; a member that is null there is looked up in it.</summary>
    public IReadOnlyDictionary<StageKind, StageTimes> Kinds { get; init; } = new Dictionary<StageKind, StageTimes>();

    public AccuracySurface Accuracy { get; init; } = new();

    public SchedulingModel Scheduling { get; init; } = new();

    /// <summary>Of an epoch of training of this kind.</summary>
    internal Spread EpochOf(StageKind kind) => Kinds.GetValueOrDefault(kind)?.Epoch ?? Times.Epoch ?? StageTimes.DefaultEpoch;

    /// <summary>Of a stage of this kind, epochs excluded.</summary>
    internal Spread StageOf(StageKind kind) => Kinds.GetValueOrDefault(kind)?.Stage ?? Times.Stage ?? StageTimes.DefaultStage;
}

/// <summary>How long stages take. Null members are looked up where the kind has no say.</summary>
public sealed record StageTimes
{
    internal static Spread DefaultEpoch { get; } = new() { Constant = 60 };

    internal static Spread DefaultStage { get; } = new() { Constant = 5 };

    /// <summary>An epoch of training.</summary>
    public Spread? Epoch { get; init; }

    /// <summary>What a stage takes beside its epochs: starting, loading, measuring, writing.</summary>
    public Spread? Stage { get; init; }
}

/// <summary>A distribution of times, in seconds. Exactly one member is set.</summary>
public sealed record Spread
{
    public double? Constant { get; init; }

    public LogNormal? LogNormal { get; init; }

    /// <summary>Measured times; each draw is one of them.</summary>
    public IReadOnlyList<double>? Samples { get; init; }

    /// <summary>In seconds, at least a millisecond, in whole milliseconds: the last bits of a logarithm differ between machines.</summary>
    internal TimeSpan Draw(Draws draws)
    {
        var seconds = this switch
        {
            { Constant: { } constant } => constant,
            { LogNormal: { } curve } => curve.Median * Math.Exp(curve.Sigma * draws.NextNormal()),
            { Samples: { } samples } => samples[(int)(draws.NextDouble() * samples.Count)],
            _ => throw new InvalidOperationException("A time must have a constant, a logNormal or samples, but has none."),
        };
        return TimeSpan.FromMilliseconds(Math.Max(1, Math.Round(seconds * 1000)));
    }
}

/// <param name="Median">In seconds.</param>
/// <param name="Sigma">Standard deviation of the logarithm.</param>
public sealed record LogNormal(double Median, double Sigma);

public sealed record FailureModel
{
    /// <summary>A silo dies without a word, with all it runs, and comes back.</summary>
    public Outages? Silo { get; init; }

    /// <summary>An engine process dies under its stage; the worker goes on.</summary>
    public Outages? Engine { get; init; }
}

/// <summary>Times to failure are exponential, so that a failure is as likely in any minute as in any other.</summary>
public sealed record Outages
{
    /// <summary>Mean time to failure, in seconds: of a silo while it is up, of an engine process while it computes.</summary>
    public required double MeanTime { get; init; }

    /// <summary>Until it is back, in seconds; engines are back at once.</summary>
    public double Repair { get; init; } = 300;
}

/// <summary>
/// A response surface for accuracies: what more epochs give, what sparsity costs, and what chance adds. It has the shape of real fronts and no
/// claim beyond that; take the outcomes of a past experiment where there is one.
/// accuracy = dense · (1 − e^(−epochs / patience)) − loss · m · (s / (1 − s))^1.5 + noise · z, z standard normal, m in [0.7, 1.3] by method.
/// </summary>
public sealed record AccuracySurface
{
    /// <summary>Of the dense net, trained for ever.</summary>
    public double Dense { get; init; } = 0.87;

    /// <summary>Epochs.</summary>
    public double Patience { get; init; } = 2.5;

    /// <summary>Accuracy lost at sparsity ½.</summary>
    public double Loss { get; init; } = 0.06;

    public double Noise { get; init; } = 0.003;
}

/// <summary>What of the scheduler's options matters to a simulation; null for the product's default. Seconds.</summary>
public sealed record SchedulingModel
{
    public double? Lease { get; init; }

    public int? LossLimit { get; init; }

    public int? InfrastructureLimit { get; init; }

    public double? BackOff { get; init; }
}
