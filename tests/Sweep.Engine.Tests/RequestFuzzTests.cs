using System.Collections.Concurrent;
using System.Text;
using Sweep.Data;
using Sweep.Engine.Protocol;
using Sweep.Models;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;
using Sweep.Testing;

namespace Sweep.Engine.Tests;

/// <summary>Whatever comes on standard input: the engine refuses it or passes it over, in bounded memory, and goes on.</summary>
public sealed class RequestFuzzTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1); // only how long a broken test hangs

    private static readonly PretrainRecipe s_recipe = new() { Shape = TestNets.WideShape, Data = StageBench.Data, Training = StageBench.Training };

    private static readonly RunRequest s_run = new()
    {
        Recipe = s_recipe,
        Inputs = new Dictionary<StageId, string> { [s_recipe.Id] = "nowhere" },
        Output = "nowhere/output",
        Checkpoints = "nowhere/checkpoints",
        Execution = new ExecutionOptions { DataRoots = ["nowhere"], DeviceModels = ["cpu"], MicroBatch = 8, LoaderThreads = 1 },
    };

    private static readonly string s_sound = CanonicalJson.Serialize<EngineRequest>(s_run);

    private readonly Requests _requests = new();
    private readonly Events _events = new();
    private readonly EngineLoop _loop;
    private readonly Thread _serving;
    private int _sent;

    public RequestFuzzTests()
    {
        _loop = new EngineLoop(_requests, _events, new NoData(), TimeProvider.System, TextWriter.Null, FaultInjection.None);
        _serving = new Thread(() => _loop.Serve(new ReadyEvent { Engine = "fuzzed", Torch = "none", Devices = ["cpu"] })) { IsBackground = true };
        _serving.Start();
        Assert.IsType<ReadyEvent>(_events.Next());
    }

    public void Dispose()
    {
        _requests.Complete();
        Assert.True(_serving.Join(s_patience));
        _loop.Dispose();
        _requests.Dispose();
        _events.Dispose();
    }

    public static TheoryData<string, string> Lines { get; } = new()
    {
        { "an endless array", new string('[', 500_000) },
        { "endless objects", string.Concat(Enumerable.Repeat("{\"a\":", 100_000)) },
        { "a nested recipe", s_sound.Replace("\"recipe\":{", "\"recipe\":{\"x\":" + new string('[', 1000) + new string(']', 1000) + ",", StringComparison.Ordinal) },
        { "a member twice", s_sound.Replace("\"output\":", "\"output\":\"elsewhere\",\"output\":", StringComparison.Ordinal) },
        { "a discriminator twice", s_sound[..^1] + ",\"request\":\"drain\"}" },
        { "an input twice", s_sound.Replace("\"inputs\":{", $"\"inputs\":{{\"{s_recipe.Id}\":\"a\",", StringComparison.Ordinal) },
        { "half a pair in a value", s_sound.Replace("nowhere/output", "\\ud800", StringComparison.Ordinal) },
        { "half a pair in a name", s_sound[..^1] + ",\"\\ud800\":1}" },
        { "half a pair in the discriminator", "{\"request\":\"\\udc00\"}" },
        { "a number for a text", s_sound.Replace("\"nowhere/output\"", "7", StringComparison.Ordinal) },
        { "a text for a number", s_sound.Replace("\"microBatch\":8", "\"microBatch\":\"8x\"", StringComparison.Ordinal) },
        { "a number too large", s_sound.Replace("\"microBatch\":8", "\"microBatch\":8e99", StringComparison.Ordinal) },
        { "an input that is no stage", s_sound.Replace($"\"inputs\":{{\"{s_recipe.Id}", "\"inputs\":{\"../x", StringComparison.Ordinal) },
        { "a name of half a megabyte", "{\"request\":\"run\",\"" + new string('x', 500_000) + "\":1}" },
        { "an unknown member", s_sound[..^1] + ",\"x\":1}" },
        { "a second value", s_sound + s_sound },
        { "a comment", s_sound + " // x" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void Request_that_breaks_a_rule_is_refused(string what, string line)
    {
        var failed = Assert.IsType<FailedEvent>(Assert.Single(Answers(Encoding.UTF8.GetBytes(line))));

        Assert.True(failed is { Stage: null, Failure.Reason: FailureReason.InvalidRecipe }, $"{what}: {failed}");
        Assert.InRange(failed.Failure.Message.Length, 1, 2000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Mutated_requests_end_in_events_and_nothing_else(int seed)
    {
        var sound = new[] { s_sound, s_sound, s_sound, CanonicalJson.Serialize<EngineRequest>(new DrainRequest()), CanonicalJson.Serialize<EngineRequest>(new CancelRequest()) };
        var refused = 0;

        Mutations.Try(seed, rounds: 400, mutations =>
        {
            var line = mutations.Pick(sound);
            var bytes = mutations.Random.Next(3) switch
            {
                0 => mutations.Bytes(Encoding.UTF8.GetBytes(line)),
                1 => Encoding.UTF8.GetBytes(mutations.Text(line)),
                _ => Encoding.UTF8.GetBytes(mutations.Json(line)),
            };
            foreach (var happened in Answers(bytes))
            {
                Assert.True(happened is FailedEvent { Failure.Message.Length: > 0 } or StoppedEvent, $"{happened}");
                refused++;
            }
        });

        Assert.InRange(refused, 200, int.MaxValue); // unless most is refused, nothing is tried
        Assert.Equal(FailureReason.BadData, TryASoundOne().Failure.Reason);
    }

    [Fact]
    public void Line_without_end_takes_no_memory()
    {
        const long Length = 256L << 20;
        var lines = new RequestLines(new Endless(Length));
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.True(lines.Read(out var line));

        Assert.Null(line);
        Assert.False(lines.Read(out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * RequestLines.DefaultLongest);
    }

    /// <returns>What came before the refusal of a request that only this call sends.</returns>
    private List<EngineEvent> Answers(byte[] line)
    {
        var mark = FormattableString.Invariant($"mark-{++_sent}");
        _requests.Send([.. line, .. "\n"u8, .. Encoding.UTF8.GetBytes($"{{\"request\":\"{mark}\"}}\n")]);
        var answers = new List<EngineEvent>();
        while (true)
        {
            var happened = _events.Next();
            if (happened is FailedEvent failed && failed.Failure.Message.Contains($"'{mark}'", StringComparison.Ordinal))
            {
                return answers;
            }

            answers.Add(happened);
        }
    }

    /// <summary>One of the mutated requests may still run: then another is refused, and is sent again.</summary>
    private FailedEvent TryASoundOne()
    {
        while (true)
        {
            var refused = false;
            foreach (var failed in Answers(Encoding.UTF8.GetBytes(s_sound)).OfType<FailedEvent>().Where(failed => failed.Stage == s_recipe.Id))
            {
                if (failed.Failure.Reason == FailureReason.BadData)
                {
                    return failed;
                }

                refused |= failed.Failure.Message.Contains("one stage at a time", StringComparison.Ordinal);
            }

            if (!refused && _events.Next() is FailedEvent { Failure.Reason: FailureReason.BadData } late)
            {
                return late;
            }
        }
    }

    private sealed class NoData : IDataSource
    {
        public ImageDataSet Load(DataRecipe recipe, IReadOnlyList<string> roots) => throw new StageFaultException(FailureReason.BadData, "There is no data here.");
    }

    private sealed class Endless(long length) : MemoryStream
    {
        private long _left = length;

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, _left);
            buffer.AsSpan(offset, read).Fill((byte)'x');
            _left -= read;
            return read;
        }
    }

    /// <summary>Standard input: waits for what is sent.</summary>
    private sealed class Requests : MemoryStream
    {
        private readonly BlockingCollection<byte[]> _sent = [];
        private ReadOnlyMemory<byte> _rest;

        public void Send(byte[] bytes) => _sent.Add(bytes);

        public void Complete() => _sent.CompleteAdding();

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_rest.IsEmpty)
            {
                _rest = _sent.TryTake(out var next, Timeout.Infinite) ? next : default;
            }

            var read = Math.Min(count, _rest.Length);
            _rest.Span[..read].CopyTo(buffer.AsSpan(offset));
            _rest = _rest[read..];
            return read;
        }

        protected override void Dispose(bool disposing) => _sent.Dispose();
    }

    /// <summary>Standard output: each write is an event.</summary>
    private sealed class Events : MemoryStream
    {
        private readonly BlockingCollection<string> _lines = [];

        public EngineEvent Next() => _lines.TryTake(out var line, s_patience)
            ? CanonicalJson.Deserialize<EngineEvent>(line)
            : throw new TimeoutException("An event should have come.");

        public override void Write(ReadOnlySpan<byte> buffer) => _lines.Add(Encoding.UTF8.GetString(buffer));

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    }
}
