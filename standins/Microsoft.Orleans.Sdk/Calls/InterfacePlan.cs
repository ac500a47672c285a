using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using Orleans.Runtime;

namespace Orleans.Calls;

/// <summary>A grain interface with the methods of its own and of its bases.</summary>
internal sealed class InterfacePlan
{
    private static readonly ConcurrentDictionary<Type, InterfacePlan> Plans = new();

    private readonly FrozenDictionary<MethodInfo, MethodPlan> _byMethod;
    private readonly FrozenDictionary<string, MethodPlan> _byName;

    private readonly Lazy<GrainReference> _prototype;

    private InterfacePlan(Type type)
    {
        if (!type.IsInterface || !type.IsAssignableTo(typeof(IAddressable)))
            throw Broken(type, "it is no interface that derives from IAddressable");
        if (type.IsGenericType)
            throw new NotSupportedException($"Generic grain interfaces need Microsoft.Orleans.Sdk itself: {type}.");
        if (type.IsAssignableTo(typeof(IGrainObserver)))
            throw new NotSupportedException($"Grain observers need Microsoft.Orleans.Sdk itself: {type}.");

        Type = type;
        Name = type.FullName!;
        _prototype = new(() => GrainReference.MakePrototype(type));
        var methods = type.GetInterfaces().Append(type)
            .SelectMany(level => level.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .ToArray();
        if (methods.FirstOrDefault(method => method.IsSpecialName) is { } accessor)
            throw Broken(type, $"{accessor.Name} belongs to a property or an event");

        _byMethod = methods.ToFrozenDictionary(method => method, method => new MethodPlan(type, method));
        _byName = _byMethod.Values.GroupBy(plan => plan.Name, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.Last(), StringComparer.Ordinal);
    }

    public Type Type { get; }

    public string Name { get; }

    /// <summary>A reference to no grain, to make others from: to copy one is much cheaper than to make a proxy.</summary>
    public GrainReference Prototype => _prototype.Value;

    /// <exception cref="OrleansConfigurationException">The interface breaks a rule of grain interfaces.</exception>
    public static InterfacePlan Of(Type type) => Plans.GetOrAdd(type, static key => new(key));

    /// <summary>The types of all values that callers hand over.</summary>
    public IEnumerable<Type> Parameters =>
        _byMethod.Values.SelectMany(method => method.Parameters).Where(type => type != typeof(CancellationToken)).Distinct();

    public MethodPlan this[MethodInfo method] => _byMethod[method];

    public MethodPlan? Find(string name) => _byName.GetValueOrDefault(name);

    public static OrleansConfigurationException Broken(Type grainInterface, string how) => new(
        $"A grain interface derives from IAddressable and has only methods that return tasks, but of {grainInterface} {how}.");
}
