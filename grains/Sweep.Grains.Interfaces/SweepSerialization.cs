using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>How Sweep's types cross between processes: as canonical JSON, so that no message needs generated code.</summary>
/// <remarks>
/// While an upgrade goes on, processes of two versions talk. So a member that a message of this namespace does not know (of a report, directive,
/// offer, status) is passed over. What says what is to be computed, or is kept for good, is refused with it whole: in a spec, a recipe or a result, within
/// a message too, an unknown member changes the meaning, or would be lost. State in storage is not read by these options but by <see cref="CanonicalJson"/>'s
/// own: an older version would write back what a newer one had written, without what it did not know.
/// <para>
/// A change of a message is compatible when both sides may ignore it: a new member that is nullable or has a default which means what its absence
/// meant before. Not compatible, so for release notes that tell to stop the old version first: a member that is new and <c>required</c>, or removed while it was; a new
/// value of an enum that the other side may meet; a new meaning, type or name of an old member.
/// </para>
/// </remarks>
public static class SweepSerialization
{
    /// <summary>As <see cref="CanonicalJson.Options"/>, but messages pass over members that they do not know.</summary>
    public static JsonSerializerOptions MessageOptions { get; } = Create();

    /// <summary>
    /// For silos and clients alike. Sweep's records go as <see cref="MessageOptions"/> say; its exceptions bear <c>[GenerateSerializer]</c> and
    /// arrive with their type and message.
    /// </summary>
    public static IServiceCollection AddSweepSerialization(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSerializer(serializer => serializer.AddJsonSerializer(IsOurs, MessageOptions));
        return services;
    }

    private static bool IsOurs(Type type) =>
        type.Namespace is { } name
        && (name == nameof(Sweep) || name.StartsWith(nameof(Sweep) + ".", StringComparison.Ordinal))
        && !typeof(Exception).IsAssignableFrom(type)
        && !typeof(Orleans.Runtime.IAddressable).IsAssignableFrom(type);

    private static JsonSerializerOptions Create()
    {
        var resolver = new DefaultJsonTypeInfoResolver();
        resolver.Modifiers.Add(type =>
        {
            if (type.Kind is JsonTypeInfoKind.Object && type.Type.Namespace == typeof(SweepSerialization).Namespace)
            {
                type.UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip;
            }
        });
        var options = new JsonSerializerOptions(CanonicalJson.Options) { TypeInfoResolver = resolver };
        options.MakeReadOnly();
        return options;
    }
}
