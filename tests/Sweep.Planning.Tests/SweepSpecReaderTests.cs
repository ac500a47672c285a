using System.Text;
using Sweep.Recipes;

namespace Sweep.Planning;

public sealed class SweepSpecReaderTests
{
    [Fact]
    public void Reader_FillsInEveryValueOfTheFile()
    {
        var spec = SpecText.Spec;

        Assert.Equal("try-out", spec.Name);
        Assert.Equal("vit-nano-28", spec.Model.Preset);
        Assert.Equal(new DataSpec { Name = "fashion-mnist", Validation = 5000 }, spec.Data);
        Assert.Equal(new TrainingSpec { Epochs = 6, LearningRate = 1e-3, Batch = 128 }, spec.Pretrain);
        Assert.Equal([PruningMethod.Gohsp, PruningMethod.Vtp, PruningMethod.Somp], spec.Space.Method.Values);
        Assert.Equal([0.2, 0.4, 0.6], spec.Space.Sparsity.Values);
        Assert.Equal([1e-4, 1e-3], spec.Space.Lambda!.Values);
        Assert.Equal([PruningMethod.Vtp], spec.Space.Lambda.When!.Method);
        Assert.Equal(new TrainingSpec { Epochs = 2 }, spec.Sparsify);
        Assert.Equal(SearchAlgorithm.Grid, spec.Search.Algorithm);
        Assert.Equal(3, spec.Objectives.Count);
        Assert.Equal(7, spec.Seed);
        Assert.Equal(4, spec.Parallelism);
    }

    [Theory]
    [InlineData("range: [1e-3, 1e-1], scale: log, count: 3", new[] { 1e-3, 1e-2, 1e-1 })]
    [InlineData("range: [1e-3, 1e-1], scale: log, count: 2", new[] { 1e-3, 1e-1 })]
    [InlineData("range: [0.1, 0.4], scale: linear, count: 4", new[] { 0.1, 0.2, 0.3, 0.4 })]
    [InlineData("range: [0, 1], count: 5", new[] { 0, 0.25, 0.5, 0.75, 1 })]
    public void Reader_LaysOutARangeOverValues(string range, double[] values)
    {
        var spec = SweepSpecReader.Read(SpecText.With("range: [1e-3, 1e-1], scale: log, count: 3", range), "sweep.yaml");

        Assert.Equal(values, spec.Space.Rho!.Values);
    }

    [Fact]
    public void Reader_FillsDefaultsOfWhatIsAbsent()
    {
        var spec = SweepSpecReader.ReadFile(SpecText.Sample("smoke.yaml"));

        Assert.Equal(["Accuracy Maximize", "Parameters Minimize", "Flops Minimize"], spec.Objectives.Select(o => $"{o.Metric} {o.Goal}"));
        Assert.Null(spec.Space.Lambda);
        Assert.Equal(new VtpSpec(), spec.Vtp);
        Assert.Equal(0, spec.Seed);
        Assert.Null(spec.Parallelism);
    }

    [Theory]
    [InlineData("1e-3")]
    [InlineData("0.001")]
    [InlineData("+1E-3")]
    [InlineData(".001")]
    [InlineData("1.0e-03")]
    public void Reader_TakesEverySpellingOfANumber(string number) =>
        Assert.Equal(0.001, SweepSpecReader.Read(SpecText.With("1e-3, batch", number + ", batch"), "sweep.yaml").Pretrain!.LearningRate);

