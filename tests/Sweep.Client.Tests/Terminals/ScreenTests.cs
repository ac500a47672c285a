using Sweep.Client.Watching;
using Sweep.Client.Watching.Screens;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Tests.Terminals;

/// <summary>The screens without a terminal: keys in, lines out.</summary>
public sealed class ScreenTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 3, 14, 20, 0, TimeSpan.Zero);
    private static readonly ExperimentResult s_result = LargeSample.Result(300);

    private static readonly Key s_enter = new(KeyName.Enter);
    private static readonly Key s_escape = new(KeyName.Escape);
    private static readonly Key s_tab = new(KeyName.Tab);

    /// <summary>A screen that is told what it wants to know by a cluster that has everything.</summary>
    private static ExperimentScreen Told(ExperimentScreen screen, ExperimentResult? of = null)
    {
        var result = of ?? s_result;
        for (var wanted = screen.Wants(); ; wanted = screen.Wants())
        {
            screen = screen.Learn(new News
            {
                Queue = LargeSample.Queue(s_result),
                Trials = Answer(wanted.Trials),
                Failures = Answer(wanted.Failures),
                Running = Answer(wanted.Running),
                Trial = wanted.Trial is { } id ? new TrialDetail { Trial = result.Trials.First(trial => trial.Id == id), Attempts = [] } : null,
            }).Fit(screen.Size);
            if (screen.Wants() == wanted)
            {
                return screen;
            }
        }

        TrialAnswer? Answer(TrialQuestion? question)
        {
            if (question is null)
            {
                return null;
            }

            Assert.InRange(question.Query.Limit, 1, 1000);
            var outlines = result.Trials.Select((trial, number) => new TrialOutline(number, trial.State, trial.Settings, trial.Metrics, trial.Failure?.Failure.Message));
            var found = TrialSelection.Of(outlines, result.Front, question.Query);
            return new TrialAnswer(question, new TrialPage
            {
                Trials = [.. found.Skip(question.Query.Offset).Take(question.Query.Limit).Select(number => result.Trials[number])],
                Offset = question.Query.Offset,
                Total = found.Count,
            });
        }
    }

    private static ExperimentScreen Screen(int width, int height, ExperimentResult? of = null) => Told(
        new ExperimentScreen { Name = "front-of-many", Sight = new Sight(LargeSample.Running(of ?? s_result), TimeSpan.FromSeconds(4000)) }.Fit(new ScreenSize(width, height)), of);

    private static ExperimentScreen Press(ExperimentScreen screen, params Key[] keys) =>
        keys.Aggregate(screen, (at, key) => Told(at.Press(key).Screen.Fit(at.Size)));

    private static ExperimentScreen Press(ExperimentScreen screen, string keys) => Press(screen, [.. keys.Select(Key.Of)]);

    private static string Text(ExperimentScreen screen, Alphabet? alphabet = null) =>
        string.Concat(ExperimentLines.Of(screen, alphabet ?? Alphabet.Unicode, s_now).Select(line => line.ToString().TrimEnd() + "\n"));

    [Theory]
    [InlineData(80, 24)]
    [InlineData(120, 40)]
    [InlineData(50, 15)]
    public void Overview_LooksAsApproved(int width, int height) => Expected.Equal($"watch-{width}x{height}.txt", Text(Screen(width, height)));

    [Fact]
    public void Views_LookAsApproved()
    {
        var views = new List<string>();
        for (var screen = Screen(80, 24); views.Count < 5; screen = Press(screen, s_tab))
        {
            views.Add(Text(screen));
        }

        Expected.Equal("watch-views.txt", string.Join('\n', views));
    }

    [Fact]
    public void OpenTrial_TellsItsAttempts()
    {
        var stages = s_result.Trials[9].Stages;
        var start = s_now.AddHours(-1);
        StageSpan Span(int stage, int attempt, SpanEnd outcome, FailureReason? reason = null) => new()
        {
            Stage = stages[stage],
            Kind = stages[stage].Kind,
            Label = "",
            Attempt = attempt,
            Worker = "alpha/cuda:1-0",
            Start = start,
            End = start.AddSeconds(75),
            Outcome = outcome,
            Reason = reason,
            Epochs = 2,
            PeakMemory = 3_210_000_000,
            PaidHere = true,
        };

        var screen = Press(Screen(100, 24), [.. Enumerable.Repeat(new Key(KeyName.Down), 9), s_enter]);
        screen = screen.Learn(new News
        {
            Trial = new TrialDetail
            {
                Trial = s_result.Trials[9],
                Attempts = [Span(0, 1, SpanEnd.Succeeded), Span(1, 1, SpanEnd.Lost), Span(1, 2, SpanEnd.Succeeded), Span(2, 1, SpanEnd.Failed, FailureReason.NonFiniteLoss)],
            },
        });
        Expected.Equal("watch-trial.txt", Text(screen));
    }

    [Fact]
    public void EveryPicture_FitsTheTerminal()
    {
        var few = LargeSample.Result(40);
        ExperimentStatus[] statuses =
        [
            LargeSample.Running(few) with { PausedFor = new string('x', 300) },
            Samples.Status(few with { State = ExperimentState.Complete }) with { EndedAt = s_now, Reason = "a limit" },
            Samples.Status(few) with { Front = [], Dense = null, EpochsNeeded = 0 },
        ];
        foreach (var status in statuses)
        {
            foreach (var (width, height) in from width in new[] { 1, 20, 40, 110, 200 } from height in new[] { 1, 4, 10, 13, 24, 60 } select (width, height))
            {
                var screen = Told(new ExperimentScreen { Name = "front-of-many", Sight = new Sight(status, TimeSpan.FromHours(30), "no answer") }.Fit(new ScreenSize(width, height)), few);
                foreach (var keys in new[] { "", "1", "2", "3", "4", "5", "?", "p", "2/naïve 日本語", "2ff" })
                {
                    Fits(Press(screen, keys));
                }

                Fits(Press(screen, s_enter));
                Fits(Press(screen, s_enter, new Key(KeyName.End)));
            }
        }

        static void Fits(ExperimentScreen screen)
        {
            foreach (var alphabet in new[] { Alphabet.Unicode, Alphabet.Plain })
            {
                var lines = ExperimentLines.Of(screen, alphabet, s_now);
                Assert.Equal(screen.Size.Height, lines.Count);
                Assert.All(lines, line => Assert.InRange(Alphabet.WidthOf(line.ToString()), 0, screen.Size.Width));
            }
        }
    }

    [Fact]
    public void AHundredThousandTrials_AreAskedForByTheScreenful()
    {
        var many = LargeSample.Result(100_000) with { Front = [] };
        var screen = Told(Screen(120, 40, many).Press(new Key(KeyName.End)).Screen.Fit(new ScreenSize(120, 40)), many);
        var question = screen.Trials.Answer!.Question.Query;
        Assert.InRange(question.Limit, 1, 200);
        Assert.InRange(question.Offset, 99_000, 100_000);
        Assert.Null(screen.Wants().Trials);
        Assert.Contains("300 of 300", Text(Press(Screen(120, 40), new Key(KeyName.End))), StringComparison.Ordinal);
    }

    [Fact]
    public void Moving_KeepsTheCursorInSight()
    {
        var screen = Screen(80, 24);
        foreach (var key in new[] { new Key(KeyName.PageDown), new Key(KeyName.Down), Key.Of('j'), new Key(KeyName.PageUp), new Key(KeyName.Up), new Key(KeyName.End), Key.Of('k'), Key.Of('g') })
        {
            screen = Press(screen, key);
            Assert.Contains($"▸ {screen.Trials.Chosen!.Id}", Text(screen));
            Assert.Contains($"{screen.Trials.Cursor.At + 1} of 300", Text(screen));
        }

        Assert.Equal(0, screen.Trials.Cursor.At);
    }

    [Fact]
    public void Filters_AreSaidAndForgotten()
    {
        var screen = Press(Screen(80, 24), "fff");
        Assert.Contains("1 of 15 failed", Text(screen));
        Assert.Contains("on the front", Text(Press(screen, "fff")));
        Assert.Contains("none waiting, with 'zzz'", Text(Press(Press(screen, "ff/zzz"), s_enter)));
        Assert.Contains("No such trial; Esc shows all.", Text(Press(Press(screen, "ff/zzz"), s_enter)));
        Assert.Contains("1 of 300", Text(Press(Press(screen, "ff/zzz"), s_enter, s_escape)));
        Assert.Contains("trials with: nan_", Text(Press(Press(screen, "/nanx"), new Key(KeyName.Backspace))));
    }

    [Fact]
    public void Orders_AreGivenOnceTheyAreConfirmed()
    {
        var screen = Screen(80, 24);
        Assert.Null(Press(screen, "p").Press(Key.Of('n')).Order);
        Assert.Equal(new Order(OrderKind.Pause, "front-of-many"), Press(screen, "p").Press(Key.Of('y')).Order);
        var paused = screen with { Sight = new Sight(screen.Status! with { State = ExperimentState.Paused }, null) };
        Assert.Equal(new Order(OrderKind.Resume, "front-of-many"), Press(paused, "p").Press(Key.Of('Y')).Order);
        var ended = screen with { Sight = new Sight(screen.Status! with { State = ExperimentState.Cancelled }, null) };
        Assert.Contains("this one is cancelled", Text(Press(ended, "p")));
        Assert.Equal(new Order(OrderKind.StopTrial, "front-of-many", "t0012"), Press(Press(Press(screen, "f"), s_enter), "x").Press(Key.Of('y')).Order);
        Assert.Equal(new Order(OrderKind.RetryTrial, "front-of-many", "t0010"), Press(Press(Press(screen, "fff"), s_enter), "t").Press(Key.Of('y')).Order);
        Assert.Null(Press(Press(Press(screen, "ff"), s_enter), "t").Press(Key.Of('y')).Order);
    }

    [Fact]
    public void Leaving_AsksWhereItStopsTheWork()
    {
        Assert.Equal(new Order(OrderKind.Leave), Screen(80, 24).Press(Key.Of('q')).Order);
        var own = Screen(80, 24) with { LeaveQuestion = "Stop the sweep?" };
        Assert.Null(own.Press(Key.Of('q')).Order);
        Assert.Contains("Stop the sweep? y/n", Text(Press(own, "q")));
        Assert.Equal(new Order(OrderKind.Leave), Press(own, "q").Press(Key.Of('y')).Order);
    }

    [Fact]
    public void Header_SaysWhenItEndsAndWhatIsWrong()
    {
        Assert.Contains("epoch 412.5 of 960  1 h 6 min left (about 15:26)", Text(Screen(120, 40)));
        var late = Screen(120, 40) with { Sight = new Sight(LargeSample.Running(s_result), TimeSpan.FromHours(12)) };
        Assert.Contains("12 h 0 min left (about Sun 02:20)", Text(late));
        var gone = late with { Sight = late.Sight with { Outage = "connection refused\u001b[2J" } };
        Assert.Contains("front-of-many  running  no answer", Text(gone));
        Assert.Contains(@"No answer from the cluster: connection refused\u001b[2J", Text(gone));
    }

    [Fact]
    public void Terminals_WithoutUtf8_GetAscii()
    {
        var text = Text(Screen(120, 40), Alphabet.Plain);
        Assert.True(System.Text.Ascii.IsValid(text));
        Assert.Contains("> t0001 *", text);
        Assert.Contains("lambda", text);
        Assert.Same(Alphabet.Plain, Alphabet.Of(name => name == "LANG" ? "de_DE.ISO-8859-1" : null));
        Assert.Same(Alphabet.Plain, Alphabet.Of(name => name == "LC_ALL" ? "C" : "C.UTF-8"));
        Assert.Same(Alphabet.Unicode, Alphabet.Of(name => name == "LC_CTYPE" ? "en_US.utf8" : null));
        Assert.Same(Alphabet.Unicode, Alphabet.Of(_ => null));
    }
}
