using System.Text.Json.Nodes;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Tests;

public sealed class CompareTests : IDisposable
{
    private readonly SweepShell _shell = new();

    public CompareTests()
    {
        Directory.CreateDirectory(_shell.State);
        var first = SweepSpecReader.Read(Samples.Spec, "sweep.yaml");
        _shell.Cluster.Results["two-methods"] = Samples.Result();
        _shell.Cluster.Specs["two-methods"] = first;
        var longer = Samples.Result("longer");
        _shell.Cluster.Results["longer"] = longer with
        {
            Trials = [.. longer.Trials.Select((trial, i) => trial with { Metrics = trial.Metrics is { } metrics && i > 0 ? metrics with { Accuracy = metrics.Accuracy + 0.01 } : trial.Metrics })],
        };
        _shell.Cluster.Specs["longer"] = first with { Name = "longer", Finetune = first.Finetune with { Epochs = 3 } };
    }

    public void Dispose() => _shell.Dispose();

    private async Task<string> Exported(string name)
    {
        var file = _shell.At(name + ".json");
        Assert.Equal((0, ""), await _shell.Run("export", name, "--format", "json", "-O", file) is var outcome ? (outcome.Code, outcome.Error) : default);
        return file;
    }

    [Fact]
    public async Task Table_HasFrontsCoverageAndDifferences()
    {
        var outcome = await _shell.Run("compare", "two-methods", "longer");

        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Expected.Equal("compare.txt", outcome.Output);
    }

    [Fact]
    public async Task Csv_HasALineAnExperiment() => Expected.Equal("compare.csv", (await _shell.Run("compare", "two-methods", "longer", "-o", "csv")).Output);

