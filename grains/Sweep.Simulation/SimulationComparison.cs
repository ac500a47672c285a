namespace Sweep.Simulation;

/// <summary>What several runs came to.</summary>
public sealed record RunSpread
{
    /// <summary>Of an even number of runs, the lower of the two in the middle.</summary>
    public required double Median { get; init; }

    public required double Lowest { get; init; }

    public required double Highest { get; init; }

    /// <param name="values">At least one.</param>
    public static RunSpread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return new RunSpread { Median = sorted[(sorted.Count - 1) / 2], Lowest = sorted[0], Highest = sorted[^1] };
    }
}

/// <summary>One sweep beside others, over the same seeds on the same cluster. Times in seconds.</summary>
public sealed record ComparedSweep
{
    public required string File { get; init; }

    public required string Experiment { get; init; }

    public required int Runs { get; init; }

    public required RunSpread Makespan { get; init; }

    /// <summary>Work of all devices together.</summary>
    public required RunSpread DeviceSeconds { get; init; }

    public required RunSpread EpochsRun { get; init; }

    public required RunSpread Complete { get; init; }

    public required RunSpread Stopped { get; init; }

    public required RunSpread Hypervolume { get; init; }

    /// <summary>Median time to the goal of the comparison; null where half of the runs never reach it.</summary>
    public double? SecondsToGoal { get; init; }

    /// <summary>Median of the epochs computed until then; null where half of the runs never reach it.</summary>
    public double? EpochsToGoal { get; init; }
}

/// <summary>Sweeps side by side: what each costs, and how soon its front is good.</summary>
public sealed record SimulationComparison
{
    /// <summary>The goal, as a share of the best sweep's median hypervolume.</summary>
    public const double GoalShare = 0.95;

    public string ApiVersion { get; init; } = "sweep/v1";

    /// <summary>A hypervolume.</summary>
    public required double Goal { get; init; }

    public required IReadOnlyList<ComparedSweep> Sweeps { get; init; }

    /// <param name="sweeps">By the name of its file, each with the reports of its runs, of which the first experiment counts.</param>
    public static SimulationComparison Of(IReadOnlyList<(string File, IReadOnlyList<SimulationReport> Runs)> sweeps)
    {
        ArgumentNullException.ThrowIfNull(sweeps);
        var goal = GoalShare * sweeps.Max(sweep => RunSpread.Of(sweep.Runs.Select(Volume)).Median);
        return new SimulationComparison { Goal = goal, Sweeps = [.. sweeps.Select(sweep => Compare(sweep.File, sweep.Runs, goal))] };
    }

    private static ComparedSweep Compare(string file, IReadOnlyList<SimulationReport> runs, double goal)
    {
        var reached = runs.Select(run => run.Experiments[0].Progress.FirstOrDefault(point => point.Hypervolume >= goal)).ToList();
        return new ComparedSweep
        {
            File = file,
            Experiment = runs[0].Experiments[0].Name,
            Runs = runs.Count,
            Makespan = RunSpread.Of(runs.Select(run => run.Makespan)),
            DeviceSeconds = RunSpread.Of(runs.Select(run => run.Workers.Sum(worker => worker.Busy))),
            EpochsRun = RunSpread.Of(runs.Select(run => (double)run.EpochsRun)),
            Complete = RunSpread.Of(runs.Select(run => (double)run.Experiments[0].Complete)),
            Stopped = RunSpread.Of(runs.Select(run => (double)run.Experiments[0].Stopped)),
            Hypervolume = RunSpread.Of(runs.Select(Volume)),
            SecondsToGoal = Finite(RunSpread.Of(reached.Select(point => point?.Seconds ?? double.PositiveInfinity)).Median),
            EpochsToGoal = Finite(RunSpread.Of(reached.Select(point => point?.Epochs ?? double.PositiveInfinity)).Median),
        };
    }

    private static double Volume(SimulationReport run) => run.Experiments[0].Hypervolume ?? 0;

    private static double? Finite(double value) => double.IsPositiveInfinity(value) ? null : value;
}
