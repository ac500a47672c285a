namespace Sweep.Planning;

/// <summary>Rules between keys that the methods, models and data sets of the published comparison brought.</summary>
public sealed class SpecRuleTests
{
    private const string Digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /// <summary>Old text, new text, then the only fault: its path and rule.</summary>
    [Theory]
    [InlineData("preset: vit-nano-28", "preset: vit-nano-28, weights: net.pth", "model.digest: must be given for weights, so that other bytes are refused, but is missing")]
    [InlineData("preset: vit-nano-28", "preset: vit-nano-28, digest: " + Digest, "model.digest: must stand beside weights, but there are none")]
    [InlineData("preset: vit-nano-28", "preset: vit-nano-28, weights: net.pth, digest: ABC", "model.digest: must be a SHA-256 digest: 64 hexadecimal digits in lower case, but is 'ABC'")]
    [InlineData("preset: vit-nano-28", "preset: vit-nano-28, weights: nets/net.pth, digest: " + Digest, "model.weights: must be the name of a file, without its folder, but is 'nets/net.pth'")]
    [InlineData("preset: vit-nano-28", "preset: vit-nano-28, weights: .., digest: " + Digest, "model.weights: must be the name of a file, without its folder, but is '..'")]
    [InlineData("preset: vit-nano-28", "preset: vit-nano-28, weights: ., digest: " + Digest, "model.weights: must be the name of a file, without its folder, but is '.'")]
    [InlineData("preset: vit-nano-28", "preset: vit-nano-28, weights: /etc/passwd, digest: " + Digest, "model.weights: must be the name of a file, without its folder, but is '/etc/passwd'")]
    [InlineData("preset: vit-nano-28", "preset: vit-nano-28, weights: \"a\\tb\", digest: " + Digest, "model.weights: must be the name of a file, without its folder, but is ")]
    [InlineData("name: fashion-mnist", "name: ../fashion-mnist", "data.name: must be lower-case letters, digits and inner hyphens, at most 63 in all, but is '../fashion-mnist'")]
    [InlineData("name: fashion-mnist", "name: /data, imageSize: 28, folder: { classes: 10, trainingImages: 60000, testImages: 10 }", "data.name: must be lower-case letters, digits and inner hyphens, at most 63 in all, but is '/data'")]
    [InlineData("pretrain: { epochs: 6, learningRate: 1e-3, batch: 128 }", "", "pretrain: must be given unless model.weights are the dense net, but is missing")]
    [InlineData("name: fashion-mnist", "name: fashion-mnits", "data.name: must be one of *fashion-mnist* or have a folder, but is 'fashion-mnits'; did you mean 'fashion-mnist'?")]
    [InlineData("name: fashion-mnist", "name: fashion-mnist, imageSize: 28, folder: { classes: 10, trainingImages: 60000, testImages: 10 }", "data.name: a folder has a name of its own, but fashion-mnist is a registered data set")]
    [InlineData("name: fashion-mnist", "name: mine, folder: { classes: 10, trainingImages: 60000, testImages: 10 }", "data.imageSize: must be given for a folder, whose photographs have no size in common, but is missing")]
    [InlineData("name: fashion-mnist, validation: 5000", "name: mine, validation: 10, imageSize: 28, folder: { classes: 10, trainingImages: 15, testImages: 10 }", "data.folder.trainingImages: must be an image of each of the 10 classes to train on and one for validation, so at least 20, but is 15")]
    [InlineData("name: fashion-mnist", "name: fashion-mnist, cropRatio: 0.9", "data.cropRatio: belongs to a folder of photographs, but there is no folder")]
    [InlineData("name: fashion-mnist", "name: fashion-mnist, digest: " + Digest, "data.digest: belongs to a folder of photographs, but there is no folder; a registered data set has a digest of its own")]
    [InlineData("name: fashion-mnist", "name: fashion-mnist, imageSize: 32", "model.preset: must read images of the data's size, but vit-nano-28 reads 28×28 and fashion-mnist has 32×32")]
    [InlineData("batch: 128", "augmentation: { mixProbability: 0.5 }", "pretrain.augmentation.mixProbability: belongs to mixup and cutMix, but there is neither")]
    [InlineData("batch: 128", "augmentation: { mixup: 0.8, switchProbability: 0.5 }", "pretrain.augmentation.switchProbability: decides between mixup and cutMix, but there are not both")]
    [InlineData("batch: 128", "precision: float16", "pretrain.precision: must be one of float32, bfloat16, but is 'float16'")]
    [InlineData("batch: 128", "distillation: {}", "pretrain.distillation: there is no key 'distillation' here")]
    [InlineData("  sparsity:", "  target: { values: [flops], when: { method: [omp] } }\n  sparsity:", "space.target.when.method: must name methods that have a target, but omp has none")]
    [InlineData("parallelism: 4", "sgmp: { begin: 0.8 }", "sgmp.end: must be greater than begin, 0.8, but is 0.75")]
    [InlineData("parallelism: 4", "s2vite: { deathRate: 0.1, finalDeathRate: 0.2 }", "s2vite.finalDeathRate: must be at most deathRate, 0.1, but is 0.2")]
    [InlineData("parallelism: 4", "failurePolicies: { diskFul: retry }", "failurePolicies.diskFul: there is no key 'diskFul' here; did you mean 'diskFull'?")]
    [InlineData("parallelism: 4", "failurePolicies: { diskFull: retyr }", "failurePolicies.diskFull: must be one of retry, alone, excludeWorker, failTrial, pauseExperiment, or a map *, but is 'retyr'; did you mean 'retry'?")]
    [InlineData("parallelism: 4", "failurePolicies: { diskFull: { limit: 3 } }", "failurePolicies.diskFull.action: must be one of retry, alone, excludeWorker, failTrial, pauseExperiment, but is missing")]
    [InlineData("parallelism: 4", "failurePolicies: { diskFull: { action: retry, limit: 0 } }", "failurePolicies.diskFull.limit: must be a whole number from 1 to 1000, but is '0'")]
    [InlineData("parallelism: 4", "failurePolicies: { badData: { action: failTrial, limit: 2 } }", "failurePolicies.badData.limit: counts retries or excluded workers, but the action is failTrial")]
    [InlineData("parallelism: 4", "failurePolicies: { badData: { action: excludeWorker, backOff: 2 } }", "failurePolicies.badData.backOff: belongs to retry, but the action is excludeWorker")]
    [InlineData("metric: flops,", "metric: latency,", "objectives[2].metric: latency is measured by a benchmark, but there is no section benchmark")]
    [InlineData("parallelism: 4", "benchmark: { runs: 10 }", "benchmark.device: must be the model of a device, such as cpu or NVIDIA H200, but is missing")]
    public void Reader_NamesTheBrokenRule(string old, string @new, string expected)
    {
        var fault = Assert.Single(SpecText.Faults(SpecText.With(old, @new)));

        var said = $"{fault.Path}: {fault.Rule}";
        Assert.All(expected.Split('*'), part => Assert.Contains(part, said, StringComparison.Ordinal));
    }

