using System.Collections.Concurrent;
using Sweep.Recipes;
using Sweep.Scheduling;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

/// <summary>Watches what must not happen: a stage that succeeds twice, or that is started after it has succeeded.</summary>
internal sealed class StageCounts
{
    private readonly ConcurrentDictionary<StageId, int> _successes = [];
    private readonly ConcurrentDictionary<StageId, int> _starts = [];
    private readonly ConcurrentBag<string> _faults = [];

    public IReadOnlyDictionary<StageId, int> Successes => _successes;

    public IReadOnlyDictionary<StageId, int> Starts => _starts;

    public IReadOnlyCollection<string> Faults => _faults;

    public void Watch(FakeDisk disk) => disk.AfterWrite = OnWritten;

    public void Watch(FakeWorker worker) => worker.Starting = assignment =>
    {
        _starts.AddOrUpdate(assignment.Recipe.Id, 1, (_, count) => count + 1);
        if (_successes.ContainsKey(assignment.Recipe.Id))
        {
            _faults.Add($"{assignment.Recipe.Id} was started after it had succeeded.");
        }
    };

    public void OnWritten(string key, string text)
    {
        if (key.StartsWith("stage|", StringComparison.Ordinal) && CanonicalJson.Deserialize<StoredStage>(text).Stage is { State: StageState.Succeeded } stage)
        {
            _successes.AddOrUpdate(stage.Id, 1, (_, count) => count + 1);
        }
    }

    public void AssertEachOnce(IEnumerable<StageId> stages)
    {
        Assert.Empty(Faults);
        Assert.All(stages, stage => Assert.Equal(1, _successes.GetValueOrDefault(stage)));
        Assert.All(_successes, success => Assert.Equal(1, success.Value));
    }
}
