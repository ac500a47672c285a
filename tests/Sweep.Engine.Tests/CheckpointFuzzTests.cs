using System.Text;
using System.Text.Json.Nodes;
using Sweep.Engine.Training;
using Sweep.Models.Formats;
using Sweep.Recipes;
using Sweep.Testing;

namespace Sweep.Engine.Tests;

/// <summary>Damaged checkpoints: each is passed over by name, for the older one or for the start, and the answer is the same bit for bit.</summary>
public sealed class CheckpointFuzzTests : IDisposable
{
    private const string State = "state.json";
    private const string Tensors = "state.safetensors";
    private const string Plan = "dynamic.plan";

    private static readonly DynamicSparseRecipe s_recipe = new()
    {
        Shape = TestNets.WideShape,
        Data = StageBench.Data,
        Training = StageBench.Training with { Epochs = 3, Ema = 0.9 },
        Sparsity = 0.4,
        Updates = 4,
    };

    private readonly StageBench _bench = new();
    private readonly byte[] _expected;

    public CheckpointFuzzTests()
    {
        _bench.Run(s_recipe, "whole");
        _expected = _bench.Weights(s_recipe, "whole");
        Assert.Throws<StageStoppedException>(() => _bench.Run(s_recipe, "drained", drainAfter: 2));
    }

    public void Dispose() => _bench.Dispose();

