using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>From the space of a spec to points, and back.</summary>
public sealed class TrialSpaceTests
{
    private const string Drawn = """
        apiVersion: sweep/v1
        name: drawn
        model:    { preset: vit-nano-28 }
        data:     { name: fashion-mnist }
        pretrain: { epochs: 1, learningRate: 1e-3, batch: 128 }
        space:
          method:   { values: [gohsp, vtp, somp, omp] }
          sparsity: { range: [0.2, 0.8] }
          target:   { values: [parameters, flops], when: { method: [somp] } }
          lambda:   { range: [1e-5, 1e-2], scale: log }
          rho:      { values: [0.01, 0.1] }
          seed:     { values: [3, 4] }
          finetuneSeed: { values: [0, 1, 9007199254740991] }
          finetuneEpochs: { range: [2, 8], step: 2 }
          finetuneLearningRate: { range: [1e-4, 1e-3], scale: log }
        sparsify: { epochs: 1, learningRate: 1e-3, batch: 128 }
        finetune: { epochs: 1, learningRate: 1e-3, batch: 128 }
        search:   { algorithm: random, trials: 10 }
        """;

    private static readonly SweepSpec s_spec = SweepSpecReader.Read(Drawn, "drawn.yaml");

    [Theory]
    [InlineData(SearchAlgorithm.Random)]
    [InlineData(SearchAlgorithm.Sobol)]
    [InlineData(SearchAlgorithm.Nsga2)]
    public void ProposedPoints_AreSettingsThatTheSpecAllows_AndComeBackAsTheSamePoints(SearchAlgorithm algorithm)
    {
        var space = new TrialSpace(s_spec);
        var searcher = Searchers.Create(algorithm, space.Space, seed: 5, trials: 60, population: 10, objectives: 2);
        var history = new SearchHistory();
        var methods = new HashSet<PruningMethod>();
        for (var trial = 0; trial < 60; trial++)
        {
            var point = searcher.Propose(trial, history)!.Values;
            history.Note(new Observation { Trial = trial, Values = point, State = ObservationState.Complete, Costs = [trial % 7, trial % 5] });
            var settings = space.Settings(point);

            Assert.True(space.Contains(settings));
            Assert.Equal(point, space.Values(settings));
            Assert.Equal(settings, space.Settings(space.Values(settings)));
            Assert.InRange(settings.Sparsity, 0.2, 0.8);
            Assert.Equal(settings.Method == PruningMethod.Gohsp, settings.Rho is not null);
            Assert.Equal(settings.Method is PruningMethod.Gohsp or PruningMethod.Vtp, settings.Lambda is not null);
            Assert.Equal(settings.Method == PruningMethod.Somp, settings.Target is not null);
            Assert.Contains(settings.FinetuneEpochs!.Value, new[] { 2, 4, 6, 8 });
            Assert.Contains(settings.FinetuneSeed!.Value, new[] { 0, 1, 9007199254740991 });
            methods.Add(settings.Method);
        }

        Assert.Equal(4, methods.Count);
    }

    [Fact]
    public void GridByNumber_IsTheGridAsItIsLaidOut()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var spec = RandomSpec.Next(new Random(seed));
            var laidOut = GridSearcher.Propose(spec);
            var grid = new TrialGrid(spec);

            Assert.Equal(laidOut, Enumerable.Range(0, grid.Count).Select(number => grid[number]));
        }
    }

    [Fact]
    public void NumberOf_TakesBackWhatIdOfGives_AndNothingElse()
    {
        Assert.All([0, 1, 9998, 9999, 123_456], number => Assert.Equal(number, TrialPlanner.NumberOf(TrialPlanner.IdOf(number))));
        Assert.All(["", "t", "t0", "t0000", "t1", "t00001", "x0001", "t-001", "t0001 ", "dense", "t99999999999"], id => Assert.Null(TrialPlanner.NumberOf(id)));
    }

    [Fact]
    public void Rungs_AreFineTunedPartByPart_EachFollowedByAMeasurement()
    {
        var spec = SweepSpecReader.Read(
            Drawn.Replace("finetuneEpochs: { range: [2, 8], step: 2 }", "finetuneEpochs: { values: [9] }", StringComparison.Ordinal)
            + "\nstopping: { algorithm: asha, reduction: 3, minEpochs: 1 }\n",
            "drawn.yaml");
        var settings = new TrialSettings { Method = PruningMethod.Somp, Sparsity = 0.4, FinetuneEpochs = 9, Seed = 3 };
        var path = new TrialPlanner(spec).Plan(0, settings).Stages;

        Assert.Equal(
            [StageKind.Pretrain, StageKind.HardPrune, StageKind.FineTune, StageKind.Evaluate, StageKind.FineTune, StageKind.Evaluate, StageKind.FineTune, StageKind.Evaluate],
            path.Select(stage => stage.Kind));
        Assert.Equal([1, 2, 6], path.OfType<FineTuneRecipe>().Select(stage => stage.Epochs));
        Assert.Equal([null, 1, 3], path.OfType<FineTuneRecipe>().Select(stage => stage.Training.From is 0 ? null : stage.Training.From));
        Assert.All(path.OfType<FineTuneRecipe>(), stage => Assert.Equal(9, stage.Training.Epochs));
        Assert.Equal(path.OfType<FineTuneRecipe>().Skip(1).Select(stage => stage.Parent), path.OfType<FineTuneRecipe>().SkipLast(1).Select(stage => stage.Id));
        Assert.Equal(path.OfType<EvaluateRecipe>().Select(stage => stage.Parent), path.OfType<FineTuneRecipe>().Select(stage => stage.Id));
    }

    [Fact]
    public void LatencyAndStoppedTrials_DoNotGoTogether()
    {
        var text = Drawn + "\nbenchmark: { device: cpu }\nobjectives:\n  - { metric: accuracy, goal: maximize }\n  - { metric: latency, goal: minimize }\nstopping: { algorithm: asha }\n";

        var fault = Assert.Single(Assert.Throws<SweepSpecException>(() => SweepSpecReader.Read(text, "drawn.yaml")).Faults);

        Assert.Equal("stopping.algorithm", fault.Path);
        Assert.Contains("latency is measured at a trial's end", fault.Rule, StringComparison.Ordinal);
    }
}
