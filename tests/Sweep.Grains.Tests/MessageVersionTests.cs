using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

/// <summary>Messages between versions: what a newer process adds to one is passed over, what would change the meaning is refused.</summary>
public class MessageVersionTests
{
    private static readonly StageRecipe s_recipe = ExperimentPlanner.Plan(TestSpec.Of("steady")).Dense.Stages[0];

    private static readonly AttemptReport s_attempt = new()
    {
        Stage = s_recipe.Id,
        Attempt = 1,
        Worker = "w/cpu-0/x",
        Phase = AttemptPhase.Succeeded,
        Artifact = FakeEngine.ArtifactOf(s_recipe.Id),
        Result = FakeEngine.ResultOf(s_recipe),
    };

    private static readonly WorkerReport s_report = new()
    {
        Worker = "w/cpu-0/x",
        Silo = "w",
        Device = "cpu",
        Threads = 1,
        AcceptsWork = true,
        Memory = new DeviceMemory { Usable = 1, Regime = new MemoryRegime(false, null), Peaks = [new MeasuredPeak(new MemoryClass("c"), 1)] },
        Attempt = s_attempt,
    };

    private static readonly StageAssignment s_assignment = new() { Recipe = s_recipe, Attempt = 1, Inputs = new Dictionary<StageId, ArtifactId>() };

    /// <summary>A message, and where within it a newer version has put a member.</summary>
    public static TheoryData<object, string> Tolerated { get; } = new()
    {
        { s_report, "" },
        { s_report, "memory" },
        { s_report, "memory/regime" },
        { s_report, "memory/peaks/0" },
        { s_report, "attempt" },
        { s_attempt, "" },
        { new WorkerDirective { Kind = DirectiveKind.Run, Assignment = s_assignment, NextCall = TimeSpan.FromSeconds(1) }, "" },
        { new WorkerDirective { Kind = DirectiveKind.Run, Assignment = s_assignment, NextCall = TimeSpan.FromSeconds(1) }, "assignment" },
        { new StageOffer { Stage = s_recipe.Id, Experiment = "e", CriticalPath = 1, Holder = new LeaseHolder { Worker = "w", Silo = "s", Attempt = 1 } }, "" },
        { new StageOffer { Stage = s_recipe.Id, Experiment = "e", CriticalPath = 1, Holder = new LeaseHolder { Worker = "w", Silo = "s", Attempt = 1 } }, "holder" },
        { new StageRequest { Recipe = s_recipe, Experiment = "e", CriticalPath = 1 }, "" },
        { new StageStatus { Stage = s_recipe.Id, State = StageState.Running, Attempt = 1 }, "" },
        { new StageStatus { Stage = s_recipe.Id, State = StageState.Running, Attempt = 1, Attempts = AttemptHistory.Begun(null, 1, "w/cpu-0", DateTimeOffset.UnixEpoch) }, "" },
        { new QueueStatus { Workers = [Status()], Depth = 0 }, "" },
        { new QueueStatus { Workers = [Status()], Depth = 0 }, "workers/0" },
    };

    /// <summary>What is computed, and what is kept for good.</summary>
    public static TheoryData<object, string> Refused { get; } = new()
    {
        { new WorkerDirective { Kind = DirectiveKind.Run, Assignment = s_assignment, NextCall = TimeSpan.FromSeconds(1) }, "assignment/recipe" },
        { new WorkerDirective { Kind = DirectiveKind.Run, Assignment = s_assignment, NextCall = TimeSpan.FromSeconds(1) }, "assignment/recipe/training" },
        { new StageRequest { Recipe = s_recipe, Experiment = "e", CriticalPath = 1 }, "recipe" },
        { new StageRequest { Recipe = s_recipe, Experiment = "e", CriticalPath = 1 }, "recipe/data" },
        { s_report, "attempt/result" },
        { s_report, "attempt/result/provenance" },
        { TestSpec.Of("steady"), "" },
        { TestSpec.Of("steady"), "finetune" },
        { s_recipe, "training" },
    };

    [Theory]
    [MemberData(nameof(Tolerated))]
    public void MemberOfANewerVersion_IsPassedOver(object message, string place)
    {
        var read = JsonSerializer.Deserialize(WithNewMember(message, place), message.GetType(), SweepSerialization.MessageOptions);

        Assert.Equal(CanonicalJson.Serialize(message), CanonicalJson.Serialize(read));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void MemberThatChangesTheMeaning_IsRefused(object message, string place)
    {
        var text = WithNewMember(message, place);

        var refused = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(text, message.GetType(), SweepSerialization.MessageOptions));

        Assert.Contains("ofANewerVersion", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void State_IsReadWhole()
    {
        // As grain storage reads it. What an older version passed over it would write back without.
        Assert.Throws<JsonException>(() => CanonicalJson.Deserialize<StageRequest>(WithNewMember(new StageRequest { Recipe = s_recipe, Experiment = "e", CriticalPath = 1 }, "")));
        Assert.Throws<JsonException>(() => CanonicalJson.Deserialize<AttemptReport>(WithNewMember(s_attempt, "")));
    }

    [Fact]
    public void Registration_UsesTheseOptions()
    {
        using var services = new ServiceCollection().AddSweepSerialization().BuildServiceProvider();

        Assert.Same(SweepSerialization.MessageOptions, services.GetRequiredService<Microsoft.Extensions.Options.IOptions<JsonCodecOptions>>().Value.SerializerOptions);
    }

    private static WorkerStatus Status() => new() { Worker = "w", Silo = "s", Device = "cpu", Threads = 1, AcceptsWork = true, Silence = TimeSpan.Zero };

    private static string WithNewMember(object message, string place)
    {
        var root = JsonSerializer.SerializeToNode(message, message is StageRecipe ? typeof(StageRecipe) : message.GetType(), CanonicalJson.Options)!;
        var node = place.Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Aggregate(root, (at, step) => int.TryParse(step, System.Globalization.CultureInfo.InvariantCulture, out var index) ? at[index]! : at[step]!);
        node.AsObject()["ofANewerVersion"] = new JsonObject { ["x"] = 1 };
        return root.ToJsonString(CanonicalJson.Options);
    }
}
