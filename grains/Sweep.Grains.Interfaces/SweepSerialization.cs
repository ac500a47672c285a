using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>How Sweep's types cross between processes: as canonical JSON, so that no message needs generated code.</summary>
public static class SweepSerialization
{
    /// <summary>
    /// For silos and clients alike. Sweep's records go as <see cref="CanonicalJson"/>; its exceptions bear <c>[GenerateSerializer]</c> and
    /// arrive with their type and message.
    /// </summary>
    public static IServiceCollection AddSweepSerialization(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSerializer(serializer => serializer.AddJsonSerializer(IsMessage, CanonicalJson.Options));
        return services;
    }

    private static bool IsMessage(Type type) =>
        type.Namespace is { } name
        && (name == nameof(Sweep) || name.StartsWith(nameof(Sweep) + ".", StringComparison.Ordinal))
        && !typeof(Exception).IsAssignableFrom(type)
        && !typeof(Orleans.Runtime.IAddressable).IsAssignableFrom(type);
}
