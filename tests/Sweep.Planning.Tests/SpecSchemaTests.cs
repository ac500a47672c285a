using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sweep.Planning.Schema;
using Sweep.Recipes;

namespace Sweep.Planning;

public sealed class SpecSchemaTests
{
    private static readonly JsonSerializerOptions s_indented = new(JsonSerializerOptions.Default)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>After a change of the table: run this with SWEEP_WRITE_REFERENCE naming the folder docs/reference.</summary>
    [Fact]
    public void PublishedReference_IsTheTableInCode()
    {
        var schema = SpecSchema.ToJsonSchema();
        (string File, string Text)[] published =
        [
            ("sweep.schema.json", schema.ToJsonString(s_indented) + "\n"),
            ("sweep-yaml.md", SpecReference.Write(schema)),
        ];
        foreach (var (file, text) in published)
        {
            if (Environment.GetEnvironmentVariable("SWEEP_WRITE_REFERENCE") is { Length: > 0 } folder)
            {
                File.WriteAllText(Path.Combine(folder, file), text);
            }
            else
            {
                Assert.Equal(text, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "reference", file)));
            }
        }
    }

    /// <summary>Every key of the table is a member of the records and every member a key, so nothing is read and then lost.</summary>
    [Theory]
    [InlineData("", typeof(SweepSpec))]
    [InlineData("model", typeof(ModelSpec))]
    [InlineData("data", typeof(DataSpec))]
    [InlineData("pretrain", typeof(TrainingSpec))]
    [InlineData("sparsify", typeof(TrainingSpec))]
    [InlineData("finetune", typeof(FinetuneSpec))]
    [InlineData("finetune.distillation", typeof(DistillationSpec))]
    [InlineData("pretrain.augmentation", typeof(AugmentationRecipe))]
    [InlineData("pretrain.augmentation.randAugment", typeof(RandAugmentRecipe))]
    [InlineData("data.folder", typeof(ImageFolder))]
    [InlineData("budget", typeof(PruningBudget))]
    [InlineData("benchmark", typeof(BenchmarkSpec))]
    [InlineData("space", typeof(SpaceSpec))]
    [InlineData("search", typeof(SearchSpec))]
    [InlineData("stopping", typeof(StoppingSpec))]
    [InlineData("stopping.plateau", typeof(PlateauSpec))]
    [InlineData("limits", typeof(LimitsSpec))]
    [InlineData("gohsp", typeof(GohspSpec))]
    [InlineData("gohsp.patterns", typeof(StructurePatterns))]
    [InlineData("vtp", typeof(VtpSpec))]
    [InlineData("somp", typeof(SompSpec))]
    [InlineData("somp.patterns", typeof(StructurePatterns))]
    [InlineData("omp", typeof(OmpSpec))]
    [InlineData("sgmp", typeof(SgmpSpec))]
    [InlineData("gmp", typeof(GmpSpec))]
    [InlineData("taylor", typeof(TaylorSpec))]
    [InlineData("ssp", typeof(SspSpec))]
    [InlineData("s2vite", typeof(S2viteSpec))]
    [InlineData("random", typeof(RandomGroupsSpec))]
    [InlineData("failurePolicies", typeof(FailurePolicies))]
    public void SchemaKeys_AreTheMembersOfTheRecord(string path, Type record)
    {
        JsonNode schema = SpecSchema.ToJsonSchema();
        foreach (var key in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            schema = schema["properties"]![key]!;
        }

        Assert.Equal(
            record.GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Order(StringComparer.Ordinal),
            schema["properties"]!.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));
    }

    /// <summary>What the schema says holds by default is what a spec without the key gets.</summary>
    [Fact]
    public void SchemaDefaults_AreTheDefaultsOfTheRecords()
    {
        const string Smallest = """
            apiVersion: sweep/v1
            name: x
            model: { preset: vit-nano-28 }
            data: { name: fashion-mnist }
            pretrain: { epochs: 1 }
            space: { method: { values: [vtp] }, sparsity: { values: [0.1] } }
            sparsify: { epochs: 1 }
            finetune: { epochs: 1, distillation: {}, augmentation: { randAugment: {} } }
            benchmark: { device: cpu }
            stopping: { plateau: {} }
            """;
        var spec = JsonNode.Parse(CanonicalJson.Serialize(SweepSpecReader.Read(Smallest, "sweep.yaml")))!;
        var compared = 0;
        Compare(SpecSchema.ToJsonSchema(), spec, "");
        Assert.True(compared > 90, $"Only {compared} defaults were compared.");

        void Compare(JsonNode schema, JsonNode value, string path)
        {
            foreach (var (key, rule) in schema["properties"]!.AsObject().Where(member => member.Key != "space"))
            {
                var actual = value[key];
                if (rule!["default"] is { } expected)
                {
                    Assert.True(JsonNode.DeepEquals(expected, actual), $"{path}{key}: the schema says {expected}, the spec has {actual}");
                    compared++;
                }

                if (rule["properties"] is not null && actual is not null)
                {
                    Compare(rule, actual, $"{path}{key}.");
                }
            }
        }
    }

    [Theory]
    [InlineData("quickstart.yaml")]
    [InlineData("smoke.yaml")]
    public void Samples_AreSound(string sample) => Assert.Empty(SweepSpecValidator.Check(SweepSpecReader.ReadFile(SpecText.Sample(sample))));

    [Theory]
    [InlineData("epohcs", "epochs")]
    [InlineData("learning-rate", "learningRate")]
    [InlineData("Batch", "batch")]
    public void Spelling_FindsTheWordMeant(string word, string meant) =>
        Assert.Equal($"; did you mean '{meant}'?", Spelling.DidYouMean(word, ["epochs", "learningRate", "batch"]));

    [Fact]
    public void Spelling_SaysNothingWhenNoWordIsNear() => Assert.Equal("", Spelling.DidYouMean("gradientClipping", ["epochs", "batch"]));
}
