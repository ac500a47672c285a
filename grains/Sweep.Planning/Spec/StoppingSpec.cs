namespace Sweep.Planning;

/// <summary>Ending trials, and the experiment, before their time.</summary>
public sealed record StoppingSpec
{
    /// <summary>Null where every trial runs to its end.</summary>
    public StoppingAlgorithm? Algorithm { get; init; }

    public StoppingMode Mode { get; init; }

    /// <summary>By all objectives, or by the first alone.</summary>
    public TrialRanking Ranking { get; init; }

    /// <summary>η: each rung is this many times as long as the one before it, and about one trial in as many goes on.</summary>
    public int Reduction { get; init; } = 3;

    /// <summary>Epochs after the cut to the end of the first rung.</summary>
    public int MinEpochs { get; init; } = 1;

    /// <summary>Null where a front that no longer grows ends nothing.</summary>
    public PlateauSpec? Plateau { get; init; }
}

/// <summary>Ends the experiment when its front no longer grows.</summary>
public sealed record PlateauSpec
{
    /// <summary>Complete trials over which the hypervolume must grow. Stopped and failed ones are measured to no end, and do not count.</summary>
    public int Trials { get; init; } = 20;

    /// <summary>By at least this, as a fraction of the reference box.</summary>
    public double Gain { get; init; } = 0.001;
}

/// <summary>What an experiment may use. Whichever is reached first ends it, as complete.</summary>
public sealed record LimitsSpec
{
    /// <summary>Trials opened.</summary>
    public int? Trials { get; init; }

    /// <summary>Hours on devices, summed over the stages that this experiment caused to run.</summary>
    public double? DeviceHours { get; init; }

    /// <summary>Time since the submission.</summary>
    public TimeSpan? WallTime { get; init; }

    /// <summary>Failed trials.</summary>
    public int? Failures { get; init; }
}
