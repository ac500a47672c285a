using System.Reflection;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Orleans.Calls;

/// <summary>One method of a grain interface: how it is named, sent, scheduled and invoked.</summary>
internal sealed class MethodPlan
{
    private readonly MethodInvoker _invoker;

    public MethodPlan(Type grainInterface, MethodInfo method)
    {
        if (method.IsGenericMethodDefinition)
            throw new NotSupportedException($"Generic grain methods need Microsoft.Orleans.Sdk itself: {grainInterface}.{method.Name}.");

        Method = method;
        Parameters = [.. method.GetParameters().Select(parameter => parameter.ParameterType)];
        if (Parameters.Any(parameter => parameter.IsByRef))
            throw InterfacePlan.Broken(grainInterface, $"{method.Name} has a ref or out parameter");

        Name = $"{method.Name}({string.Join(',', Parameters.Select(parameter => parameter.ToString()))})";
        TokenIndex = Array.IndexOf(Parameters, typeof(CancellationToken));
        Return = ReturnShape.Of(method.ReturnType)
            ?? throw InterfacePlan.Broken(grainInterface, $"{method.Name} returns {method.ReturnType}, not Task, Task<T>, ValueTask or ValueTask<T>");
        IsReadOnly = method.IsDefined(typeof(ReadOnlyAttribute));
        IsAlwaysInterleave = method.IsDefined(typeof(AlwaysInterleaveAttribute));
        IsOneWay = method.IsDefined(typeof(OneWayAttribute));
        ResponseTimeout = method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;
        _invoker = MethodInvoker.Create(method);
    }

    public MethodInfo Method { get; }

    /// <summary>Name and parameter types: unique in the interface, and its name on the wire.</summary>
    public string Name { get; }

    public Type[] Parameters { get; }

    /// <summary>The place of the cancellation token among the parameters; -1 without one.</summary>
    public int TokenIndex { get; }

    public ReturnShape Return { get; }

    public bool IsReadOnly { get; }

    public bool IsAlwaysInterleave { get; }

    public bool IsOneWay { get; }

    public TimeSpan? ResponseTimeout { get; }

    /// <summary>Calls the grain; the result is null for methods without one.</summary>
    public Task<object?> InvokeAsync(object grain, object?[] arguments)
    {
        object? returned;
        try
        {
            returned = _invoker.Invoke(grain, arguments.AsSpan());
        }
        catch (TargetInvocationException exception)
        {
            return Task.FromException<object?>(exception.InnerException!);
        }

        return returned is null
            ? Task.FromException<object?>(new OrleansException($"{Name} of {grain.GetType()} returned null instead of a task."))
            : Return.Unwrap(returned);
    }
}

/// <summary>Between the declared task type of a method and a task of its result as an object.</summary>
internal abstract class ReturnShape
{
    /// <summary>The type of the result; null for methods without one.</summary>
    public abstract Type? Result { get; }

    public abstract Task<object?> Unwrap(object returned);

    public abstract object Wrap(Task<object?> pending);

    public static ReturnShape? Of(Type type)
    {
        if (type == typeof(Task))
            return new OfTask();
        if (type == typeof(ValueTask))
            return new OfValueTask();
        if (!type.IsConstructedGenericType)
            return null;

        var definition = type.GetGenericTypeDefinition();
        var shape = definition == typeof(Task<>) ? typeof(OfTask<>) : definition == typeof(ValueTask<>) ? typeof(OfValueTask<>) : null;
        return shape is null ? null : (ReturnShape)Activator.CreateInstance(shape.MakeGenericType(type.GetGenericArguments()))!;
    }

    private static async Task<T> Typed<T>(Task<object?> pending) => (T)(await pending.ConfigureAwait(false))!;

    private sealed class OfTask : ReturnShape
    {
        public override Type? Result => null;

        public override async Task<object?> Unwrap(object returned)
        {
            await ((Task)returned).ConfigureAwait(false);
            return null;
        }

        public override object Wrap(Task<object?> pending) => pending;
    }

    private sealed class OfValueTask : ReturnShape
    {
        public override Type? Result => null;

        public override async Task<object?> Unwrap(object returned)
        {
            await ((ValueTask)returned).ConfigureAwait(false);
            return null;
        }

        public override object Wrap(Task<object?> pending) => new ValueTask(pending);
    }

    private sealed class OfTask<T> : ReturnShape
    {
        public override Type? Result => typeof(T);

        public override async Task<object?> Unwrap(object returned) => await ((Task<T>)returned).ConfigureAwait(false);

        public override object Wrap(Task<object?> pending) => Typed<T>(pending);
    }

    private sealed class OfValueTask<T> : ReturnShape
    {
        public override Type? Result => typeof(T);

        public override async Task<object?> Unwrap(object returned) => await ((ValueTask<T>)returned).ConfigureAwait(false);

        public override object Wrap(Task<object?> pending) => new ValueTask<T>(Typed<T>(pending));
    }
}
