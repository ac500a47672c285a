using System.Text;
using Sweep.Engine.Protocol;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;

namespace Sweep.Engine.Tests;

/// <summary>Conversations with the real process.</summary>
public sealed class ProtocolTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static PretrainRecipe Recipe(int epochs = 3, int images = 640) => new()
    {
        Shape = ViTShape.Dense(28, 1, 7, 10, 16, 1, 2, 2),
        Data = new DataRecipe { Name = "fashion-mnist", Digest = KnownData.Find("fashion-mnist")!.Digest, Validation = 5000, SplitSeed = 0 },
        Training = new TrainingRecipe { Epochs = epochs, ImagesPerEpoch = images, LearningRate = 1e-3, Batch = 64 },
    };

    private RunRequest Run(StageRecipe recipe, string name = "a", IReadOnlyDictionary<StageId, string>? inputs = null) => new()
    {
        Recipe = recipe,
        Inputs = inputs ?? new Dictionary<StageId, string>(),
        Output = _folder[name],
        Checkpoints = _folder[name + ".checkpoints"],
        Execution = new ExecutionOptions { ProgressMilliseconds = 0 },
    };

    [Fact]
    public async Task A_process_says_what_it_is_and_leaves_when_its_parent_does()
    {
        using var engine = new EngineProcess();

        var ready = await engine.UntilAsync<ReadyEvent>();

        Assert.Contains("libtorch", ready.Torch);
        Assert.Contains("cpu", ready.Devices);
        Assert.NotEmpty(ready.Engine);
        Assert.Equal(0, await engine.CloseAsync());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"request\":\"dance\"}")]
    [InlineData("{\"request\":\"run\"}")]
    [InlineData("{\"request\":\"run\",\"recipe\":{\"kind\":\"evaluate\",\"version\":1,\"parent\":\"x\"}}")]
    [InlineData("\u0000\uffff")]
    [InlineData("{\"request\":\"run\",\"recipe\":null,\"inputs\":{},\"output\":\"x\",\"checkpoints\":\"y\",\"execution\":{}}")]
    public async Task Nonsense_is_refused_and_the_process_goes_on(string line)
    {
        using var engine = new EngineProcess();
        await engine.UntilAsync<ReadyEvent>();

        engine.Send(line);
        var failed = Assert.IsType<FailedEvent>(await engine.NextAsync());
        engine.Send("again");

        Assert.Null(failed.Stage);
        Assert.Equal(FailureReason.InvalidRecipe, failed.Failure.Reason);
        Assert.IsType<FailedEvent>(await engine.NextAsync());
        Assert.Equal(0, await engine.CloseAsync());
    }

    [Fact]
    public async Task A_recipe_with_holes_fails_and_the_process_goes_on()
    {
        using var engine = new EngineProcess();
        await engine.UntilAsync<ReadyEvent>();
        var line = CanonicalJson.Serialize<EngineRequest>(Run(Recipe()));

        engine.Send(System.Text.RegularExpressions.Regex.Replace(line, "\"training\":\\{[^}]*\\}", "\"training\":null"));

        Assert.IsType<FailedEvent>(await engine.NextAsync());
        Assert.Equal(0, await engine.CloseAsync());
    }

    [Fact]
    public async Task A_line_without_end_is_refused_without_taking_memory()
    {
        using var engine = new EngineProcess();
        await engine.UntilAsync<ReadyEvent>();

        engine.Send(new string('x', 3 * RequestLines.DefaultLongest));
        var failed = Assert.IsType<FailedEvent>(await engine.NextAsync());

        Assert.Contains("at most 1048576 bytes", failed.Failure.Message);
        Assert.Equal(0, await engine.CloseAsync());
    }

    [Fact]
    public async Task Draining_or_cancelling_nothing_is_nothing()
    {
        using var engine = new EngineProcess();
        await engine.UntilAsync<ReadyEvent>();

        engine.Send(new DrainRequest());
        engine.Send(new CancelRequest());
        engine.Send("nonsense");

        Assert.IsType<FailedEvent>(await engine.NextAsync());
    }

    [Fact]
    public async Task Ctrl_C_in_its_parents_terminal_is_the_parents_to_answer()
    {
        using var engine = new EngineProcess();
        await engine.UntilAsync<ReadyEvent>();

        engine.Interrupt();
        engine.Send("nonsense");

        Assert.IsType<FailedEvent>(await engine.NextAsync());
        Assert.Equal(0, await engine.CloseAsync());
    }

    [Fact]
    public async Task Missing_data_fails_as_bad_data_and_the_next_request_is_served()
    {
        using var engine = new EngineProcess();
        await engine.UntilAsync<ReadyEvent>();
        var recipe = Recipe() with { Data = Recipe().Data with { Name = "no-such-set" } };

        engine.Send(Run(recipe));
        var failed = Assert.IsType<FailedEvent>(await engine.NextAsync());
        engine.Send(Run(recipe with { Training = recipe.Training with { Batch = 0 } }));
        var next = Assert.IsType<FailedEvent>(await engine.NextAsync());

        Assert.Equal(recipe.Id, failed.Stage);
        Assert.Equal(FailureReason.InvalidRecipe, failed.Failure.Reason);
        Assert.Contains("batch >= 1", next.Failure.Message);
    }

    [FashionMnistFact]
    public async Task A_stage_tells_its_story_in_order()
    {
        using var engine = new EngineProcess();
        await engine.UntilAsync<ReadyEvent>();
        var request = Run(Recipe());
        engine.Send(request);

        var story = new List<EngineEvent>();
        do
        {
            story.Add((await engine.NextAsync())!);
        }
        while (story[^1] is not CompletedEvent);

        Assert.Equal(0, Assert.IsType<StartedEvent>(story[0]).EpochsResumed);
        Assert.Equal([1, 2, 3], story.OfType<CheckpointEvent>().Select(happened => happened.Epochs));
        var progress = story.OfType<ProgressEvent>().Select(happened => happened.EpochsDone).ToList();
        Assert.Equal(progress.Order(), progress);
        Assert.Equal(3, progress[^1]);
        var work = story.OfType<ProgressEvent>().Select(happened => happened.Work).OfType<TrainingWork>().ToList();
        Assert.Equal((3 * 10, 3 * 640), (work.Sum(part => part.Steps), work.Sum(part => part.Samples)));
        Assert.All(work, part => Assert.InRange(part.LoaderSeconds, 0, part.Seconds));
        var result = ((CompletedEvent)story[^1]).Result;
        Assert.Equal(3, result.Curve!.Count);
        Assert.Equal(result.Curve, story.OfType<CheckpointEvent>().Last().Curve);
        Assert.Equal(work.Sum(part => part.Samples), result.Provenance.EpochTimes!.Sum(time => time.Images));
        Assert.Equal(CanonicalJson.SerializeIndented(result) + "\n", File.ReadAllText(Path.Combine(request.Output, "result.json")));
        Assert.True(File.Exists(Path.Combine(request.Output, "model.safetensors")));
    }

    [FashionMnistFact]
    public async Task A_second_stage_is_refused_while_one_runs()
    {
        using var engine = new EngineProcess();
        await engine.UntilAsync<ReadyEvent>();
        engine.Send(Run(Recipe(epochs: 1000)));
        await engine.UntilAsync<StartedEvent>();

        var second = Recipe(epochs: 2);
        engine.Send(Run(second, "b"));
        FailedEvent? refused = null;
        while (refused is null)
        {
            refused = await engine.NextAsync() as FailedEvent;
        }

        engine.Send(new CancelRequest());
        Assert.Equal(second.Id, refused.Stage);
        Assert.Equal(StopReason.Cancelled, (await engine.UntilAsync<StoppedEvent>()).Reason);
    }

    [FashionMnistFact]
    public async Task A_drained_stage_saves_its_epoch_and_goes_on_later()
    {
        using var engine = new EngineProcess();
        await engine.UntilAsync<ReadyEvent>();
        var request = Run(Recipe(epochs: 1000));
        engine.Send(request);
        await engine.UntilAsync<CheckpointEvent>();

        engine.Send(new DrainRequest());
        Assert.Equal(StopReason.Drained, (await engine.UntilAsync<StoppedEvent>()).Reason);
        engine.Send(request);

        Assert.True((await engine.UntilAsync<StartedEvent>()).EpochsResumed >= 1);
        Assert.False(Directory.Exists(request.Output));
    }

    [FashionMnistFact]
    public async Task The_parents_death_ends_a_running_process()
    {
        using var engine = new EngineProcess();
        await engine.UntilAsync<ReadyEvent>();
        engine.Send(Run(Recipe(epochs: 1000)));
        await engine.UntilAsync<ProgressEvent>();

        Assert.Equal(0, await engine.CloseAsync());
    }

    [FashionMnistFact]
    public async Task Killed_at_any_epoch_the_answer_is_the_same_bit_for_bit()
    {
        var recipe = Recipe(epochs: 4);
        using (var whole = new EngineProcess())
        {
            whole.Send(Run(recipe, "whole"));
            await whole.UntilAsync<CompletedEvent>();
        }

        for (var kill = 1; kill <= 2; kill++)
        {
            using var killed = new EngineProcess();
            killed.Send(Run(recipe, "killed"));
            await killed.UntilAsync<CheckpointEvent>();
            killed.Kill();
        }

        using var last = new EngineProcess();
        last.Send(Run(recipe, "killed"));
        Assert.True((await last.UntilAsync<StartedEvent>()).EpochsResumed >= 2);
        await last.UntilAsync<CompletedEvent>();

        Assert.Equal(Model("whole"), Model("killed"));
    }

    [FashionMnistFact]
    public async Task Faults_on_purpose_look_like_the_real_ones()
    {
        using (var crashing = new EngineProcess("crash@1"))
        {
            crashing.Send(Run(Recipe()));
            await Assert.ThrowsAsync<EndOfStreamException>(crashing.UntilAsync<CompletedEvent>);
            Assert.NotEqual(0, await crashing.ExitAsync());
        }

        using var starving = new EngineProcess("oom@2");
        starving.Send(Run(Recipe()));
        Assert.Equal(1, (await starving.UntilAsync<StartedEvent>()).EpochsResumed);
        EngineEvent? last;
        do
        {
            last = await starving.NextAsync();
        }
        while (last is not FailedEvent);

        Assert.Equal(FailureReason.OutOfMemory, ((FailedEvent)last).Failure.Reason);
    }

    [FashionMnistFact]
    public async Task A_folder_that_cannot_be_written_is_a_failure_of_the_place()
    {
        using var engine = new EngineProcess();
        await engine.UntilAsync<ReadyEvent>();
        File.WriteAllText(_folder["file"], "in the way");
        var request = Run(Recipe()) with { Checkpoints = Path.Combine(_folder["file"], "checkpoints") };

        engine.Send(request);
        EngineEvent? last;
        do
        {
            last = await engine.NextAsync();
        }
        while (last is not FailedEvent);

        Assert.Equal(FailureKind.Infrastructure, ((FailedEvent)last).Failure.Kind);
    }

    [Theory]
    [InlineData("DefaultCPUAllocator: can't allocate memory: you tried to allocate 10 bytes. Error code 12", FailureReason.OutOfMemory)]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB", FailureReason.OutOfMemory)]
    [InlineData("mat1 and mat2 shapes cannot be multiplied", FailureReason.Unexpected)]
    public void Native_messages_are_told_apart(string message, FailureReason reason) =>
        Assert.Equal(reason, FailureOf.Exception(new InvalidOperationException(message)).Reason);

    [Fact]
    public void A_full_disk_is_told_apart()
    {
        // Linux has a device that is always full.
        var full = Assert.Throws<IOException>(() =>
        {
            using var file = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write([1]);
        });

        Assert.Equal(FailureReason.DiskFull, FailureOf.Exception(full).Reason);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void Lines_come_whole_whatever_the_pieces(int piece)
    {
        var text = "one\r\n\n" + new string('x', 50) + "\ntwo\nunended";
        var lines = new RequestLines(new Pieces(Encoding.UTF8.GetBytes(text), piece), longest: 20);
        var read = new List<string?>();
        while (lines.Read(out var line))
        {
            read.Add(line);
        }

        Assert.Equal(["one", "", null, "two", "unended"], read);
    }

    private byte[] Model(string name) => File.ReadAllBytes(Path.Combine(_folder[name], "model.safetensors"));

    /// <summary>A stream that gives a few bytes at a time.</summary>
    private sealed class Pieces(byte[] content, int piece) : MemoryStream(content)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, piece));
    }
}
