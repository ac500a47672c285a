namespace Sweep.Planning;

public sealed class EarlyStoppingPageTests
{
    /// <summary>What a reader pastes is sound, and has the rungs that the page says.</summary>
    [Fact]
    public void EarlyStoppingPage_HasASpecThatCanBePasted()
    {
        var page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "how-to", "early-stopping.md"));
        var spec = SweepSpecReader.Read(page.Split("```yaml")[1].Split("```")[0], "sweep.yaml");

        Assert.Empty(SweepSpecValidator.Check(spec));
        Assert.Equal([1, 3, 9, 27], RungLadder.Of(spec.Stopping!.MinEpochs, spec.Stopping.Reduction, spec.Finetune.Epochs).Ends);
        Assert.Equal((StoppingAlgorithm.Asha, StoppingMode.Promote), (spec.Stopping.Algorithm, spec.Stopping.Mode));
    }
}