    public static TheoryData<string, Action<string>> Damages { get; } = new()
    {
        { "no state", folder => File.Delete(Path.Combine(folder, State)) },
        { "no tensors", folder => File.Delete(Path.Combine(folder, Tensors)) },
        { "a folder for the state", folder => Swap(Path.Combine(folder, State)) },
        { "a folder for the tensors", folder => Swap(Path.Combine(folder, Tensors)) },
        { "an empty state", folder => File.WriteAllText(Path.Combine(folder, State), "") },
        { "half a state", folder => Truncate(Path.Combine(folder, State)) },
        { "half the tensors", folder => Truncate(Path.Combine(folder, Tensors)) },
        { "half the tensors, digested", folder => Resealed(folder, () => Truncate(Path.Combine(folder, Tensors))) },
        { "a deep state", folder => File.WriteAllText(Path.Combine(folder, State), new string('[', 1 << 20)) },
        { "a huge state", folder => File.WriteAllBytes(Path.Combine(folder, State), new byte[(64 << 20) + 1]) },
        { "another stage", folder => Edit(folder, state => state["stage"] = "pretrain-1-" + new string('0', 26)) },
        { "no stage", folder => Edit(folder, state => state["stage"] = "../../x") },
        { "epochs below", folder => Edit(folder, state => state["epochs"] = -2) },
        { "epochs beyond", folder => Edit(folder, state => state["epochs"] = int.MaxValue) },
        { "epochs of another folder", folder => Edit(folder, state => state["epochs"] = 1) },
        { "too many epochs", folder => Edit(folder, state => state["epochs"] = 99999999999) },
        { "steps below", folder => Edit(folder, state => state["optimizerSteps"] = -1) },
        { "steps of another state", folder => Edit(folder, state => state["optimizerSteps"] = 3) },
        { "no curve", folder => Edit(folder, state => state["curve"] = null) },
        { "a short curve", folder => Edit(folder, state => state["curve"] = new JsonArray()) },
        { "an epoch before the first", folder => Edit(folder, state => state["curve"]![0]!["epoch"] = -1) },
        { "a loss that is no number", folder => Edit(folder, state => state["curve"]![0]!["loss"] = "NaN") },
        { "a hole in the times", folder => Edit(folder, state => state["times"] = new JsonArray(null, null)) },
        { "a time before the start", folder => Edit(folder, state => state["times"]![0]!["seconds"] = -1) },
        { "a hole in the curve", folder => Edit(folder, state => state["curve"] = new JsonArray(null, null)) },
        { "no digest", folder => Edit(folder, state => state["digest"] = null) },
        { "an unknown member", folder => Edit(folder, state => state["later"] = 1) },
        { "no weights", folder => EditTensors(folder, tensor => tensor.Name == "weights" ? null : tensor) },
        { "one weight for all", folder => EditTensors(folder, tensor => tensor.Name == "weights" ? StoredTensor.Of(tensor.Name, [1f], 1) : tensor) },
        { "weights in a matrix", folder => EditTensors(folder, tensor => tensor.Name == "weights" ? tensor with { Shape = [1, tensor.Shape[0]] } : tensor) },
        { "weights of half precision", folder => EditTensors(folder, tensor => tensor.Name == "weights" ? tensor with { Type = "F16", Bytes = tensor.Bytes[(tensor.Bytes.Length / 2)..] } : tensor) },
        { "octets for moments", folder => EditTensors(folder, tensor => tensor.Name == "optimizer.second_moment" ? StoredTensor.Of(tensor.Name, [(byte)1], 1) : tensor) },
        { "no average", folder => EditTensors(folder, tensor => tensor.Name == "average" ? null : tensor) },
        { "no steps", folder => EditTensors(folder, tensor => tensor.Name == "optimizer.steps" ? StoredTensor.Of(tensor.Name, Array.Empty<long>(), 0) : tensor) },
        { "no plan", folder => EditTensors(folder, tensor => tensor.Name == Plan ? null : tensor) },
        { "a plan that is none", folder => EditPlan(folder, _ => "{") },
        { "a plan of nothing", folder => EditPlan(folder, _ => "null") },
        { "a plan without blocks", folder => EditPlan(folder, text => With(text, plan => plan["blocks"] = new JsonArray())) },
        { "a plan of null blocks", folder => EditPlan(folder, text => With(text, plan => plan["blocks"] = new JsonArray(null, null))) },
        { "a plan of null heads", folder => EditPlan(folder, text => With(text, plan => plan["blocks"]![0]!["heads"] = null)) },
        { "a plan of heads beyond", folder => EditPlan(folder, text => With(text, plan => plan["blocks"]![0]!["heads"] = new JsonArray(int.MaxValue))) },
        { "a plan of units below", folder => EditPlan(folder, text => With(text, plan => plan["blocks"]![1]!["mlp"] = new JsonArray(-1))) },
        { "a plan of another net", folder => EditPlan(folder, text => With(text, plan => plan["before"]!["width"] = 1 << 30)) },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Newest_damaged_the_older_one_is_resumed(string what, Action<string> damage)
    {
        var folder = Copy("attempt");
        damage(Path.Combine(folder, "epoch-0002"));

        _bench.Run(s_recipe, "attempt");

        Assert.True(_expected.AsSpan().SequenceEqual(_bench.Weights(s_recipe, "attempt")), what);
        Assert.Contains(Path.Combine(folder, "epoch-0002") + ": a damaged checkpoint is passed over.", _bench.Log.ToString());
        Assert.DoesNotContain("epoch-0001", _bench.Log.ToString());
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void All_damaged_the_stage_begins_anew(string what, Action<string> damage)
    {
        var folder = Copy("attempt");
        damage(Path.Combine(folder, "epoch-0001"));
        if (what != "epochs of another folder")
        {
            damage(Path.Combine(folder, "epoch-0002"));
        }
        else
        {
            Directory.Delete(Path.Combine(folder, "epoch-0001"), recursive: true);
            damage(Path.Combine(folder, "epoch-0002"));
        }

        _bench.Run(s_recipe, "attempt");

        Assert.True(_expected.AsSpan().SequenceEqual(_bench.Weights(s_recipe, "attempt")), what);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Mutated_checkpoints_never_change_the_answer(int seed)
    {
        var round = 0;
        var passed = 0;
        Mutations.Try(seed, rounds: 30, mutations =>
        {
            var attempt = FormattableString.Invariant($"seed-{seed}-{round++}");
            var folder = Copy(attempt);
            foreach (var checkpoint in Directory.GetDirectories(folder))
            {
                Mutate(mutations, checkpoint);
            }

            _bench.Log.GetStringBuilder().Clear();
            _bench.Run(s_recipe, attempt);

            Assert.Equal(_expected, _bench.Weights(s_recipe, attempt));
            passed += _bench.Log.ToString().Contains("passed over", StringComparison.Ordinal) ? 1 : 0;
        });

        Assert.InRange(passed, 15, int.MaxValue); // unless most are refused, nothing is tried
    }

    [Fact]
    public void Newest_is_that_of_most_epochs()
    {
        var folder = Path.Combine(_bench.Checkpoints(s_recipe, "long"));
        var checkpoints = new CheckpointFolder(folder, s_recipe.Id, TextWriter.Null);
        foreach (var epochs in new[] { 9998, 9999, 10000 })
        {
            var curve = Enumerable.Range(0, epochs).Select(epoch => new EpochRecord { Epoch = epoch, Loss = 1, LearningRate = 1 }).ToList();
            checkpoints.Write(epochs, epochs, curve, [], [StoredTensor.Of("optimizer.steps", [(long)epochs], 1)]);
        }

        Assert.Equal(10000, checkpoints.Resume(20000, () => [], _ => { })!.Epochs);
        Assert.Equal(["epoch-10000", "epoch-9999"], Directory.GetDirectories(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private static void Mutate(Mutations mutations, string checkpoint)
    {
        var state = Path.Combine(checkpoint, State);
        var tensors = Path.Combine(checkpoint, Tensors);
        switch (mutations.Random.Next(4))
        {
            case 0:
                File.WriteAllText(state, mutations.Json(File.ReadAllText(state)));
                break;
            case 1:
                File.WriteAllBytes(state, mutations.Bytes(File.ReadAllBytes(state)));
                break;
            case 2:
                File.WriteAllBytes(tensors, mutations.Bytes(File.ReadAllBytes(tensors)));
                break;
            default:
                // The header alone, under a digest that holds: what the numbers are is nothing that a reader could judge.
                Resealed(checkpoint, () =>
                {
                    var bytes = File.ReadAllBytes(tensors);
                    var length = (int)BitConverter.ToInt64(bytes);
                    var header = Encoding.UTF8.GetBytes(mutations.Json(Encoding.UTF8.GetString(bytes, 8, length)));
                    File.WriteAllBytes(tensors, [.. BitConverter.GetBytes((long)header.Length), .. header, .. bytes.AsSpan(8 + length)]);
                });
                break;
        }
    }

    private string Copy(string attempt)
    {
        var from = _bench.Checkpoints(s_recipe, "drained");
        var to = _bench.Checkpoints(s_recipe, attempt);
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return to;
    }

    private static void Swap(string file)
    {
        File.Delete(file);
        Directory.CreateDirectory(file);
    }

    private static void Truncate(string file)
    {
        using var stream = File.OpenWrite(file);
        stream.SetLength(stream.Length / 2);
    }

    private static void Edit(string folder, Action<JsonObject> edit)
    {
        var file = Path.Combine(folder, State);
        File.WriteAllText(file, With(File.ReadAllText(file), edit));
    }

    private static string With(string text, Action<JsonObject> edit)
    {
        var root = JsonNode.Parse(text)!.AsObject();
        edit(root);
        return root.ToJsonString();
    }

    private static void Resealed(string folder, Action change)
    {
        change();
        Edit(folder, state => state["digest"] = AtomicFolder.Digest(Path.Combine(folder, Tensors)));
    }

    private static void EditTensors(string folder, Func<StoredTensor, StoredTensor?> edit) => Resealed(folder, () =>
    {
        var file = Path.Combine(folder, Tensors);
        SafeTensors.Write(file, [.. SafeTensors.Read(file).Values.Select(edit).OfType<StoredTensor>()]);
    });

    private static void EditPlan(string folder, Func<string, string> edit) => EditTensors(folder, tensor =>
        tensor.Name == Plan && Encoding.UTF8.GetBytes(edit(Encoding.UTF8.GetString(tensor.Octets()))) is var bytes ? StoredTensor.Of(Plan, bytes, bytes.Length) : tensor);
}
