using System.Collections.Concurrent;

namespace Orleans.Conformance.Tests;

/// <summary>Named events between tests and grains: whoever waits, waits for something that happens, not for time.</summary>
public sealed class Signals
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _signals = new();
    private readonly ConcurrentQueue<string> _log = new();

    public IReadOnlyList<string> Log => [.. _log];

    public bool IsSet(string name) => Of(name).Task.IsCompleted;

    /// <summary>Lets all who wait for the name go on, now and later.</summary>
    public void Set(string name)
    {
        _log.Enqueue(name);
        Of(name).TrySetResult();
    }

    public async Task WaitAsync(string name)
    {
        try
        {
            await Of(name).Task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Expected \"{name}\" within {Patience}, but only saw: {string.Join(", ", _log)}.");
        }
    }

    private TaskCompletionSource Of(string name) =>
        _signals.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