    [Fact]
    public void FailurePolicies_AreWordsOrMaps_AndReadTheSameAgain()
    {
        var spec = SweepSpecReader.Read(
            SpecText.With("parallelism: 4", "failurePolicies: { workerLost: { action: retry, limit: 4, backOff: 0.5 }, diskFull: excludeWorker }"), "sweep.yaml");

        Assert.Equal(
            new FailurePolicies
            {
                WorkerLost = new() { Action = FailureAction.Retry, Limit = 4, BackOff = 0.5 },
                DiskFull = new() { Action = FailureAction.ExcludeWorker },
            },
            spec.FailurePolicies);
        Assert.Empty(SweepSpecValidator.Check(spec));
        Assert.Null(spec.FailurePolicies!.For(Sweep.Recipes.FailureReason.OutOfMemory));
    }

    [Theory]
    [InlineData("[gmp]", "gmp: { initialSparsity: 0.3 }", "gmp.initialSparsity: must be at most the least sparsity of the space, 0.2, but is 0.3")]
    [InlineData("[taylor]", "taylor: { batches: 1000 }", "taylor.batches: batches times batch must be at most the training split, 55000 images, but is 64000")]
    [InlineData("[sgmp, gmp, s2vite]", "", "sparsify: must be given for sgmp, gmp, but is missing")]
    [InlineData("[s2vite]", "s2vite: { start: dense }", "sparsify: must be given for s2vite, but is missing")]
    [InlineData("[omp, gmp]", "sparsify: { epochs: 1 }\nbudget: { target: flops }", "")]
    [InlineData("[s2vite]", "budget: { scope: global }", "budget.scope: s2vite keeps a fixed number of groups in each layer, so must be perLayer, but is global")]
    [InlineData("[taylor]", "budget: { scope: global }", "")]
    [InlineData("[s2vite, random, taylor, ssp]", "", "")]
    public void Reader_ChecksTheMethodsOfTheSpace(string methods, string more, string expected)
    {
        var yaml = $$"""
            apiVersion: sweep/v1
            name: rules
            model:    { preset: vit-nano-28 }
            data:     { name: fashion-mnist }
            pretrain: { epochs: 1 }
            space:    { method: { values: {{methods}} }, sparsity: { values: [0.4, 0.2] } }
            finetune: { epochs: 1 }
            {{(methods.Contains("gmp", StringComparison.Ordinal) && expected.StartsWith("gmp", StringComparison.Ordinal) ? "sparsify: { epochs: 1 }" : "")}}
            {{more}}
            """;

        if (expected.Length == 0)
        {
            Assert.Empty(SweepSpecValidator.Check(SweepSpecReader.Read(yaml, "sweep.yaml")));
        }
        else
        {
            var fault = Assert.Single(SpecText.Faults(yaml));
            Assert.Equal(expected, $"{fault.Path}: {fault.Rule}");
        }
    }

