using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Timers;

namespace Orleans.Activations;

/// <summary>What this silo offers to its grains.</summary>
internal sealed class GrainRuntime(
    ILocalSiloDetails silo,
    IGrainFactory grainFactory,
    ITimerRegistry timerRegistry,
    IServiceProvider services,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : IGrainRuntime
{
    public string SiloIdentity => silo.SiloAddress.ToString();

    public SiloAddress SiloAddress => silo.SiloAddress;

    public IGrainFactory GrainFactory => grainFactory;

    public ITimerRegistry TimerRegistry => timerRegistry;

    public IServiceProvider ServiceProvider => services;

    public TimeProvider TimeProvider => time;

    public void DeactivateOnIdle(IGrainContext grainContext) => grainContext.Deactivate(
        new(DeactivationReasonCode.ApplicationRequested, $"{nameof(DeactivateOnIdle)} was called."));

    public void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan) =>
        ((Activation)grainContext).DelayDeactivation(timeSpan);
}

/// <summary>The activation whose turn runs.</summary>
internal sealed class GrainContextAccessor : IGrainContextAccessor
{
    public IGrainContext GrainContext => RuntimeContext.Current!;
}
