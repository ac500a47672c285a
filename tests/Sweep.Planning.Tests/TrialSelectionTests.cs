using Sweep.Recipes;

namespace Sweep.Planning.Tests;

public class TrialSelectionTests
{
    private static readonly TrialOutline[] s_trials =
    [
        Trial(0, PruningMethod.Vtp, 0.4, TrialState.Complete, accuracy: 0.8),
        Trial(1, PruningMethod.Gohsp, 0.2, TrialState.Running),
        Trial(2, PruningMethod.Vtp, 0.2, TrialState.Complete, accuracy: 0.9),
        Trial(3, PruningMethod.Somp, 0.4, TrialState.Failed, note: "The loss must be finite, but is NaN."),
    ];

    private static TrialOutline Trial(int number, PruningMethod method, double sparsity, TrialState state, double? accuracy = null, string? note = null) => new(
        number,
        state,
        new TrialSettings { Method = method, Sparsity = sparsity },
        accuracy is { } known ? new TrialMetrics { Accuracy = known, TestAccuracy = 1 - known, Parameters = 100 + number, Flops = 10 - number } : null,
        note);

    private static string Of(TrialQuery query) => string.Join(' ', TrialSelection.Of(s_trials, ["t0003"], query));

    [Theory]
    [InlineData(TrialOrder.Id, false, "0 1 2 3")]
    [InlineData(TrialOrder.Id, true, "3 2 1 0")]
    [InlineData(TrialOrder.State, false, "1 0 2 3")]
    [InlineData(TrialOrder.Method, false, "1 3 0 2")]
    [InlineData(TrialOrder.Method, true, "0 2 3 1")]
    [InlineData(TrialOrder.Sparsity, false, "1 2 0 3")]
    [InlineData(TrialOrder.Sparsity, true, "0 3 1 2")]
    [InlineData(TrialOrder.Accuracy, false, "0 2 1 3")]
    [InlineData(TrialOrder.Accuracy, true, "2 0 1 3")]
    [InlineData(TrialOrder.TestAccuracy, false, "2 0 1 3")]
    [InlineData(TrialOrder.Parameters, true, "2 0 1 3")]
    [InlineData(TrialOrder.Flops, false, "2 0 1 3")]
    public void Order_PutsWhatLacksTheValueLast(TrialOrder order, bool descending, string expected) =>
        Assert.Equal(expected, Of(new TrialQuery { Order = order, Descending = descending, Limit = 10 }));

    [Theory]
    [InlineData("VTP", "0 2")]
    [InlineData("sparsity=0.2 method=vtp", "2")]
    [InlineData("  nan  finite", "3")]
    [InlineData("t0002", "1")]
    [InlineData("complete", "0 2")]
    [InlineData("nothing", "")]
    [InlineData(" ", "0 1 2 3")]
    public void Text_NamesWordsThatATrialMustHave(string text, string expected) => Assert.Equal(expected, Of(new TrialQuery { Text = text, Limit = 10 }));

    [Fact]
    public void State_AndFront_Choose()
    {
        Assert.Equal("1", Of(new TrialQuery { State = TrialState.Running, Limit = 10 }));
        Assert.Equal("2", Of(new TrialQuery { OnFront = true, Limit = 10 }));
        Assert.Equal("", Of(new TrialQuery { OnFront = true, State = TrialState.Failed, Limit = 10 }));
    }
}