    /// <summary>Old text, new text, then the only fault: its place, path and rule.</summary>
    [Theory]
    [InlineData("sweep/v1", "sweep/v2", "1:13 apiVersion: must be sweep/v1, but is 'sweep/v2'; did you mean 'sweep/v1'?")]
    [InlineData("name: try-out", "name: Try_Out", "2:7 name: must be lower-case letters, digits and inner hyphens, at most 63 in all, but is 'Try_Out'")]
    [InlineData("name: try-out", "nmae: try-out", "2:1 nmae: there is no key 'nmae' here; did you mean 'name'?|1:1 name: must be lower-case letters, digits and inner hyphens, at most 63 in all, but is missing")]
    [InlineData("preset: vit-nano-28", "preset: vit-nano", "3:21 model.preset: must be one of deit-base, deit-base-distilled, deit-small, deit-small-distilled, deit-tiny, deit-tiny-distilled, vit-micro-28, vit-micro-32, vit-nano-28, vit-nano-32, vit-small-224, vit-small-32, vit-tiny-32, but is 'vit-nano'; did you mean 'vit-nano-28'?")]
    [InlineData("preset: vit-nano-28", "preset: deit-tiny", "3:21 model.preset: must read images of the data's size, but deit-tiny reads 224×224 and fashion-mnist has 28×28")]
    [InlineData("validation: 5000", "validation: 60000", "4:46 data.validation: must leave an image of each of the 10 classes on both sides, so lie in [10, 59990], but is 60000")]
    [InlineData("validation: 5000", "validation: 9", "4:46 data.validation: must leave an image of each of the 10 classes on both sides, so lie in [10, 59990], but is 9")]
    [InlineData("epochs: 6", "epochs: six", "5:21 pretrain.epochs: must be a whole number from 1 to 100000, but is 'six'")]
    [InlineData("epochs: 6", "epochs: 6.5", "5:21 pretrain.epochs: must be a whole number from 1 to 100000, but is '6.5'")]
    [InlineData("epochs: 6", "epochs: \"6\"", "5:21 pretrain.epochs: must be a whole number from 1 to 100000, but is the text '6'")]
    [InlineData("epochs: 6", "epochs: 0", "5:21 pretrain.epochs: must be a whole number from 1 to 100000, but is '0'")]
    [InlineData("epochs: 6", "epochs: ", "5:21 pretrain.epochs: must be a whole number from 1 to 100000, but is empty")]
    [InlineData("learningRate: 1e-3", "learningRate: 0", "5:38 pretrain.learningRate: must be a finite number greater than 0, but is '0'")]
    [InlineData("learningRate: 1e-3", "learningRate: .inf", "5:38 pretrain.learningRate: must be a finite number greater than 0, but is '.inf'")]
    [InlineData("learningRate: 1e-3", "learningRate: .nan", "5:38 pretrain.learningRate: must be a finite number greater than 0, but is '.nan'")]
    [InlineData("learningRate: 1e-3", "learningRate: 1e999", "5:38 pretrain.learningRate: must be a finite number greater than 0, but is '1e999'")]
    [InlineData("learningRate: 1e-3", "learning_rate: 1e-3", "5:24 pretrain.learning_rate: there is no key 'learning_rate' here; did you mean 'learningRate'?")]
    [InlineData("learningRate: 1e-3", "finalLearningRate: 0.1", "5:43 pretrain.finalLearningRate: must be at most learningRate, 0.001, but is 0.1")]
    [InlineData("batch: 128", "imagesPerEpoch: 55001", "5:60 pretrain.imagesPerEpoch: must be at most the training split, 55000 images, but is 55001")]
    [InlineData("batch: 128", "batch: 128, imagesPerEpoch: 127", "5:51 pretrain.batch: must be at most the images of an epoch, 127, but is 128")]
    [InlineData("batch: 128", "warmup: 1", "5:52 pretrain.warmup: must be a number in [0, 1), but is '1'")]
    [InlineData("batch: 128", "flip: yes", "5:50 pretrain.flip: must be true or false, but is 'yes'")]
    [InlineData("batch: 128", "cropPadding: 28", "5:57 pretrain.cropPadding: must be less than the image size, 28, but is 28")]
    [InlineData("batch: 128", "epochs: 7", "5:44 pretrain.epochs: a key stands once, but line 5 has it already")]
    [InlineData("[gohsp, vtp, somp]", "[gohsp, GOHSP]", "7:31 space.method.values[1]: must be one of gohsp, vtp, somp, omp, sgmp, gmp, taylor, ssp, s2vite, random, but is 'GOHSP'; did you mean 'gohsp'?")]
    [InlineData("[gohsp, vtp, somp]", "[gohsp, vtp, gohsp]", "7:36 space.method.values[2]: the items of a list must differ, but 'gohsp' stands at [0] already")]
    [InlineData("[gohsp, vtp, somp]", "gohsp", "7:23 space.method.values: must be a list of 1 to 1000 different items, but is 'gohsp'")]
    [InlineData("{ values: [gohsp, vtp, somp] }", "[gohsp, vtp]", "7:13 space.method: must be a map with the key values, but is a list")]
    [InlineData("[0.2, 0.4, 0.6]", "[0.2, 1.5]", "8:29 space.sparsity.values[1]: must be a number in [0, 1), but is '1.5'")]
    [InlineData("[0.2, 0.4, 0.6]", "[0.2, -0.1]", "8:29 space.sparsity.values[1]: must be a number in [0, 1), but is '-0.1'")]
    [InlineData("[0.2, 0.4, 0.6]", "[]", "8:23 space.sparsity.values: must be a list of 1 to 1000 different items, but is a list of 0")]
    [InlineData("{ values: [0.2, 0.4, 0.6] }", "{ values: [0.2], when: { method: [vtp] } }", "8:30 space.sparsity.when: there is no key 'when' here")]
    [InlineData("when: { method: [vtp] }", "when: { method: [obd] }", "9:54 space.lambda.when.method[0]: must be one of gohsp, vtp, somp, omp, sgmp, gmp, taylor, ssp, s2vite, random, but is 'obd'")]
    [InlineData("when: { method: [vtp] }", "when: { method: [vtp, somp] }", "9:53 space.lambda.when.method: must name methods that have a lambda, but somp has none")]
    [InlineData("when: { method: [gohsp] }", "when: { method: [vtp] }", "10:74 space.rho.when.method: must name methods that have a rho, but vtp has none")]
    [InlineData("range: [1e-3, 1e-1]", "range: [0, 1e-1]", "10:22 space.rho.range: the bounds of a log scale are values greater than 0, not exponents, but are [0, 0.1]")]
    [InlineData("range: [1e-3, 1e-1]", "range: [1e-1, 1e-3]", "10:22 space.rho.range: must be [low, high] with low < high, but is [0.1, 0.001]")]
    [InlineData("range: [1e-3, 1e-1]", "range: [1e-3]", "10:22 space.rho.range: must be [low, high] with low < high, but is [0.001]")]
    [InlineData("count: 3", "count: 1", "10:55 space.rho.count: must be at least 2, for both ends of the range, but is 1; use values for one")]
    [InlineData(", count: 3", "", "10:13 space.rho: a grid has values, or a range with count, but this range [0.001, 0.1] has no count; the other algorithms of search draw from it")]
    [InlineData("count: 3", "count: 3, values: [1]", "10:15 space.rho.range: an axis has either values or a range, but this one has values and range")]
    [InlineData("scale: log", "scale: logarithmic", "10:43 space.rho.scale: must be one of linear, log, but is 'logarithmic'")]
    [InlineData("sparsify: { epochs: 2 }", "", "1:1 sparsify: must be given for gohsp, vtp, but is missing")]
    [InlineData("algorithm: grid", "algorithm: gird", "13:24 search.algorithm: must be one of grid, random, sobol, nsga2, motpe, gp, auto, but is 'gird'; did you mean 'grid'?")]
    [InlineData("goal: maximize", "goal: minimize", "15:33 objectives[0].goal: accuracy must be maximized, but the goal is minimize")]
    [InlineData("metric: flops,    ", "metric: parameters,", "17:5 objectives[2]: the items of a list must differ, but a map stands at [1] already")]
    [InlineData("seed: 7", "seed: -1", "18:7 seed: must be a whole number from 0 to 9223372036854775807, but is '-1'")]
    [InlineData("parallelism: 4", "gohsp: { feature: output, similarity: jensenShannon }", "19:39 gohsp.similarity: jensenShannon compares attention maps, but feature is output")]
    [InlineData("parallelism: 4", "gohsp: { images: 55001 }", "19:18 gohsp.images: must be at most the training split, 55000 images, but is 55001")]
    public void Reader_NamesPlaceRuleAndValueOfAFault(string old, string @new, string expected)
    {
        var faults = SpecText.Faults(SpecText.With(old, @new));

        Assert.Equal(
            expected.Split('|').Order(StringComparer.Ordinal),
            faults.Select(fault => $"{fault.Line}:{fault.Column} {fault.Path}: {fault.Rule}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Reader_RefusesASparsityThatNoMethodReaches()
    {
        var largest = ViTCost.LargestSparsity(ModelPreset.Find("vit-nano-28", 1, 10)!);

        var fault = Assert.Single(SpecText.Faults(SpecText.With("[gohsp, vtp, somp]", "[vtp]")
            .Replace("0.6]", "0.99]", StringComparison.Ordinal)
            .Replace("rho:", "# rho:", StringComparison.Ordinal)));

        Assert.Equal("space.sparsity.values[2]", fault.Path);
        Assert.Equal(FormattableString.Invariant($"vtp can remove at most {largest:0.####} of vit-nano-28's parameters, but 0.99 is asked"), fault.Rule);
    }

    [Fact]
    public void Reader_RefusesASparsityThatThePatternsDoNotReach()
    {
        var yaml = SpecText.Sound + "\nsomp: { patterns: { heads: false, queryKey: false, valueProjection: false } }\n";

        var fault = Assert.Single(SpecText.Faults(yaml));

        Assert.Equal("space.sparsity.values[2]", fault.Path);
        Assert.StartsWith("somp can remove at most 0.", fault.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Reader_RefusesAnAxisThatNoMethodOfTheSpaceHas()
    {
        var fault = Assert.Single(SpecText.Faults(SpecText.With("[gohsp, vtp, somp]", "[vtp, somp]")));

        Assert.Equal("space.rho", fault.Path);
        Assert.Equal("must belong to a method of the space, but vtp, somp cannot use it", fault.Rule);
    }

    [Fact]
    public void Reader_RefusesAGridTooLarge()
    {
        var yaml = SpecText.With("values: [0.2, 0.4, 0.6]", "range: [0.1, 0.6], count: 1000")
            .Replace("count: 3", "count: 300", StringComparison.Ordinal);

        var fault = Assert.Single(SpecText.Faults(yaml));

        Assert.Equal("a grid has at most 200000 trials, but this one has 303000", fault.Rule);
    }

    [Fact]
    public void Reader_FindsEveryFaultAtOnceInTheOrderOfTheFile()
    {
        var yaml = SpecText.With("epochs: 6", "epochs: 0")
            .Replace("preset: vit-nano-28", "preset: deit-tiny", StringComparison.Ordinal)
            .Replace("0.6]", "7]", StringComparison.Ordinal)
            .Replace("seed: 7", "sede: 7", StringComparison.Ordinal);

        Assert.Equal(
            ["model.preset", "pretrain.epochs", "space.sparsity.values[2]", "sede"],
            SpecText.Faults(yaml).Select(fault => fault.Path));
    }

    [Fact]
    public void Fault_ReadsFileLineColumnPathRule()
    {
        var fault = Assert.Single(SpecText.Faults(SpecText.With("epochs: 6", "epochs: 0")));

        Assert.Equal("sweep.yaml:5:21: pretrain.epochs: must be a whole number from 1 to 100000, but is '0'", fault.ToString());
    }

    [Theory]
    [InlineData("", 1, "a sweep file must have at least a name, a model, data and a space, but this one is empty")]
    [InlineData("# nothing here\n", 1, "a sweep file must have at least a name, a model, data and a space, but this one is empty")]
    [InlineData("just words", 1, "must be a map with the keys ")]
    [InlineData("- a\n- b", 1, "must be a map with the keys ")]
    [InlineData("name: [", 1, "the file must be YAML, but: ")]
    [InlineData("model:\n\tpreset: x\n", 2, "lines are indented with spaces, but this one begins with a tab")]
    [InlineData("name: a\0b", 1, "a sweep file is text, but this one has a NUL character")]
    public void Reader_RefusesWhatIsNoSweepFile(string yaml, int line, string rule)
    {
        var fault = Assert.Single(SpecText.Faults(yaml));

        Assert.StartsWith(rule, fault.Rule, StringComparison.Ordinal);
        Assert.Equal(line, fault.Line);
    }

    [Fact]
    public void Reader_RefusesASecondDocument()
    {
        var fault = Assert.Single(SpecText.Faults(SpecText.Sound + "\n---\nname: other\n"));

        Assert.Equal(("a sweep file is one document, but here begins another", 20), (fault.Rule, fault.Line));
    }

    [Fact]
    public void Reader_RefusesAnchorsAliasesAndTags()
    {
        var yaml = SpecText.With("sparsify: { epochs: 2 }", "sparsify: &t { epochs: 2 }")
            .Replace("finetune: { epochs: 3 }", "finetune: *t", StringComparison.Ordinal)
            .Replace("seed: 7", "seed: !!int 7", StringComparison.Ordinal);

        Assert.Equal(
            [
                "values must be written out, but this names the anchor 't'",
                "values must be written out, but this is the alias 't'",
                "values need no tag, but this has 'tag:yaml.org,2002:int'",
            ],
            SpecText.Faults(yaml).Select(fault => fault.Rule));
    }

    [Fact]
    public void Reader_StopsAtAnAliasBomb()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 30; i++)
        {
            bomb.Append(FormattableString.Invariant($"a{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}]\n"));
        }

        Assert.Equal(100, SpecText.Faults(bomb.ToString()).Count);
    }

    [Fact]
    public void Reader_StopsAtGreatDepthAndGreatSize()
    {
        var deep = SpecText.Faults("name: " + new string('[', 2000) + new string(']', 2000));
        var large = SpecText.Faults("# " + new string('x', 300_000));

        Assert.Contains(deep, fault => fault.Rule == "a sweep file is at most 12 levels deep, but here begins another");
        Assert.Equal("a sweep file has at most 262144 characters, but this one has 300002", Assert.Single(large).Rule);
    }

    [Fact]
    public void Reader_ShowsControlCharactersAndLongValuesSafely()
    {
        var fault = Assert.Single(SpecText.Faults(SpecText.With("name: try-out", $"name: \"\\e[31m{new string('x', 100)}\"")));

        Assert.Contains($"the text '\\u001b[31m{new string('x', 55)}…'", fault.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadFile_RefusesWhatIsNotUtf8()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(path, [.. "name: ok\nname: "u8, 0xFF, 0xFE]);
        try
        {
            var fault = Assert.Single(Assert.Throws<SweepSpecException>(() => SweepSpecReader.ReadFile(path)).Faults);

            Assert.Equal((2, 7, "a sweep file is UTF-8, but byte 15 is not"), (fault.Line, fault.Column, fault.Rule));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void ReadFile_TakesAByteOrderMark()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(path, SpecText.Sound, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        try
        {
            Assert.Equal("try-out", SweepSpecReader.ReadFile(path).Name);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Whatever becomes of the text, the reader answers with a spec or with faults that have a place.</summary>
    [Fact]
    public void Reader_SurvivesDamagedText()
    {
        var random = new Random(20260821);
        const string Alphabet = "{}[]:,-#&*!|>'\"%@` \n\t?~0.eE+xλ\u0001";
        for (var round = 0; round < 3000; round++)
        {
            var text = new StringBuilder(SpecText.Sound);
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var at = random.Next(text.Length);
                if (random.Next(2) == 0)
                {
                    text[at] = Alphabet[random.Next(Alphabet.Length)];
                }
                else
                {
                    text.Remove(at, Math.Min(random.Next(1, 12), text.Length - at));
                }
            }

            try
            {
                Assert.Empty(SweepSpecValidator.Check(SweepSpecReader.Read(text.ToString(), "sweep.yaml")));
            }
            catch (SweepSpecException e)
            {
                Assert.NotEmpty(e.Faults);
                Assert.All(e.Faults, fault => Assert.True(fault is { Line: >= 1, Column: >= 1 } && fault.Rule.Length > 0, fault.ToString()));
            }
        }
    }
}
