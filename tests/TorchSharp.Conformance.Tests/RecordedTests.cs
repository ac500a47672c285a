using static TorchSharp.torch;

namespace TorchSharp.Conformance.Tests;

/// <summary>Every operator against what PyTorch answers to the same call; record.py holds the calls in Python.</summary>
public sealed class RecordedTests
{
    private static readonly Dictionary<string, Func<Inputs, Tensor>> Calls = new IEnumerable<KeyValuePair<string, Func<Inputs, Tensor>>>[]
    {
        ElementwiseCalls.All, ReductionCalls.All, ShapeCalls.All, IndexCalls.All, NetworkCalls.All,
    }.SelectMany(calls => calls).ToDictionary();

    public static TheoryData<string> Names => [.. Recording.Names("results")];

    [Theory]
    [MemberData(nameof(Names))]
    public void Operator_AnswersAsPyTorch(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        Recording.AssertEqual(Recording.Get("results", name), Calls[name](new Inputs()));
    }

    [Fact]
    public void Calls_AreAllRecorded() =>
        Assert.Equal(Recording.Names("results").Order(StringComparer.Ordinal), Calls.Keys.Order(StringComparer.Ordinal));
}
