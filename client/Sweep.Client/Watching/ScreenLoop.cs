using System.Threading.Channels;
using Sweep.Client.Watching.Screens;
using Sweep.Grains;

namespace Sweep.Client.Watching;

/// <summary>How the loop uses a screen of one kind.</summary>
internal sealed record ScreenKind<T>
{
    public required Func<T, Key, Step<T>> Press { get; init; }

    public required Func<T, News, T> Learn { get; init; }

    public required Func<T, ScreenSize, T> Fit { get; init; }

    public required Func<T, Wanted> Wants { get; init; }

    public required Func<T, Alphabet, DateTimeOffset, IReadOnlyList<ScreenLine>> Lines { get; init; }
}

/// <summary>
/// Keys, sizes and news in, pictures out: one after another on one task, which waits for whatever happens next and draws once for all that has happened
/// by then. Asks the cluster once a second, and at once when the screen wants to know something else.
/// </summary>
internal sealed class ScreenLoop<T> : ITerminalListener
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly Surroundings _surroundings;
    private readonly ScreenKind<T> _kind;
    private readonly ClusterNews _cluster;
    private readonly ScreenPainter _painter;
    private readonly Alphabet _alphabet;
    private readonly Action<Order> _order;
    private readonly Channel<Func<T, T>> _happened = Channel.CreateUnbounded<Func<T, T>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationToken _cancellation;
    private Wanted? _asked;
    private bool _due = true;
    private Task _asking = Task.CompletedTask;

    /// <param name="order">Told of orders that are not the cluster's to obey.</param>
    public ScreenLoop(Surroundings surroundings, ISweepApi api, ScreenKind<T> kind, Action<Order> order, CancellationToken cancellationToken)
    {
        (_surroundings, _kind, _order, _cancellation) = (surroundings, kind, order, cancellationToken);
        _cluster = new ClusterNews(api, surroundings.Time);
        _painter = new ScreenPainter(surroundings.Error, surroundings.Coloured);
        _alphabet = Alphabet.Of(surroundings.Variable);
    }

    public void Pressed(Key key) => Happen(screen =>
    {
        var step = _kind.Press(screen, key);
        if (step.Order is { Kind: OrderKind.Leave } own)
        {
            _order(own);
        }
        else if (step.Order is { } order)
        {
            _ = Tell(_cluster.Obey(order, _cancellation), asksAgain: true);
        }

        return step.Screen;
    });

    public void Resized() => Happen(screen => screen);

    public void Leaving() => _painter.StepOut();

    public void BackAgain()
    {
        _painter.Return();
        Happen(screen => screen);
    }

    /// <summary>Something has happened that is no key: from any thread.</summary>
    public void Happen(Func<T, T> change) => _happened.Writer.TryWrite(change);

    /// <summary>The screen is not wanted any more.</summary>
    public void End() => _happened.Writer.TryComplete();

    /// <returns>The screen as it was when it ended.</returns>
    public async Task<T> Run(T screen)
    {
        using var listening = _surroundings.Terminal.Listen(this);
        await using var ticks = _surroundings.Time.CreateTimer(_ => Happen(Due), null, s_interval, s_interval);
        try
        {
            screen = Draw(screen);
            while (await _happened.Reader.WaitToReadAsync(_cancellation))
            {
                while (_happened.Reader.TryRead(out var change))
                {
                    screen = _kind.Fit(change(screen), Size);
                }

                screen = Draw(screen);
            }

            return screen;
        }
        finally
        {
            _painter.Close();
            await _asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private ScreenSize Size => new(Math.Max(_surroundings.Width(), 1), Math.Max(_surroundings.Height(), 1));

    private T Due(T screen)
    {
        _due = true;
        return screen;
    }

    private T Draw(T screen)
    {
        var fitted = _kind.Fit(screen, Size);
        _painter.Draw(_kind.Lines(fitted, _alphabet, _surroundings.Time.GetLocalNow()), Size);
        var wanted = _kind.Wants(fitted);
        if (_asking.IsCompleted && (_due || (wanted.IsUrgent && wanted != _asked)))
        {
            (_due, _asked) = (false, wanted);
            _asking = Tell(_cluster.Ask(wanted, _cancellation), asksAgain: false);
        }

        return fitted;
    }

    private async Task Tell(Task<News> asked, bool asksAgain)
    {
        try
        {
            var news = await asked;
            Happen(screen => _kind.Learn(asksAgain ? Due(screen) : screen, news));
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
        catch (Exception e)
        {
            // What is wrong here is wrong for the whole command.
            _happened.Writer.TryComplete(e);
        }
    }
}
