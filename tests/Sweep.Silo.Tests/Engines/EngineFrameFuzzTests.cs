using System.Text;
using System.Text.Json;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;
using Sweep.Silo.Engines;
using Sweep.Testing;
using static Sweep.Silo.Tests.Engines.ScriptedEngine;

namespace Sweep.Silo.Tests.Engines;

/// <summary>An engine that talks nonsense before it gives its result.</summary>
public sealed class EngineFrameFuzzTests : IDisposable
{
    private static readonly string[] s_frames =
    [
        .. new EngineEvent[]
        {
            new ReadyEvent { Engine = "script", Torch = "none", Devices = ["cpu"] },
            new StartedEvent { Stage = Recipe.Id, EpochsResumed = 1 },
            new ProgressEvent { Stage = Recipe.Id, EpochsDone = 0.5, Epochs = 1, Loss = 2.25 },
            new CheckpointEvent { Stage = Recipe.Id, Epochs = 1, Folder = "epoch-0001" },
        }.Select(CanonicalJson.Serialize),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{\"event\":\"completed\",\"result\":null,\"stage\":\"STAGE\"}")]
    [InlineData("{\"event\":\"failed\",\"failure\":null}")]
    [InlineData("{\"event\":\"failed\",\"failure\":{\"message\":null,\"reason\":\"badData\"}}")]
    [InlineData("{\"epochs\":1,\"event\":\"checkpoint\",\"folder\":\"../../etc\",\"stage\":\"STAGE\"}")]
    [InlineData("{\"epochs\":1,\"event\":\"checkpoint\",\"folder\":\"/etc\",\"stage\":\"STAGE\"}")]
    [InlineData("{\"epochs\":1,\"event\":\"checkpoint\",\"folder\":null,\"stage\":\"STAGE\"}")]
    [InlineData("{\"epochs\":1,\"epochsDone\":\"NaN\",\"event\":\"progress\",\"stage\":\"STAGE\"}")]
    [InlineData("{\"epochs\":1,\"epochsDone\":-1,\"event\":\"progress\",\"stage\":\"STAGE\"}")]
    [InlineData("{\"epochs\":1,\"epochsDone\":1e300,\"event\":\"progress\",\"stage\":\"STAGE\"}")]
    [InlineData("{\"event\":\"dance\"}")]
    [InlineData("{\"stage\":\"STAGE\"}")]
    [InlineData("null")]
    public async Task Event_ThatBreaksARule_IsPassedOver(string frame)
    {
        var listener = new RecordingListener();
        var file = _folder.Write("frame", frame.Replace("STAGE", Recipe.Id.Value, StringComparison.Ordinal) + "\n");
        await using var engine = new ScriptedEngine(_folder).Start(Ready, Take, $"cat '{file}'", Completed, Hang);

        var outcome = await engine.Run(Run(_folder), listener, default, default);

        Assert.IsType<StageOutcome.Completed>(outcome);
        Assert.Empty(listener.Heard);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task MutatedFrames_LeadToNoOtherPlace_AndToTheResult(int seed)
    {
        var mutations = new Mutations(seed);
        using var frames = new MemoryStream();
        for (var i = 0; i < 600; i++)
        {
            var sound = mutations.Pick(s_frames);
            frames.Write(mutations.Random.Next(2) == 0 ? Encoding.UTF8.GetBytes(mutations.Json(sound)) : mutations.Bytes(Encoding.UTF8.GetBytes(sound)));
            frames.Write("\n"u8);
        }

        await File.WriteAllBytesAsync(_folder["frames"], frames.ToArray());
        var listener = new RecordingListener();
        await using var engine = new ScriptedEngine(_folder).Start(Ready, Take, $"cat '{_folder["frames"]}'", "printf '\\n'", Completed, Hang);

        var outcome = await engine.Run(Run(_folder), listener, default, default);

        Assert.True(outcome is StageOutcome.Completed, $"Seed {seed}: {outcome}");
        var root = _folder["checkpoints"] + Path.DirectorySeparatorChar;
        Assert.All(listener.Heard.Where(heard => heard.StartsWith("checkpoint", StringComparison.Ordinal)), heard =>
        {
            var folder = heard.Split(' ', 3)[2];
            Assert.True(Path.GetFullPath(folder).StartsWith(root, StringComparison.Ordinal), $"Seed {seed}: {heard}");
        });
        Assert.All(
            listener.Heard.Where(heard => heard.StartsWith("progress", StringComparison.Ordinal)),
            heard => Assert.InRange(double.Parse(heard.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), 0, 1 << 24));
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(2, 1000)]
    public async Task Lines_OfAnything_AreBounded(int seed, int longest)
    {
        await Mutations.Try(seed, rounds: 200, async mutations =>
        {
            var bytes = mutations.Bytes(Encoding.UTF8.GetBytes(string.Join('\n', s_frames)));
            var lines = new List<BoundedLine>();
            await foreach (var line in new BoundedLines(new MemoryStream(bytes), longest).Read())
            {
                lines.Add(line);
            }

            var expected = Encoding.UTF8.GetString(bytes).Split('\n');
            Assert.Equal(bytes.Length == 0 ? 0 : bytes[^1] == '\n' ? expected.Length - 1 : expected.Length, lines.Count);
            Assert.All(lines, line => Assert.InRange(Encoding.UTF8.GetByteCount(line.Text), 0, 3 * longest));
        });
    }

    [Fact]
    public void CanonicalJson_RefusesWithOneException() => Mutations.Try(9, rounds: 2000, mutations =>
    {
        var sound = mutations.Pick([.. s_frames, CanonicalJson.Serialize<EngineEvent>(new CompletedEvent { Stage = Recipe.Id, Result = Result })]);
        try
        {
            CanonicalJson.Deserialize<EngineEvent>(mutations.Random.Next(2) == 0 ? mutations.Json(sound) : mutations.Text(sound));
        }
        catch (JsonException)
        {
            // That is the one.
        }
    });
}
