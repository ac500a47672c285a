using Sweep.Client.Watching.Screens;
using Sweep.Grains;

namespace Sweep.Client.Watching;

/// <summary>An experiment on the whole terminal, with keys, while it runs.</summary>
/// <param name="surroundings">With a terminal on standard error.</param>
/// <param name="api">Of the cluster that has it.</param>
/// <param name="experiment">Its name.</param>
/// <param name="interruption">Leaving is like Ctrl+C.</param>
/// <param name="leaving">What a person is asked before leaving, where that stops the work; null where nothing is lost.</param>
internal sealed class LiveScreen(Surroundings surroundings, ISweepApi api, string experiment, Interruption interruption, string? leaving) : IProgressDisplay
{
    public async Task<T> While<T>(Func<Action<Sight>, Task<T>> work)
    {
        using var ended = new CancellationTokenSource();
        var watch = new Watcher(surroundings, api, interruption, ended.Token);
        var shown = watch.Loop.Run(new ExperimentScreen { Name = experiment, LeaveQuestion = leaving, HasKeys = surroundings.Terminal.HasKeys });
        try
        {
            var working = work(sight => watch.Loop.Happen(screen => screen with { Sight = sight }));

            // The screen ends before the work by a fault alone, which is the command's then.
            if (await Task.WhenAny(working, shown) == shown)
            {
                await shown;
            }

            var result = await working;
            watch.EndUnlessRead();
            await ((Task)shown).WaitAsync(interruption.Asked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return result;
        }
        finally
        {
            await ended.CancelAsync();
            await ((Task)shown).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Ends when the experiment has ended and nobody is in the middle of reading: what somebody reads is not taken away from under their eyes.</summary>
    private sealed class Watcher
    {
        private bool _isOver;

        public Watcher(Surroundings surroundings, ISweepApi api, Interruption interruption, CancellationToken cancellationToken)
        {
            var kind = new ScreenKind<ExperimentScreen>
            {
                Press = Press,
                Learn = (screen, news) => screen.Learn(news),
                Fit = (screen, size) => screen.Fit(size),
                Wants = screen => screen.Wants(),
                Lines = ExperimentLines.Of,
            };
            Loop = new ScreenLoop<ExperimentScreen>(surroundings, api, kind, _ => interruption.Signal(), cancellationToken);
        }

        public ScreenLoop<ExperimentScreen> Loop { get; }

        public void EndUnlessRead() => Loop.Happen(screen =>
        {
            _isOver = true;
            return Ended(screen);
        });

        private Step<ExperimentScreen> Press(ExperimentScreen screen, Key key)
        {
            var step = screen.Press(key);
            return step with { Screen = _isOver ? Ended(step.Screen) : step.Screen };
        }

        private ExperimentScreen Ended(ExperimentScreen screen)
        {
            if (!screen.IsReading)
            {
                Loop.End();
            }

            return screen;
        }
    }
}
