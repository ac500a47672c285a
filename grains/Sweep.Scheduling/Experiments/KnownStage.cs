using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>A stage that some trial of an experiment has named. Its recipe is not kept: the trials that wait for it have it.</summary>
internal sealed class KnownStage(StageId id, int owner, int epochs)
{
    public StageId Id { get; } = id;

    /// <summary>Number of the trial that was the first to name it; that of an unpruned net is negative.</summary>
    public int Owner { get; } = owner;

    public int Epochs { get; } = epochs;

    /// <summary>Epochs on the longest path of a trial from here, itself included.</summary>
    public int CriticalPath { get; set; }

    /// <summary>Unfinished trials that have it still before them.</summary>
    public int Users { get; set; }

    /// <summary>Trials whose next stage it is.</summary>
    public List<ExperimentTrial>? Waiters { get; set; }

    public bool Wanted { get; set; }

    public bool Requested { get; set; }

    /// <summary>Whether it has succeeded.</summary>
    public bool Done { get; set; }

    public StageFailure? Failure { get; set; }

    public bool Paid { get; set; }

    /// <summary>What it took on a device.</summary>
    public double Seconds { get; set; }

    /// <summary>Of an Evaluate stage that has succeeded.</summary>
    public TrialMetrics? Metrics { get; set; }

    /// <summary>Of a Benchmark stage that has succeeded.</summary>
    public BenchmarkResult? Benchmark { get; set; }

    public bool HasEnded => Done || Failure is not null;
}
