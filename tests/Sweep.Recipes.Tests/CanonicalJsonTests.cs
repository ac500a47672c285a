using System.Text.Json;
using Sweep.Recipes.Protocol;

namespace Sweep.Recipes.Tests;

public class CanonicalJsonTests
{
    private sealed record Sample
    {
        public required double Zeta { get; init; }

        public string? Absent { get; init; }

        public required HeadOrientation Alpha { get; init; }
    }

    [Fact]
    public void Serialize_sorts_keys_and_leaves_nulls_out() =>
        Assert.Equal(
            """{"alpha":"keepLow","zeta":0.1}""",
            CanonicalJson.Serialize(new Sample { Zeta = 0.1, Alpha = HeadOrientation.KeepLow }));

    [Theory]
    [InlineData(1e-4, "0.0001")]
    [InlineData(3.0, "3")]
    [InlineData(0.1 + 0.2, "0.30000000000000004")]
    [InlineData(1e21, "1E+21")]
    public void Serialize_writes_the_shortest_number_that_reads_back(double value, string text)
    {
        Assert.Equal(text, CanonicalJson.Serialize(value));
        Assert.Equal(value, CanonicalJson.Deserialize<double>(text));
    }

    [Fact]
    public void Deserialize_refuses_unknown_members() =>
        Assert.Throws<JsonException>(() => CanonicalJson.Deserialize<Sample>("""{"alpha":"keepLow","zeta":1,"beta":2}"""));

    [Fact]
    public void Deserialize_refuses_missing_members() =>
        Assert.Throws<JsonException>(() => CanonicalJson.Deserialize<Sample>("""{"zeta":1}"""));

    [Fact]
    public void Deserialize_refuses_numbers_as_enums() =>
        Assert.Throws<JsonException>(() => CanonicalJson.Deserialize<Sample>("""{"alpha":1,"zeta":1}"""));

    [Theory]
    [MemberData(nameof(Recipes.All), MemberType = typeof(Recipes))]
    public void Recipes_read_back_with_their_id(StageRecipe recipe)
    {
        var text = CanonicalJson.Serialize(recipe);
        var read = CanonicalJson.Deserialize<StageRecipe>(text);

        Assert.IsType(recipe.GetType(), read);
        Assert.Equal(recipe.Id, read.Id);
        Assert.Equal(text, CanonicalJson.Serialize(read));
    }

    [Theory]
    [MemberData(nameof(Recipes.All), MemberType = typeof(Recipes))]
    public void Recipes_name_every_input_they_read(StageRecipe recipe)
    {
        Assert.Equal(recipe.ParentId is not null, recipe.Inputs.Count > 0);
        Assert.True(recipe.ParentId is null || recipe.Inputs[0] == recipe.ParentId);
    }

    [Fact]
    public void A_run_request_reads_back_whatever_the_order_of_its_keys()
    {
        var request = new RunRequest
        {
            Recipe = Recipes.SoftPrune,
            Inputs = new Dictionary<StageId, string> { [Recipes.Pretrain.Id] = "/a", [Recipes.RankHeads.Id] = "/b" },
            Output = "/out",
            Checkpoints = "/checkpoints",
            Execution = new ExecutionOptions { Threads = 2 },
        };

        var read = Assert.IsType<RunRequest>(CanonicalJson.Deserialize<EngineRequest>(CanonicalJson.Serialize<EngineRequest>(request)));

        Assert.Equal(request.Recipe.Id, read.Recipe.Id);
        Assert.Equal("/b", read.Inputs[Recipes.RankHeads.Id]);
        Assert.Equal(2, read.Execution.Threads);
    }

    [Fact]
    public void Execution_options_do_not_change_an_id()
    {
        // They are in another type: no recipe has a member of it.
        var members = typeof(StageRecipe).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(StageRecipe)))
            .SelectMany(type => type.GetProperties())
            .Select(property => property.PropertyType);

        Assert.DoesNotContain(typeof(ExecutionOptions), members);
    }

    [Fact]
    public void Events_read_back()
    {
        EngineEvent happened = new FailedEvent
        {
            Stage = Recipes.Pretrain.Id,
            Failure = new StageFailure { Reason = FailureReason.NonFiniteLoss, Message = "The loss must be finite." },
        };

        Assert.Equal(happened, CanonicalJson.Deserialize<EngineEvent>(CanonicalJson.Serialize(happened)));
    }

    [Theory]
    [InlineData(FailureReason.NonFiniteLoss, FailureKind.Deterministic)]
    [InlineData(FailureReason.UnreachableSparsity, FailureKind.Deterministic)]
    [InlineData(FailureReason.BadData, FailureKind.Deterministic)]
    [InlineData(FailureReason.InvalidRecipe, FailureKind.Deterministic)]
    [InlineData(FailureReason.OutOfMemory, FailureKind.OutOfMemory)]
    [InlineData(FailureReason.DiskFull, FailureKind.Infrastructure)]
    [InlineData(FailureReason.EngineCrashed, FailureKind.Infrastructure)]
    [InlineData(FailureReason.WorkerLost, FailureKind.Infrastructure)]
    public void Each_reason_has_its_kind(FailureReason reason, FailureKind kind) => Assert.Equal(kind, StageFailure.KindOf(reason));
}
