using System.Text.Json.Nodes;
using Sweep.Engine.Training;
using Sweep.Recipes;

namespace Sweep.Engine.Tests;

/// <summary>What a stage says of its epochs: the same whatever interrupts it, but for what they took.</summary>
public sealed class HistoryTests : IDisposable
{
    private static readonly PretrainRecipe s_recipe = new() { Shape = TestNets.WideShape, Data = StageBench.Data, Training = StageBench.Training };

    private readonly StageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Every_epoch_is_told_and_timed()
    {
        var result = _bench.Run(s_recipe);

        Assert.Equal([0, 1, 2, 3], result.Curve!.Select(epoch => epoch.Epoch));
        Assert.Equal([0, 1, 2, 3], result.Provenance.EpochTimes!.Select(time => time.Epoch));
        Assert.All(result.Provenance.EpochTimes!, time => Assert.Equal(60, time.Images));
        Assert.All(result.Provenance.EpochTimes!, time => Assert.InRange(time.LoaderSeconds, 0, time.Seconds));
        Assert.Null(HistoryRules.Fault(result.Curve) ?? HistoryRules.Fault(result.Provenance.EpochTimes));
        Assert.Equal(_bench.Told, result.Curve);
    }

    [Fact]
    public void An_interrupted_stage_tells_of_each_epoch_once()
    {
        var whole = _bench.Run(s_recipe, "whole");

        Assert.Throws<StageStoppedException>(() => _bench.Run(s_recipe, "parts", drainAfter: 2));
        Assert.Equal(whole.Curve!.Take(2), _bench.Told);

        // The second epoch is lost with its checkpoint, and comes again.
        Directory.Delete(Path.Combine(_bench.Checkpoints(s_recipe, "parts"), "epoch-0002"), recursive: true);
        var parts = _bench.Run(s_recipe, "parts");

        Assert.Equal(whole.Curve, parts.Curve);
        Assert.Equal(whole.Curve, _bench.Told);
        Assert.Equal([0, 1, 2, 3], parts.Provenance.EpochTimes!.Select(time => time.Epoch));
        Assert.Equal(_bench.Weights(s_recipe, "whole"), _bench.Weights(s_recipe, "parts"));
    }

    [Fact]
    public void A_checkpoint_from_before_times_were_kept_is_gone_on_from()
    {
        Assert.Throws<StageStoppedException>(() => _bench.Run(s_recipe, drainAfter: 2));
        foreach (var folder in Directory.GetDirectories(_bench.Checkpoints(s_recipe)))
        {
            var file = Path.Combine(folder, "state.json");
            var state = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
            Assert.True(state.Remove("times"));
            File.WriteAllText(file, state.ToJsonString());
        }

        var result = _bench.Run(s_recipe);

        Assert.DoesNotContain("damaged", _bench.Log.ToString(), StringComparison.Ordinal);
        Assert.Equal(4, result.Curve!.Count);
        Assert.Equal([2, 3], result.Provenance.EpochTimes!.Select(time => time.Epoch));
    }

    [Fact]
    public void A_stage_that_does_not_train_tells_of_no_epoch()
    {
        _bench.Run(s_recipe);

        var result = _bench.Run(new EvaluateRecipe { Parent = s_recipe.Id, Data = StageBench.Data });

        Assert.Null(result.Curve);
        Assert.Null(result.Provenance.EpochTimes);
    }
}
