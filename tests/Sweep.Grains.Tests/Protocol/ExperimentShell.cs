using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Scheduling;

namespace Sweep.Grains.Tests.Protocol;

/// <summary>What <see cref="ExperimentGrain"/> does around an <see cref="ExperimentProgress"/> while the experiment runs, line for line.</summary>
internal sealed class ExperimentShell : Actor
{
    private readonly HashSet<StageId> _pending = [];
    private readonly ExperimentProgress _progress;
    private readonly Dictionary<StageId, StageStanding> _outcomes;
    private ExperimentRecord _record;
    private long _version;
    private long _pagesVersion;
    private long _trialsVersion;
    private ModelTimer? _turns;
    private DateTimeOffset _rereadAt;
    private bool _changed;
    private bool _etagUnknown;
    private bool _pagesEtagUnknown;
    private bool _trialsEtagUnknown;

    public ExperimentShell(World world, string name)
        : base(world, name)
    {
        (var record, _version) = world.Disk.Read(RecordKey(name));
        (var pages, _pagesVersion) = world.Disk.Read(PagesKey(name));
        _record = (ExperimentRecord)record!;
        _outcomes = new((Dictionary<StageId, StageStanding>?)pages ?? []);
        (var trials, _trialsVersion) = world.Disk.Read(TrialsKey(name));
        _progress = new ExperimentProgress(_record.Spec, (IReadOnlyList<StoredTrial>?)trials);
        foreach (var (stage, outcome) in _outcomes)
        {
            _progress.Ended(stage, outcome);
        }

        _rereadAt = world.Now + world.Options.Reread;
        if (_record.IsUnfinished)
        {
            _pending.UnionWith(_progress.Next());
            Schedule(TimeSpan.Zero);
        }
    }

    public TrialCounts Counts => _progress.Counts;

    public static string RecordKey(string name) => $"record of {name}";

    public static string TrialsKey(string name) => $"trials of {name}";

    public static string PagesKey(string name) => $"pages of {name}";

    public Task<bool> OnStageEnded(StageId stage)
    {
        if (_progress.Open.Contains(stage))
        {
            _pending.Add(stage);
            Schedule(TimeSpan.Zero);
        }

        return Task.FromResult(true);
    }

    public Task<bool> Wake()
    {
        if (_record.IsUnfinished)
        {
            _pending.UnionWith(_progress.Open);
            Schedule(TimeSpan.Zero);
        }

        return Task.FromResult(true);
    }

    public override string Digest() =>
        $"{_record.State},{string.Join(',', _outcomes.Keys.Order())},{string.Join(',', _pending.Order())},{string.Join(',', _progress.Open.Order())},{(World.Now - _rereadAt).Ticks}{_changed}{_etagUnknown}{_pagesEtagUnknown}{_trialsEtagUnknown},{string.Join(',', _progress.ChangedTrials.Order())}";

    private void Schedule(TimeSpan due)
    {
        if (!_record.IsUnfinished)
        {
            Timers.Clear();
        }
        else if (_turns is null)
        {
            _turns = new ModelTimer(this, "takes a turn", World.Now + due, World.Options.Reread, false, Turn);
            Timers.Add(_turns);
        }
        else
        {
            _turns.Due = World.Now + due;
        }
    }

    private async Task Turn()
    {
        if (!_record.IsUnfinished)
        {
            return;
        }

        if (World.Now >= _rereadAt && World.Flaw != Flaw.NoReread)
        {
            _rereadAt = World.Now + World.Options.Reread;
            _pending.UnionWith(_progress.Open);
        }

        await WriteTrials();
        var stages = _pending.Take(64).ToList();
        _pending.ExceptWith(stages);
        var answers = await Task.WhenAll(stages.Select(Ask));
        _pending.UnionWith(_progress.Next());
        var unanswered = stages.Where((_, i) => !answers[i]).ToList();
        await WritePages();
        await WriteTrials();
        if (unanswered.Count == 0 && _pending.Count == 0 && _progress.AllEnded)
        {
            await Commit(_record.Finished(World.Now, _progress.Failure()));
        }

        Schedule(_pending.Count > 0 ? TimeSpan.Zero : unanswered.Count > 0 ? World.Options.BackOff : World.Options.Reread);
        _pending.UnionWith(unanswered);
    }

    private async Task<bool> Ask(StageId id)
    {
        if (!_progress.Open.Contains(id))
        {
            return true;
        }

        try
        {
            var request = _progress.RequestFor(id, retry: false);
            var status = await World.Call(this, id.Value, "Request", false, actor => ((StageShell)actor).Request(request));
            StageStanding? outcome = status switch
            {
                { State: StageState.Succeeded } => new StageStanding { Result = status.Result, PaidHere = status.PaidBy == Name },
                { State: StageState.Failed } => new StageStanding { Failure = status.Failure, PaidHere = status.PaidBy == Name },
                _ => null,
            };
            if (outcome is not null && _progress.Ended(id, outcome) is not null)
            {
                _outcomes[id] = outcome;
                _changed = true;
            }

            return true;
        }
        catch (Exception e) when (e is TimeoutException or IOException or InvalidOperationException)
        {
            return false;
        }
    }

    private async Task WritePages()
    {
        if (!_changed)
        {
            return;
        }

        if (_pagesEtagUnknown)
        {
            _pagesVersion = World.Disk.Read(PagesKey(Name)).Version;
        }

        _pagesEtagUnknown = true;
        _pagesVersion = await World.Write(this, PagesKey(Name), new Dictionary<StageId, StageStanding>(_outcomes), _pagesVersion);
        _pagesEtagUnknown = false;
        _changed = false;
    }

    private async Task WriteTrials()
    {
        if (_progress.ChangedTrials.Count == 0)
        {
            return;
        }

        if (_trialsEtagUnknown)
        {
            _trialsVersion = World.Disk.Read(TrialsKey(Name)).Version;
        }

        var trials = _progress.StoredFrom(0, int.MaxValue);
        _trialsEtagUnknown = true;
        _trialsVersion = await World.Write(this, TrialsKey(Name), trials, _trialsVersion);
        _trialsEtagUnknown = false;
        _progress.Stored(trials);
    }

    private async Task Commit(ExperimentRecord next)
    {
        if (_etagUnknown)
        {
            _version = World.Disk.Read(RecordKey(Name)).Version;
        }

        _etagUnknown = true;
        _version = await World.Write(this, RecordKey(Name), next, _version);
        _etagUnknown = false;
        _record = next;
    }
}
