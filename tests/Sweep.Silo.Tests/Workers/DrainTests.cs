using Sweep.Silo.Workers;

namespace Sweep.Silo.Tests.Workers;

public sealed class DrainTests : IDisposable
{
    private readonly PlayedTime _time = new();
    private readonly Drain _drain;

    public DrainTests() => _drain = new Drain(_time);

    public void Dispose() => _drain.Dispose();

    [Fact]
    public void NotAsked_HasNoEnd()
    {
        Assert.Null(_drain.Left);
        Assert.False(_drain.Begun.IsCancellationRequested);
    }

    [Fact]
    public async Task Asked_EndsWhenTheTimeIsUp()
    {
        _drain.Begin(TimeSpan.FromSeconds(25));
        Assert.True(_drain.Begun.IsCancellationRequested);
        Assert.False(_drain.Over.IsCancellationRequested);

        await _time.PassOnce(TimeSpan.FromSeconds(25));

        Assert.True(_drain.Over.IsCancellationRequested);
    }

    [Fact]
    public void AskedTwice_TheEarlierEndCounts()
    {
        Assert.True(_drain.Begin(TimeSpan.FromSeconds(60)));
        _time.Move(TimeSpan.FromSeconds(10));
        Assert.True(_drain.Begin(TimeSpan.FromSeconds(25)));
        Assert.False(_drain.Begin(TimeSpan.FromSeconds(60)));

        Assert.Equal(TimeSpan.FromSeconds(25), _drain.Left);
    }

    [Fact]
    public void NoTime_IsOverAtOnce()
    {
        _drain.Begin(TimeSpan.Zero);

        Assert.True(_drain.Over.IsCancellationRequested);
        Assert.Equal(TimeSpan.Zero, _drain.Left);
    }

    [Fact]
    public void Pace_TellsWhenTheCheckpointComes()
    {
        var pace = new EpochPace(_time);
        pace.Add(1); // resumed
        Assert.Null(pace.ToCheckpoint());
        _time.Move(TimeSpan.FromSeconds(30)); // reading data is no pace
        pace.Add(1.1);
        Assert.Null(pace.ToCheckpoint());
        _time.Move(TimeSpan.FromSeconds(10));
        pace.Add(1.2);
        _time.Move(TimeSpan.FromSeconds(3));

        // 0.8 epochs at 10 s a tenth, 3 s of them gone, and 2 s to commit.
        Assert.Equal(79, pace.ToCheckpoint()!.Value.TotalSeconds, 6);
    }

    [Fact]
    public void Pace_AtAnEpochsEnd_HasNothingToWaitFor()
    {
        var pace = new EpochPace(_time);
        foreach (var epochs in new[] { 0, 0.5, 1 })
        {
            pace.Add(epochs);
            _time.Move(TimeSpan.FromSeconds(10));
        }

        Assert.Null(pace.ToCheckpoint());
    }
}