    [Fact]
    public async Task Json_IsTheComparison()
    {
        var comparison = CanonicalJson.Deserialize<ExperimentComparison>((await _shell.Run("compare", "two-methods", "longer", "-o", "json")).Output);
        var lines = (await _shell.Run("compare", "two-methods", "longer", "-o", "jsonl")).Output.TrimEnd('\n').Split('\n');

        Assert.Equal(["two-methods", "longer"], comparison.Experiments.Select(one => one.Label));
        Assert.Equal("finetune.epochs", Assert.Single(comparison.SpecDifferences).Path);
        Assert.Equal(comparison.Experiments.Select(CanonicalJson.Serialize), lines);
        Assert.Equal("two-methods\nlonger\n", (await _shell.Run("compare", "two-methods", "longer", "-o", "name")).Output);
        Assert.StartsWith("apiVersion: sweep/v1\n", (await _shell.Run("compare", "two-methods", "longer", "-o", "yaml")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_CompareWithExperimentsAndWithoutACluster()
    {
        var file = await Exported("longer");
        var mixed = JsonNode.Parse((await _shell.Run("compare", "longer", file, "-o", "json")).Output)!;

        Assert.Equal(["longer (cluster)", $"longer ({file})"], mixed["experiments"]!.AsArray().Select(one => (string)one!["label"]!));
        Assert.Equal(file, (string)mixed["experiments"]![1]!["file"]!);

        _shell.Connector.Addresses.Clear();
        _shell.Silos.Launches.Clear();
        Assert.Equal(0, (await _shell.Run("compare", file, file)).Code);
        Assert.Empty(_shell.Silos.Launches);
        Assert.Empty(_shell.Connector.Addresses);
    }

    [Fact]
    public async Task Page_IsWrittenBeside()
    {
        var outcome = await _shell.Run("compare", "two-methods", "longer", "--html", _shell.At("compare.html"));

        Assert.Contains($"Comparison: {_shell.At("compare.html")}", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("What their specs differ in", File.ReadAllText(_shell.At("compare.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Incomparable_IsRefusedWithTheRule()
    {
        var other = _shell.Cluster.Results["longer"];
        _shell.Cluster.Results["longer"] = other with { Scope = other.Scope with { ValidationImages = 4000 } };

        var outcome = await _shell.Run("compare", "two-methods", "longer");

        Assert.Equal((5, ""), (outcome.Code, outcome.Output));
        Assert.Equal("sweep: Experiments are comparable when they have equally many validation images: two-methods 5000, longer 4000.\n", outcome.Error);
    }

    [Theory]
    [InlineData("one.json")]
    [InlineData("a", "b", "c", "d", "e", "f", "g", "h", "i")]
    [InlineData("a", "b", "--to-hypervolume", "95")]
    public async Task Misuse_IsUsage(params string[] arguments) => Assert.Equal(2, (await _shell.Run(["compare", .. arguments])).Code);

    [Fact]
    public async Task UnknownExperiment_IsNotFound()
    {
        Assert.Contains("Did you mean 'longer'", (await _shell.Run("compare", "two-methods", "longr")).Error, StringComparison.Ordinal);
        Assert.Equal(4, (await _shell.Run("compare", "two-methods", _shell.At("none.json"))).Code);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("trials")]
    [InlineData("front")]
    [InlineData("summary")]
    [InlineData("importance")]
    [InlineData("report")]
    public async Task ReadingCommands_ReadFiles(string verb)
    {
        var file = await Exported("two-methods");
        string[] more = verb == "report" ? ["--report", _shell.At("report.html")] : [];
        var ofCluster = await _shell.Run([verb, "two-methods", "-o", "json", .. more]);
        _shell.Silos.Launches.Clear();

        var ofFile = await _shell.Run([verb, file, "-o", "json", .. more]);

        Assert.Equal((0, $"Imported from {file}: as it stood when it was exported.\n"), (ofFile.Code, ofFile.Error));
        Assert.Equal(ofCluster.Output, ofFile.Output);
        Assert.Empty(_shell.Silos.Launches);
        Assert.Equal(0, (await _shell.Run([verb, file, .. more])).Code);
    }

    [Fact]
    public async Task OrdersAndModels_WantAnExperiment()
    {
        var file = await Exported("two-methods");

        Assert.Equal(2, (await _shell.Run("export", file, "t0001")).Code);
        Assert.Equal(7, (await _shell.Run("pause", file)).Code);
    }

    [Fact]
    public async Task File_OfAnotherVersion_SaysWhatItDoesNotKnow()
    {
        var file = _shell.Write("later.json", """{"experiment":"later","future":1}""");

        var outcome = await _shell.Run("show", file);

        Assert.Equal(2, outcome.Code);
        Assert.Contains($"but '{file}' is not: ", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("csv", "two-methods.csv")]
    [InlineData("jsonl", "two-methods.jsonl")]
    [InlineData("optuna", "two-methods.journal")]
    public async Task Export_OfText_GoesToAFileOrToStandardOutput(string format, string file)
    {
        var written = await _shell.Run("export", "two-methods", "--format", format, "--to", _shell.At(file));
        var printed = await _shell.Run("export", "two-methods", "--format", format, "--to", "-");

        Assert.Equal($"Written to {_shell.At(file)}\n", written.Output);
        Assert.Equal(File.ReadAllText(_shell.At(file)), printed.Output);
        Assert.Equal(5, (await _shell.Run("export", "two-methods", "--format", format, "--to", _shell.At(file))).Code);
    }

    [Fact]
    public async Task Export_OfAFile_ConvertsIt()
    {
        var file = await Exported("two-methods");

        Assert.Equal(0, (await _shell.Run("export", file, "--format", "parquet", "--to", _shell.At("it.parquet"))).Code);
        Assert.Equal(0, (await _shell.Run("export", file, "--format", "mlflow", "--to", _shell.At("mlruns"))).Code);

        Assert.Equal(ParquetTrials.Write(ExportedResult.Read(File.ReadAllText(file), file)), File.ReadAllBytes(_shell.At("it.parquet")));
        Assert.Equal(4, Directory.GetFiles(_shell.At("mlruns"), "mlflow.runName", SearchOption.AllDirectories).Length - 1);
        Assert.DoesNotContain(Directory.GetFileSystemEntries(_shell.At("")), path => path.EndsWith(".new", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--format", "parquet", "--to", "-")]
    [InlineData("--format", "mlflow", "--to", "-")]
    [InlineData("t0001", "--format", "csv")]
    [InlineData("--front", "--format", "json")]
    public async Task Export_OfWhatCannotBe_IsUsage(params string[] arguments) => Assert.Equal(2, (await _shell.Run(["export", "two-methods", .. arguments])).Code);
}