    /// <summary>Unstructured methods know parameters only; of channels every share can go; of FLOPs those outside the blocks stay.</summary>
    [Theory]
    [InlineData("omp", "flops", 0.95, "omp can remove at most 0.9428 of vit-nano-28's parameters, but 0.95 is asked")]
    [InlineData("somp", "channels", 0.95, null)]
    [InlineData("somp", "flops", 0.99, "somp can remove at most 0.9791 of vit-nano-28's flops, but 0.99 is asked")]
    [InlineData("somp", "flops", 0.95, null)]
    [InlineData("somp", "parameters", 0.97, "somp can remove at most 0.9594 of vit-nano-28's parameters, but 0.97 is asked")]
    public void Reader_KnowsWhatAMethodCanReach(string method, string target, double sparsity, string? rule)
    {
        var yaml = FormattableString.Invariant($$"""
            apiVersion: sweep/v1
            name: reach
            model:    { preset: vit-nano-28 }
            data:     { name: fashion-mnist }
            pretrain: { epochs: 1 }
            space:    { method: { values: [{{method}}] }, sparsity: { values: [{{sparsity}}] } }
            finetune: { epochs: 1 }
            budget:   { target: {{target}} }
            """);

        if (rule is null)
        {
            Assert.NotNull(SweepSpecReader.Read(yaml, "sweep.yaml"));
        }
        else
        {
            Assert.Equal(rule, Assert.Single(SpecText.Faults(yaml)).Rule);
        }
    }

    /// <summary>A spec that comes over the wire is held to the same: no name in it is a path of the worker's machine.</summary>
    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("nets\\net.pth")]
    [InlineData("net\0.pth")]
    [InlineData("net.pth\n")]
    public void Validator_RefusesPathsForNames(string path)
    {
        var spec = SpecText.Spec with
        {
            Model = SpecText.Spec.Model with { Weights = path, Digest = Digest },
            Data = SpecText.Spec.Data with { Name = path },
        };

        Assert.Equal(["data.name", "model.weights"], SweepSpecValidator.Check(spec).Select(fault => fault.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void WeightsWithoutPretraining_NeedADenseStartForS2vite()
    {
        var yaml = $$"""
            apiVersion: sweep/v1
            name: loaded
            model:    { preset: vit-nano-28, weights: net.pth, digest: {{Digest}} }
            data:     { name: fashion-mnist }
            space:    { method: { values: [s2vite] }, sparsity: { values: [0.4] } }
            finetune: { epochs: 1 }
            """;

        var fault = Assert.Single(SpecText.Faults(yaml));
        Assert.Equal(("s2vite.start", "scratch trains under pretrain's settings, but there are none; dense starts from the model's weights"), (fault.Path, fault.Rule));
    }

    [Fact]
    public void AGridOfSeedsAndTargets_IsCountedWhole()
    {
        var yaml = SpecText.With("values: [0.2, 0.4, 0.6]", "range: [0.05, 0.6], count: 20")
            .Replace("space:", "space:\n  seed: { values: [" + string.Join(", ", Enumerable.Range(0, 900)) + "] }\n  target: { values: [parameters, flops] }", StringComparison.Ordinal);

        Assert.Equal("a grid has at most 200000 trials, but this one has 216000", Assert.Single(SpecText.Faults(yaml)).Rule);
    }
}
