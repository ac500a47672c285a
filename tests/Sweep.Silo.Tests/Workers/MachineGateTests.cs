using Sweep.Silo.Workers;

namespace Sweep.Silo.Tests.Workers;

public sealed class MachineGateTests
{
    private readonly MachineGate _gate = new();

    [Fact]
    public async Task Ordinary_AreInsideTogether()
    {
        using var first = await Enter(alone: false);
        using var second = await Enter(alone: false);
    }

    [Fact]
    public async Task Alone_WaitsForAllOthers_AndKeepsThemOut()
    {
        var first = await Enter(alone: false);
        var second = await Enter(alone: false);
        var alone = Enter(alone: true);
        first.Dispose();
        Assert.False(alone.IsCompleted);
        second.Dispose();
        var turn = await alone;

        var ordinary = Enter(alone: false);
        var another = Enter(alone: true);
        Assert.False(ordinary.IsCompleted);
        Assert.False(another.IsCompleted);

        turn.Dispose();
        (await ordinary).Dispose();
        (await another).Dispose();
    }

    [Fact]
    public async Task Turns_ComeInTheOrderOfArrival()
    {
        var inside = await Enter(alone: false);
        var alone = Enter(alone: true);
        var later = new[] { Enter(alone: false), Enter(alone: false) };
        Assert.All(later, task => Assert.False(task.IsCompleted)); // though somebody ordinary is inside

        inside.Dispose();
        var turn = await alone;
        Assert.All(later, task => Assert.False(task.IsCompleted));
        turn.Dispose();
        Assert.All(await Task.WhenAll(later), other => other.Dispose());
        (await Enter(alone: true)).Dispose();
    }

    [Fact]
    public async Task GivenUp_ItStandsInNobodysWay()
    {
        using var inside = await Enter(alone: false);
        using var giveUp = new CancellationTokenSource();
        var alone = _gate.Enter(alone: true, giveUp.Token);
        var behind = Enter(alone: false);

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => alone);
        (await behind).Dispose();
    }

    [Fact]
    public async Task GivenUpAfterItsTurnCame_ItKeepsTheTurn()
    {
        using var giveUp = new CancellationTokenSource();
        var turn = await _gate.Enter(alone: true, giveUp.Token);
        await giveUp.CancelAsync();

        var next = Enter(alone: false);
        Assert.False(next.IsCompleted);
        turn.Dispose();
        turn.Dispose(); // harmless
        (await next).Dispose();
        (await Enter(alone: true)).Dispose();
    }

    [Fact]
    public async Task Turns_NeverOverlapOneThatIsAlone()
    {
        var (inside, alone) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
        {
            var wantsAlone = i % 5 == 0;
            using var turn = await Enter(wantsAlone);
            var now = Interlocked.Increment(ref inside);
            alone += wantsAlone ? 1 : 0; // unguarded on purpose: nobody else may write
            Assert.True(!wantsAlone || now == 1);
            await Task.Yield();
            Assert.True(!wantsAlone || Volatile.Read(ref inside) == 1);
            Interlocked.Decrement(ref inside);
        })));
        Assert.Equal(40, alone);
    }

    private Task<IDisposable> Enter(bool alone) => _gate.Enter(alone, CancellationToken.None);
}
