using Orleans;
using Orleans.Runtime;

namespace Sweep.Silo.Tests.Storage;

/// <summary>A silo's life without a silo: starts and stops what takes part in it, stage by stage.</summary>
internal sealed class RecordingLifecycle : ISiloLifecycle
{
    private readonly List<(string Name, int Stage, ILifecycleObserver Observer)> _observers = [];

    public int HighestCompletedStage { get; private set; } = int.MinValue;

    public int LowestStoppedStage { get; private set; } = int.MaxValue;

    public IEnumerable<string> Observers => _observers.Select(observer => observer.Name);

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        var entry = (observerName, stage, observer);
        _observers.Add(entry);
        return new Subscription(() => _observers.Remove(entry));
    }

    public async Task Start()
    {
        foreach (var (_, stage, observer) in _observers.OrderBy(observer => observer.Stage))
        {
            await observer.OnStart();
            HighestCompletedStage = stage;
        }
    }

    public async Task Stop()
    {
        foreach (var (_, stage, observer) in _observers.OrderByDescending(observer => observer.Stage))
        {
            await observer.OnStop();
            LowestStoppedStage = stage;
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
