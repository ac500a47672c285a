using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Sweep.Grains;

/// <summary>What the grains need of the silo that hosts them, beside a grain storage named <see cref="SchedulingOptions.Storage"/>.</summary>
public static class GrainServices
{
    public static IServiceCollection AddSweepGrains(this IServiceCollection services, Action<SchedulingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<GrainMeter>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SchedulingOptions>, SchedulingOptionsValidator>());
        services.AddOptions<SchedulingOptions>().Configure(options => configure?.Invoke(options)).ValidateOnStart();
        return services.AddSweepSerialization();
    }
}
