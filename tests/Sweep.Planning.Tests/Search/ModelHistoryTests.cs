namespace Sweep.Planning;

public class ModelHistoryTests
{
    private static readonly SearchSpace Space = new()
    {
        Parameters = [new FloatParameter { Name = "x", Low = 0, High = 1 }, new FloatParameter { Name = "y", Low = 0, High = 1 }],
    };

    /// <summary>Of a trial that a rung has measured there is something to learn, whatever becomes of it.</summary>
    [Theory]
    [InlineData(ObservationState.Running)]
    [InlineData(ObservationState.Censored)]
    public void TrialMeasuredAtARung_IsMeasuredAfterItsEpochs(ObservationState state)
    {
        var known = new ModelHistory(new ModelSpace(Space), History(Seen(0, state, [1, 2], epochs: 3)));

        Assert.Equal(3, Assert.Single(known.Measured).Epochs);
        Assert.Empty(known.Running);
    }

    [Fact]
    public void CompleteTrial_IsMeasuredAtItsFullLength() =>
        Assert.Null(Assert.Single(new ModelHistory(new ModelSpace(Space), History(Seen(0, ObservationState.Complete, [1, 2]))).Measured).Epochs);

    /// <summary>A person who stops a trial says nothing about its point; a trial that fails does.</summary>
    [Fact]
    public void TrialWithoutMeasurement_HasFailedOnlyIfItHas()
    {
        var known = new ModelHistory(
            new ModelSpace(Space), History(Seen(0, ObservationState.Censored, null), Seen(1, ObservationState.Failed, null), Seen(2, ObservationState.Running, null)));

        Assert.Empty(known.Measured);
        Assert.Single(known.Failed);
        Assert.Single(known.Running);
    }

    /// <summary>Under stopping that lets trials wait, nothing is complete for long: models learn from rungs until then.</summary>
    [Theory]
    [InlineData(SearchAlgorithm.Gp)]
    [InlineData(SearchAlgorithm.Motpe)]
    public void Model_LearnsFromRungs_BeforeAnyTrialIsComplete(SearchAlgorithm algorithm)
    {
        var searcher = Searchers.Create(algorithm, Space, 3, 100, null, 2);
        var history = new SearchHistory();
        for (var trial = 0; trial < 30; trial++)
        {
            var values = searcher.Propose(trial, history)!.Values;
            var (x, y) = (values.Find("x")!.Value.Number, values.Find("y")!.Value.Number);
            history.Note(new Observation
            {
                Trial = trial,
                Values = values,
                State = ObservationState.Running,
                Costs = [x * x + y, (x - 0.5) * (x - 0.5) + y],
                Epochs = 1,
            });
        }

        var late = history.Observations.Skip(15).Select(observation => observation.Values.Find("y")!.Value.Number).Order().ToList();
        Assert.InRange(late[late.Count / 2], 0, 0.25);
    }

    [Fact]
    public void Copy_KeepsWhatWasKnown()
    {
        var history = History(Seen(0, ObservationState.Running, null));
        var copy = history.Copy();
        history.Note(Seen(0, ObservationState.Complete, [1, 2]));
        history.Note(Seen(1, ObservationState.Running, null));

        Assert.Equal(ObservationState.Running, Assert.Single(copy.Observations).State);
        Assert.False(copy.Contains(history.Observations[1].Values));
        Assert.Equal([0], copy.Changes);
        copy.Note(Seen(0, ObservationState.Failed, null));
        Assert.Equal(ObservationState.Failed, Assert.Single(copy.Observations).State);
    }

    private static SearchHistory History(params Observation[] observations)
    {
        var history = new SearchHistory();
        foreach (var observation in observations)
        {
            history.Note(observation);
        }

        return history;
    }

    private static Observation Seen(int trial, ObservationState state, double[]? costs, int? epochs = null) => new()
    {
        Trial = trial,
        Values = new ParameterValues([("x", ParameterValue.Of(0.1 * trial)), ("y", ParameterValue.Of(0.5))]),
        State = state,
        Costs = costs,
        Epochs = epochs,
    };
}
