using Sweep.Grains;
using Sweep.Recipes;

namespace Sweep.Simulation;

/// <summary>A worker of a simulated silo: where it stands in its stage, and what it has cost.</summary>
internal sealed class SimulatedWorker(string silo, SimulatedCache cache, string device, int slot, int packing)
{
    private int _instance = 1;

    public string Slot { get; } = FormattableString.Invariant($"{silo}/{device}-{slot}");

    public string Name => FormattableString.Invariant($"{Slot}/{_instance}");

    public string Silo => silo;

    public bool IsUp { get; private set; } = true;

    /// <summary>Grows whenever what was planned for the worker is no more: events that were made before do nothing.</summary>
    public int Serial { get; private set; }

    /// <summary>Nothing to do, and not called since.</summary>
    public bool IsParked { get; set; }

    public AttemptReport? Attempt { get; set; }

    public StageAssignment? Assignment { get; private set; }

    public string PaidBy { get; private set; } = "";

    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>Of the last checkpoint, or the start.</summary>
    public DateTimeOffset SafeAt { get; set; }

    /// <summary>How often it was called while it had nothing to do.</summary>
    public int Polls { get; set; }

    public TimeSpan Busy { get; private set; }

    public TimeSpan Down { get; private set; }

    private DateTimeOffset DownSince { get; set; }

    public WorkerReport Report() => new()
    {
        Worker = Name,
        Silo = silo,
        Device = device,
        Packing = packing,
        Threads = 1,
        AcceptsWork = true,
        Attempt = Attempt,
        Holds = cache.Holds,
    };

    public void Begin(StageAssignment assignment, string experiment, int epochs, DateTimeOffset now)
    {
        Serial++;
        Assignment = assignment;
        foreach (var input in assignment.Recipe.Inputs)
        {
            cache.Use(input);
        }

        PaidBy = experiment;
        StartedAt = SafeAt = now;
        Attempt = new AttemptReport
        {
            Stage = assignment.Recipe.Id,
            Attempt = assignment.Attempt,
            Worker = Name,
            Phase = AttemptPhase.Running,
            EpochsDone = epochs,
            Epochs = assignment.Recipe.Epochs,
            Checkpoint = assignment.Checkpoint,
        };
    }

    public void Forget(DateTimeOffset now)
    {
        Busy += now - StartedAt;
        Serial++;
        Attempt = null;
        Assignment = null;
    }

    public void Hold(StageId stage) => cache.Use(stage);

    public void GoDown(DateTimeOffset now)
    {
        if (Assignment is not null)
        {
            Forget(now);
        }

        Serial++;
        IsUp = false;
        IsParked = false;
        DownSince = now;
    }

    /// <summary>Another instance stands in the slot; the disk of the silo is as it was.</summary>
    public void ComeBack(DateTimeOffset now)
    {
        _instance++;
        IsUp = true;
        Down += now - DownSince;
    }

    public TimeSpan BusyUntil(DateTimeOffset end) => Busy + (Assignment is null ? TimeSpan.Zero : end - StartedAt);

    public TimeSpan DownUntil(DateTimeOffset end) => Down + (IsUp ? TimeSpan.Zero : end - DownSince);
}
