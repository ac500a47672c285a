namespace Sweep.Grains.Tests.Protocol;

/// <summary>Something that is under way: a call, its answer, a write, the answer to it. It arrives whenever the choices say so.</summary>
internal sealed class Parcel
{
    public required string Label { get; init; }

    /// <summary>Whether it may arrive now.</summary>
    public Func<bool> IsReady { get; init; } = () => true;

    public required Action Arrive { get; init; }

    /// <summary>What else may become of it; each takes the parcel from the wire or leaves it there as it says itself.</summary>
    public IReadOnlyList<(string Name, bool IsFault, Action<World> Do)> Mishaps { get; init; } = [];
}

/// <summary>What one turn of an activation has heard so far: with its name, that is where the turn stands.</summary>
internal sealed class Turn(string name)
{
    public string Name { get; } = name;

    public List<string> Heard { get; } = [];

    public override string ToString() => $"{Name}<{string.Join(';', Heard)}>";
}

/// <summary>An activation of a grain, or a worker: what calls and is called, and what a crash takes away.</summary>
internal abstract class Actor(World world, string name)
{
    public World World { get; } = world;

    public string Name { get; } = name;

    /// <summary>A turn that lets no other in is going on.</summary>
    public bool IsBusy { get; set; }

    /// <summary>It takes no more calls, and its timers have stopped; turns that have begun go on unless it is dead.</summary>
    public bool IsRetired { get; set; }

    /// <summary>Nothing of it goes on.</summary>
    public bool IsDead { get; set; }

    public List<Turn> Turns { get; } = [];

    public List<ModelTimer> Timers { get; } = [];

    /// <summary>Callers that wait for a turn of this actor.</summary>
    public List<Action<Exception>> Waiting { get; } = [];

    /// <summary>What it knows, as a text that is equal for equal knowledge.</summary>
    public abstract string Digest();
}

internal sealed class ModelTimer(Actor owner, string name, DateTimeOffset due, TimeSpan period, bool interleaves, Func<Task> fire)
{
    public Actor Owner => owner;

    public string Name => name;

    public string Label { get; } = $"{owner.Name} {name}";

    public DateTimeOffset Due { get; set; } = due;

    public TimeSpan Period => period;

    public bool Interleaves => interleaves;

    public Func<Task> Fire => fire;

    public bool IsReady => !owner.IsDead && !owner.IsRetired && (interleaves || !owner.IsBusy);
}

/// <summary>What outlives every crash: states with versions.</summary>
internal sealed class Disk(bool checksVersions)
{
    private readonly Dictionary<string, (object State, long Version)> _states = [];
    private long _last;

    /// <summary>Called with key, former state and new state, at each write that happens.</summary>
    public Action<string, object?, object> Written { get; set; } = (_, _, _) => { };

    public (object? State, long Version) Read(string key) => _states.TryGetValue(key, out var stored) ? stored : (null, 0);

    public long Write(string key, object state, long version)
    {
        var (former, stored) = Read(key);
        if (checksVersions && stored != version)
        {
            throw new IOException($"{key} has another version than was read.");
        }

        _states[key] = (state, ++_last);
        Written(key, former, state);
        return _last;
    }

    public IEnumerable<KeyValuePair<string, (object State, long Version)>> States => _states;
}

/// <summary>The run broke a property.</summary>
internal sealed class ViolationException(string message) : Exception(message);
