using Orleans.Timers;

namespace Orleans.Runtime;

/// <summary>One activation, as the runtime sees it.</summary>
public interface IGrainContext
{
    GrainId GrainId { get; }

    GrainReference GrainReference { get; }

    /// <summary>The grain object; null before it is made.</summary>
    object? GrainInstance { get; }

    /// <summary>The services of this activation, one scope each.</summary>
    IServiceProvider ActivationServices { get; }

    IGrainLifecycle ObservableLifecycle { get; }

    /// <summary>Completes when the activation has ended.</summary>
    Task Deactivated { get; }

    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
}

/// <summary>Gives the context of the running activation.</summary>
public interface IGrainContextAccessor
{
    IGrainContext GrainContext { get; }
}

/// <summary>What the runtime offers to a grain.</summary>
public interface IGrainRuntime
{
    string SiloIdentity { get; }

    SiloAddress SiloAddress { get; }

    IGrainFactory GrainFactory { get; }

    ITimerRegistry TimerRegistry { get; }

    IServiceProvider ServiceProvider { get; }

    TimeProvider TimeProvider { get; }

    void DeactivateOnIdle(IGrainContext grainContext);

    void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan);
}

/// <summary>The activation whose turn runs on this thread.</summary>
internal static class RuntimeContext
{
    [ThreadStatic]
    private static IGrainContext? _current;

    internal static IGrainContext? Current => _current;

    internal static IGrainContext? Exchange(IGrainContext? context)
    {
        var previous = _current;
        _current = context;
        return previous;
    }
}

/// <summary>
/// Keys of the clocks by area: <c>services.AddKeyedSingleton&lt;TimeProvider&gt;(TimeProviderNames.Grains, clock)</c> drives grain
/// timers alone; an unkeyed <see cref="TimeProvider"/> drives whatever has no clock of its own.
/// </summary>
public static class TimeProviderNames
{
    public const string ActivationManagement = "Orleans.ActivationManagement";
    public const string GrainDirectory = "Orleans.GrainDirectory";
    public const string Grains = "Orleans.Grains";
    public const string Membership = "Orleans.Membership";
    public const string Messaging = "Orleans.Messaging";
    public const string SystemTimers = "Orleans.SystemTimers";
}
