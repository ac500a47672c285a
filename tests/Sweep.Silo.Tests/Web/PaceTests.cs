using Sweep.Grains;
using Sweep.Planning;
using Sweep.Silo.Web;

namespace Sweep.Silo.Tests.Web;

public class PaceTests
{
    private static readonly DateTimeOffset s_submitted = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static ExperimentStatus Status(double done, ExperimentState state = ExperimentState.Running) => new()
    {
        Name = "paced",
        State = state,
        Trials = new TrialCounts { Running = 1 },
        EpochsDone = done,
        EpochsNeeded = 100,
        EpochsAsked = 100,
        StagesDone = 0,
        Stages = 1,
        SubmittedAt = s_submitted,
    };

    private static TimeSpan? At(Pace pace, double seconds, double done, ExperimentState state = ExperimentState.Running) => pace.Observe(Status(done, state), s_submitted.AddSeconds(seconds));

    [Fact]
    public void Pace_IsOfTheWholeExperimentAtFirst_AndThenOfTheLastMinutes()
    {
        var pace = new Pace();

        Assert.Equal(900, At(pace, 100, 10)!.Value.TotalSeconds, precision: 3); // 10 epochs in 100 s, 90 to go
        Assert.Equal(890, At(pace, 110, 11)!.Value.TotalSeconds, precision: 3); // 1 epoch in the 10 s that were seen, 89 to go
        Assert.Equal(80, At(pace, 200, 60)!.Value.TotalSeconds, precision: 3); // 50 epochs in 100 s, 40 to go
        Assert.Equal(300, At(pace, 300, 70)!.Value.TotalSeconds, precision: 3); // 10 epochs in 100 s: what was before is forgotten; 30 to go
    }

    [Theory]
    [InlineData(0, ExperimentState.Running)]
    [InlineData(0.4, ExperimentState.Running)]
    [InlineData(100, ExperimentState.Running)]
    [InlineData(50, ExperimentState.Paused)]
    [InlineData(50, ExperimentState.Complete)]
    public void Pace_SaysNothingWhereNothingIsKnown(double done, ExperimentState state) => Assert.Null(At(new Pace(), 100, done, state));
}
