using Sweep.Client.Watching;
using Sweep.Client.Watching.Screens;
using Sweep.Planning;

namespace Sweep.Client.Tests.Terminals;

/// <summary>The screen of <c>sweep top</c> without a terminal.</summary>
public sealed class ClusterScreenTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 3, 14, 20, 0, TimeSpan.Zero);
    private static readonly ExperimentResult s_large = LargeSample.Result(300);

    private static ClusterScreen Screen(int width = 100, int height = 24)
    {
        var running = LargeSample.Running(s_large);
        Sight[] sights =
        [
            new(running with { Name = "ended", State = ExperimentState.Complete, EpochsDone = 960, Running = [], EndedAt = s_now.AddHours(-3) }, null),
            new(running, TimeSpan.FromMinutes(25)),
            new(running with { Name = "younger", EpochsDone = 10, Running = [], SubmittedAt = s_now.AddMinutes(-5) }, null),
            new(running with { Name = "held-back", State = ExperimentState.Paused, EpochsDone = 480, Running = [] }, null),
        ];
        return new ClusterScreen { Address = "https://sweep.example" }
            .Learn(new News { Experiments = sights, Queue = LargeSample.Queue(s_large) }).Fit(new ScreenSize(width, height));
    }

    private static ClusterScreen Press(ClusterScreen screen, params Key[] keys) => keys.Aggregate(screen, (at, key) => at.Press(key).Screen.Fit(at.Size));

    private static ClusterScreen Press(ClusterScreen screen, string keys) => Press(screen, [.. keys.Select(Key.Of)]);

    private static string Text(ClusterScreen screen) => string.Concat(ClusterLines.Of(screen, Alphabet.Unicode, s_now).Select(line => line.ToString().TrimEnd() + "\n"));

    private static string Names(ClusterScreen screen) => string.Join(' ', screen.Listed.Select(sight => sight.Status.Name));

    [Theory]
    [InlineData(80, 24)]
    [InlineData(120, 30)]
    public void Overview_LooksAsApproved(int width, int height) => Expected.Equal($"top-{width}x{height}.txt", Text(Screen(width, height)));

    [Theory]
    [InlineData("", "younger front-of-many held-back ended")]
    [InlineData("r", "ended held-back front-of-many younger")]
    [InlineData("s", "ended front-of-many held-back younger")]
    [InlineData("ss", "ended held-back front-of-many younger")]
    [InlineData("f", "younger front-of-many")]
    [InlineData("ff", "held-back")]
    [InlineData("fff", "ended")]
    [InlineData("F", "ended")]
    [InlineData("/E", "younger held-back ended")]
    public void Keys_SortAndFilter(string keys, string names) => Assert.Equal(names, Names(Press(Screen(), keys)));

    [Fact]
    public void Enter_OpensAnExperiment_AndEscapeGoesBack()
    {
        var opened = Press(Screen(), new Key(KeyName.Down), new Key(KeyName.Enter));
        Assert.Equal(new Wanted { Experiment = "front-of-many", Experiments = true, Trials = opened.Wants().Trials, Failures = opened.Wants().Failures, Running = opened.Wants().Running }, opened.Wants());
        Assert.Contains("front-of-many  running", Text(opened));
        Assert.Equal(new Order(OrderKind.Leave), opened.Press(Key.Of('q')).Order);
        var gone = opened.Learn(new News { Outage = "connection refused" });
        Assert.Contains("No answer from the cluster: connection refused", Text(gone.Fit(gone.Size)));
        Assert.Contains("no answer: connection refused", Text(Press(gone, new Key(KeyName.Escape))));
        Assert.Null(Press(opened, new Key(KeyName.Escape)).Opened);
        Assert.Contains("Pause front-of-many?", Text(Press(opened, "p")));
    }

    [Fact]
    public void Enter_OnADevice_OpensWhatItWorksFor() => Assert.Equal("front-of-many", Press(Screen(), Key.Of('3'), new Key(KeyName.Down), new Key(KeyName.Enter)).Opened?.Name);

    [Fact]
    public void Orders_AreGivenOnceTheyAreConfirmed()
    {
        Assert.Equal(new Order(OrderKind.Pause, "younger"), Press(Screen(), "p").Press(Key.Of('y')).Order);
        Assert.Equal(new Order(OrderKind.Resume, "held-back"), Press(Screen(), "jjp").Press(Key.Of('y')).Order);
        Assert.Null(Press(Screen(), "p").Press(Key.Of('n')).Order);
        Assert.Contains("but ended is complete", Text(Press(Screen(), "jjjp")));
    }

    [Fact]
    public void EveryPicture_FitsTheTerminal()
    {
        foreach (var (width, height) in from width in new[] { 1, 20, 40, 110, 200 } from height in new[] { 1, 4, 10, 13, 24, 60 } select (width, height))
        {
            foreach (var keys in new[] { "", "2", "3", "?", "p", "/none" })
            {
                var screen = Press(Screen(width, height), keys);
                var lines = ClusterLines.Of(screen, Alphabet.Plain, s_now);
                Assert.Equal(height, lines.Count);
                Assert.All(lines, line => Assert.InRange(line.ToString().Length, 0, width));
            }
        }
    }
}
