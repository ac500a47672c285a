using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using Orleans.Calls;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Activations;

/// <summary>The grain classes of this silo, by name and by interface.</summary>
internal sealed class GrainClassCatalog
{
    private readonly FrozenDictionary<GrainType, GrainClass> _byType;
    private readonly FrozenDictionary<Type, GrainClass[]> _byInterface;

    /// <exception cref="OrleansConfigurationException">Two classes have one name, or an interface breaks a rule.</exception>
    public GrainClassCatalog(IOptions<GrainTypeOptions> types, IOptions<GrainCollectionOptions> collection)
    {
        var classes = types.Value.Classes.Append(typeof(Membership.ManagementGrain)).Distinct()
            .Select(type => new GrainClass(type, collection.Value)).ToArray();
        if (classes.GroupBy(grainClass => grainClass.Type).FirstOrDefault(group => group.Count() > 1) is { } clash)
        {
            throw new OrleansConfigurationException(
                $"Each grain class has a grain type of its own, but \"{clash.Key}\" is that of "
                + $"{string.Join(" and ", clash.Select(grainClass => grainClass.Class))}; name one with [GrainType].");
        }

        _byType = classes.ToFrozenDictionary(grainClass => grainClass.Type);
        _byInterface = classes
            .SelectMany(grainClass => grainClass.Class.GetInterfaces()
                .Where(type => type.IsAssignableTo(typeof(IGrain)) && !IsMarker(type))
                .Select(type => (type, grainClass)))
            .GroupBy(pair => pair.type, pair => pair.grainClass)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray());
        foreach (var type in _byInterface.Keys)
            InterfacePlan.Of(type);
    }

    /// <summary>Names of interfaces with the grain type a client addresses by them.</summary>
    public IEnumerable<(string Interface, GrainType Type)> Unambiguous =>
        from entry in _byInterface
        let grainClass = Choose(entry.Key, entry.Value)
        where grainClass is not null
        select (entry.Key.FullName!, grainClass.Type);

    public GrainClass? Find(GrainType type) => _byType.GetValueOrDefault(type);

    /// <exception cref="ArgumentException">No class or more than one implements the interface.</exception>
    public GrainType GrainTypeOf(Type grainInterface, string? classNamePrefix)
    {
        var candidates = _byInterface.GetValueOrDefault(grainInterface) ?? [];
        if (classNamePrefix is not null)
            candidates = [.. candidates.Where(candidate => candidate.Class.FullName!.StartsWith(classNamePrefix, StringComparison.Ordinal))];
        if (candidates.Length == 0)
            throw new ArgumentException($"Could not find an implementation for interface {grainInterface}", nameof(grainInterface));

        return Choose(grainInterface, candidates)?.Type ?? throw new ArgumentException(
            $"An interface alone names a grain if one class implements it, but {grainInterface} is implemented by "
            + $"{string.Join(" and ", candidates.Select(candidate => candidate.Class))}.", nameof(grainInterface));
    }

    /// <summary>The only class, or the one named as the interface without its I.</summary>
    private static GrainClass? Choose(Type grainInterface, GrainClass[] candidates) => candidates.Length == 1
        ? candidates[0]
        : candidates.SingleOrDefault(candidate => grainInterface.Name == $"I{candidate.Class.Name}");

    private static bool IsMarker(Type type) => type.Namespace == nameof(Orleans) && type.Assembly == typeof(IGrain).Assembly;
}
