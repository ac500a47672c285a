using System.Runtime.InteropServices;
using Sweep.Engine.Models;
using Sweep.Engine.Pruning;
using Sweep.Models;
using Sweep.Models.Export;
using Sweep.Models.Formats;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Tests;

/// <summary>Exported nets answer in other programs as they do here.</summary>
public sealed class ExportTests(ExportTests.Exports exports) : IClassFixture<ExportTests.Exports>
{
    private const double Tolerance = 1e-4;

    /// <summary>Nets as the stages leave them, and some that are odder, each exported once.</summary>
    public sealed class Exports : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly StageBench _bench = new();

        public Exports()
        {
            var pretrain = new PretrainRecipe { Shape = TestNets.WideShape, Data = StageBench.Data, Training = StageBench.Training };
            var rankHeads = new RankHeadsRecipe { Parent = pretrain.Id, Data = StageBench.Data, Images = 50 };
            var softPrune = new SoftPruneRecipe
            {
                Parent = rankHeads.Id,
                Weights = pretrain.Id,
                Data = StageBench.Data,
                Training = StageBench.Training,
                Sparsity = 0.4,
                Rho = 0.1,
                Lambda = 0,
                UpdatesPerEpoch = 2,
                FinalRhoFactor = 5,
            };
            var sparseTrain = new SparseTrainRecipe { Parent = pretrain.Id, Data = StageBench.Data, Training = StageBench.Training, Lambda = 1e-3 };
            var gohsp = new HardPruneRecipe { Parent = softPrune.Id, Method = PruningMethod.Gohsp, Sparsity = 0.4 };
            var vtp = new HardPruneRecipe { Parent = sparseTrain.Id, Method = PruningMethod.Vtp, Sparsity = 0.4 };
            foreach (var recipe in new StageRecipe[] { pretrain, rankHeads, softPrune, sparseTrain })
            {
                _bench.Run(recipe);
            }

            Export("dense", ModelFolder.Read(_bench.Folder(pretrain)), null);
            Export("gohsp", Surgery(gohsp, out var gohspProof), gohspProof);
            Export("vtp", Surgery(vtp, out var vtpProof), vtpProof);
            var odd = TestNets.Random(TestNets.Shape, 5);
            Export("odd", HardPruner.Prune(odd, OddPlan()), null);
            Export("distilled", TestNets.Random(ViTShape.Dense(12, 3, 4, 5, 16, 2, 2, 2) with { Distilled = true }, 6), null);
        }

        internal string this[string name] => _folder[name];

        public void Dispose()
        {
            _bench.Dispose();
            _folder.Dispose();
        }

        private Net Surgery(HardPruneRecipe recipe, out SurgeryProof proof)
        {
            proof = _bench.Run(recipe).Surgery!;
            return ModelFolder.Read(_bench.Folder(recipe));
        }

        private void Export(string name, Net net, SurgeryProof? surgery)
        {
            var source = Directory.CreateDirectory(_folder[name + ".source"]).FullName;
            var origin = new ModelOrigin
            {
                Experiment = "tests",
                Trial = name,
                Stage = StageId.Parse("finetune-1-" + new string('0', 26)),
                Weights = ModelFolder.Write(source, net),
                Surgery = surgery,
                Preprocessing = new Preprocessing { Mean = [0.5f], Deviation = [0.25f] },
            };
            AtomicFolder.WriteJson(Path.Combine(source, ModelOrigin.File), origin);
            ModelExport.Write(source, Directory.CreateDirectory(_folder[name]).FullName, ExportFormat.All);
        }

        /// <summary>No attention here, no MLP there, other widths elsewhere, inputs that are not read.</summary>
        private static PruningPlan OddPlan()
        {
            var whole = PruningPlan.Whole(TestNets.Shape);
            return whole with
            {
                Blocks =
                [
                    whole.Blocks[0] with { Heads = [], QueryKey = [], Value = [], MlpInputs = [0, 3, 11], Mlp = [1, 2, 5] },
                    whole.Blocks[1] with { Heads = [0, 2], QueryKey = [[0, 1], [2, 3]], Value = [[1, 2, 3], [0, 1, 2]], AttentionInputs = [1, 4, 6, 7], Mlp = [] },
                    whole.Blocks[2] with { ProjectionInputs = [0, 3, 4, 9] },
                ],
            };
        }
    }

    private static readonly string[] s_names = ["dense", "gohsp", "vtp", "odd", "distilled"];

    public static TheoryData<string> Names => new(s_names);

    [OnnxRuntimeFact]
    public void ONNX_Runtime_gives_equal_logits_at_any_batch() =>
        AssertEqualLogits(runs => OtherPrograms.Run("node", [OtherPrograms.Script("run_onnx.cjs"), OtherPrograms.NodeTools], runs));

    [PythonTorchFact]
    public void The_samples_loader_gives_equal_logits_in_PyTorch() => AssertEqualLogits(
        runs => OtherPrograms.Run(OtherPrograms.Python!, [OtherPrograms.Script("run_pruned.py"), Path.Combine(OtherPrograms.Checkout, "samples")], runs));

    /// <param name="run">One process for all: starting it costs more than the nets.</param>
    private void AssertEqualLogits(Action<object> run)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var folder = new TemporaryFolder();
        var expected = new Dictionary<string, float[]>();
        var runs = new List<object>();
        foreach (var name in s_names)
        {
            var net = ModelFolder.Read(exports[name]);
            using var model = new VisionTransformer(net, CPU);
            foreach (var batch in new[] { 1, 7 })
            {
                var images = TestNets.Images(net.Shape, batch);
                var title = $"{name} {batch}";
                File.WriteAllBytes(folder[title + ".images"], MemoryMarshal.AsBytes(images.data<float>().ToArray()).ToArray());
                expected.Add(title, model.Forward(images).data<float>().ToArray());
                runs.Add(new
                {
                    model = Path.Combine(exports[name], "model.onnx"),
                    folder = exports[name],
                    images = folder[title + ".images"],
                    dims = images.shape,
                    output = folder[title],
                });
            }
        }

        run(runs);

        Assert.All(expected, pair => Assert.True(
            TestNets.LargestDifference(pair.Value, MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(folder[pair.Key])).ToArray()) < Tolerance, pair.Key));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_proof_counts_what_is_written(string name)
    {
        var proof = CanonicalJson.Deserialize<ModelProof>(File.ReadAllText(Path.Combine(exports[name], ModelProof.File)));

        Assert.Equal(ViTCost.Parameters(proof.Shape), proof.Parameters.Counted);
        Assert.Equal(ViTCost.Flops(proof.Shape), proof.Flops.Counted);
        Assert.Equal(AtomicFolder.Digest(Path.Combine(exports[name], ModelFolder.WeightsFile)), proof.Weights);
        if (name is "gohsp" or "vtp")
        {
            Assert.Equal(proof.Parameters.Counted, proof.Surgery!.CountedParameters);
            Assert.Equal(ViTCost.Parameters(TestNets.WideShape), ViTCost.Parameters(proof.Surgery.Before));
            Assert.True(proof.Surgery.LargestLogitDifference < 1e-4);
            Assert.Equal(64, proof.Surgery.ParentWeights.Length);
        }
    }
}
