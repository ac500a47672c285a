using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Core;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Activations;

/// <summary>A grain class: its name, how long its activations may idle, and how its objects are made.</summary>
internal sealed class GrainClass
{
    private static readonly MethodInfo StateFactory =
        typeof(GrainClass).GetMethod(nameof(MakeState), BindingFlags.NonPublic | BindingFlags.Static)!;

    private readonly ConstructorInvoker _constructor;
    private readonly ParameterInfo[] _parameters;

    /// <summary>One for each parameter; made when the first object is, so that a class that is never used breaks no rule.</summary>
    private Func<IGrainContext, object?>[]? _arguments;

    public GrainClass(Type type, GrainCollectionOptions collection)
    {
        Class = type;
        Type = type.GetCustomAttribute<GrainTypeAttribute>()?.GetGrainType(null!, type) ?? GrainType.Create(ConventionalName(type));
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute), inherit: true);
        CollectionAge = AgeOf(type, collection);
        var constructors = type.GetConstructors();
        var constructor = constructors.FirstOrDefault(candidate => candidate.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute)))
            ?? constructors.MaxBy(candidate => candidate.GetParameters().Length)
            ?? throw new OrleansConfigurationException($"A grain class has a public constructor, but {type} has none.");
        _constructor = ConstructorInvoker.Create(constructor);
        _parameters = constructor.GetParameters();
    }

    public Type Class { get; }

    public GrainType Type { get; }

    public bool IsReentrant { get; }

    /// <summary>Null if activations are never collected.</summary>
    public TimeSpan? CollectionAge { get; }

    /// <summary>Makes the grain object in a turn of its activation.</summary>
    public object Make(IGrainContext context)
    {
        var arguments = Array.ConvertAll(_arguments ??= [.. _parameters.Select(ArgumentOf)], argument => argument(context));
        try
        {
            return _constructor.Invoke(arguments.AsSpan());
        }
        catch (TargetInvocationException exception)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception.InnerException!);
            throw;
        }
    }

    private static Func<IGrainContext, object?> ArgumentOf(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (parameter.GetCustomAttribute<PersistentStateAttribute>() is { } state)
        {
            if (!type.IsConstructedGenericType || type.GetGenericTypeDefinition() != typeof(IPersistentState<>))
            {
                throw new OrleansConfigurationException(
                    $"[PersistentState] stands on an IPersistentState<T>, but {parameter.Name} of {parameter.Member.DeclaringType} is a {type}.");
            }

            var make = StateFactory.MakeGenericMethod(type.GetGenericArguments())
                .CreateDelegate<Func<IGrainContext, IPersistentStateConfiguration, object>>();
            return context => make(context, state);
        }

        if (type == typeof(IGrainContext))
            return context => context;

        if (parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed)
            return context => context.ActivationServices.GetRequiredKeyedService(type, keyed.Key);

        return parameter.HasDefaultValue
            ? context => context.ActivationServices.GetService(type) ?? parameter.DefaultValue
            : context => context.ActivationServices.GetRequiredService(type);
    }

    private static object MakeState<TState>(IGrainContext context, IPersistentStateConfiguration configuration)
    {
        var store = string.IsNullOrWhiteSpace(configuration.StorageName)
            ? context.ActivationServices.GetService<IGrainStorage>()
            : context.ActivationServices.GetKeyedService<IGrainStorage>(configuration.StorageName);
        if (store is null)
        {
            throw new BadProviderConfigException(string.IsNullOrWhiteSpace(configuration.StorageName)
                ? $"No default storage provider found loading grain type {context.GrainId.Type}."
                : $"No storage provider named \"{configuration.StorageName}\" found loading grain type {context.GrainId.Type}.");
        }

        return new PersistentState<TState>(configuration.StateName, context, store);
    }

    private static TimeSpan? AgeOf(Type type, GrainCollectionOptions collection)
    {
        if (type.IsDefined(typeof(KeepAliveAttribute)))
            return null;
        if (collection.ClassSpecificCollectionAge.TryGetValue(type.FullName!, out var specific))
            return specific;
        if (type.GetCustomAttribute<CollectionAgeLimitAttribute>() is { } limit)
            return limit.AlwaysActive ? null : limit.AgeLimit;

        return collection.CollectionAge;
    }

    private static string ConventionalName(Type type)
    {
        const string Suffix = "grain";
        var name = type.Name.ToLowerInvariant();
        return name.Length > Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;
    }
}
