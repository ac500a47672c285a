using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Core;
using Orleans.Storage;

namespace Orleans.Activations;

/// <summary>A grain class: its name, how long its activations may idle, and how its objects are made.</summary>
internal sealed class GrainClass
{
    private static readonly MethodInfo StateFactory =
        typeof(GrainClass).GetMethod(nameof(MakeState), BindingFlags.NonPublic | BindingFlags.Static)!;

    private readonly ConstructorInfo _constructor;
    private readonly ParameterInfo[] _parameters;

    public GrainClass(Type type, GrainCollectionOptions collection)
    {
        Class = type;
        Type = type.GetCustomAttribute<GrainTypeAttribute>()?.GetGrainType(null!, type) ?? GrainType.Create(ConventionalName(type));
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute), inherit: true);
        CollectionAge = AgeOf(type, collection);
        var constructors = type.GetConstructors();
        _constructor = constructors.FirstOrDefault(candidate => candidate.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute)))
            ?? constructors.MaxBy(candidate => candidate.GetParameters().Length)
            ?? throw new OrleansConfigurationException($"A grain class has a public constructor, but {type} has none.");
        _parameters = _constructor.GetParameters();
    }

    public Type Class { get; }

    public GrainType Type { get; }

    public bool IsReentrant { get; }

    /// <summary>Null if activations are never collected.</summary>
    public TimeSpan? CollectionAge { get; }

    /// <summary>Makes the grain object in a turn of its activation.</summary>
    public object Make(IGrainContext context)
    {
        var arguments = new object?[_parameters.Length];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] = ArgumentFor(_parameters[i], context);
        try
        {
            return _constructor.Invoke(arguments);
        }
        catch (TargetInvocationException exception)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception.InnerException!);
            throw;
        }
    }

    private static object? ArgumentFor(ParameterInfo parameter, IGrainContext context)
    {
        var services = context.ActivationServices;
        if (parameter.GetCustomAttribute<PersistentStateAttribute>() is { } state)
        {
            if (!parameter.ParameterType.IsConstructedGenericType
                || parameter.ParameterType.GetGenericTypeDefinition() != typeof(IPersistentState<>))
            {
                throw new OrleansConfigurationException(
                    $"[PersistentState] stands on an IPersistentState<T>, but {parameter.Name} of {parameter.Member.DeclaringType} is a {parameter.ParameterType}.");
            }

            return StateFactory.MakeGenericMethod(parameter.ParameterType.GetGenericArguments())
                .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [context, state], null);
        }

        if (parameter.ParameterType == typeof(IGrainContext))
            return context;

        if (parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed)
            return services.GetRequiredKeyedService(parameter.ParameterType, keyed.Key);

        return parameter.HasDefaultValue
            ? services.GetService(parameter.ParameterType) ?? parameter.DefaultValue
            : services.GetRequiredService(parameter.ParameterType);
    }

    private static PersistentState<TState> MakeState<TState>(IGrainContext context, IPersistentStateConfiguration configuration)
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

        return new(configuration.StateName, context, store);
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
