using Sweep.Silo.Web;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Web;

public class RecallTests
{
    private readonly FakeTimeProvider _time = new();
    private int _asked;

    private Recall<string, int> Create() => new(_time, TimeSpan.FromSeconds(1), 10, 2);

    private Task<int> Ask() => Task.FromResult(Interlocked.Increment(ref _asked));

    [Fact]
    public async Task WhoeverAsksMeanwhile_WaitsForTheSameAnswer()
    {
        var (recall, answer) = (Create(), new TaskCompletionSource<int>());

        var waiting = Enumerable.Range(0, 10).Select(_ => recall.Get("a", () => { _asked++; return answer.Task; }, default)).ToList();
        answer.SetResult(7);

        Assert.All(await Task.WhenAll(waiting), found => Assert.Equal(7, found));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task Answer_IsFreshForAWhile_AndLongerWhenItTookLong()
    {
        var recall = Create();
        Assert.Equal(1, await recall.Get("a", Ask, default));
        _time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Equal(1, await recall.Get("a", Ask, default));
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(2, await recall.Get("a", Ask, default));

        var slow = new TaskCompletionSource<int>();
        var begun = recall.Get("b", () => slow.Task, default);
        _time.Advance(TimeSpan.FromSeconds(7));
        slow.SetResult(3);
        Assert.Equal(3, await begun);
        _time.Advance(TimeSpan.FromSeconds(69));
        Assert.Equal(3, await recall.Get("b", Ask, default));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(3, await recall.Get("b", Ask, default));
        Assert.Equal(3, _asked);
    }

    [Fact]
    public async Task OldestAnswers_AreForgotten_AndDroppedOnesToo()
    {
        var recall = Create();
        foreach (var key in new[] { "a", "b", "c" })
        {
            await recall.Get(key, Ask, default);
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal(3, await recall.Get("c", Ask, default));
        Assert.Equal(4, await recall.Get("a", Ask, default));
        recall.Drop("c");
        Assert.Equal(5, await recall.Get("c", Ask, default));
    }

    [Fact]
    public async Task WhoGoesAway_DoesNotTakeTheAnswerFromOthers()
    {
        var (recall, answer) = (Create(), new TaskCompletionSource<int>());
        using var gone = new CancellationTokenSource();
        var first = recall.Get("a", () => answer.Task, gone.Token);
        var second = recall.Get("a", () => answer.Task, default);

        await gone.CancelAsync();
        answer.SetResult(5);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(5, await second);
    }
}
