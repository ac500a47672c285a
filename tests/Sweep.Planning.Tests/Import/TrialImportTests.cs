using Sweep.Recipes;

namespace Sweep.Planning.Tests.Import;

/// <summary>Trials from elsewhere: how files are read, what fits a space, and that searchers start from it.</summary>
public sealed class TrialImportTests
{
    private const string File = """
        apiVersion: sweep/v1
        name: further
        model:    { preset: vit-nano-28 }
        data:     { name: fashion-mnist }
        pretrain: { epochs: 2, learningRate: 1e-3 }
        space:
          method:   { values: [vtp, somp] }
          sparsity: { range: [0.2, 0.8] }
          lambda:   { range: [1e-5, 1e-3], scale: log }
        sparsify: { epochs: 1 }
        finetune: { epochs: 1 }
        search:   { algorithm: nsga2, trials: 40, population: 4 }

        """;

    /// <summary>As pandas writes what Optuna 3.1 has.</summary>
    private const string Optuna = """
        ,number,values_0,values_1,values_2,datetime_start,duration,params_lambda,params_method,params_sparsity,state
        0,0,0.8975,125103.0,2187886.0,2026-11-21 21:08:05.994287,0 days 00:00:00.018611,,somp,0.1,COMPLETE
        1,1,0.8924,114846.0,2008511.0,2026-11-21 21:08:06.015993,0 days 00:00:00.025488,2.3578730726467393e-05,vtp,0.25,COMPLETE
        2,2,,,,2026-11-21 21:08:06.070899,0 days 00:00:00.015811,,somp,0.26,FAIL
        3,3,0.8294,65192.0,1140118.0,2026-11-21 21:08:06.042386,0 days 00:00:00.023499,,somp,0.53,COMPLETE

        """;

    private static readonly SweepSpec s_spec = SweepSpecReader.Read(File, "sweep.yaml");

    [Fact]
    public void OptunaTable_GivesTrialsThatFit_AndSaysWhyOthersDoNot()
    {
        var import = TrialImport.Of(ForeignTrials.Read(Optuna, "trials.csv"), s_spec);

        Assert.Equal(
            [
                new KnownTrial { Method = PruningMethod.Vtp, Sparsity = 0.25, Lambda = 2.3578730726467393e-05, Accuracy = 0.8924, Parameters = 114846, Flops = 2008511 },
                new KnownTrial { Method = PruningMethod.Somp, Sparsity = 0.53, Accuracy = 0.8294, Parameters = 65192, Flops = 1140118 },
            ],
            import.Known);
        Assert.Equal([("not complete", 1, "line 4"), ("sparsity outside the space", 1, "line 2")], import.Refused);
    }

    [Fact]
    public void OwnExports_GiveTheSameTrials()
    {
        var exported = new ExportedResult { Spec = s_spec, Result = Result() };
        IReadOnlyList<KnownTrial>[] known =
        [
            .. new[] { Csv(exported.Result), exported.Write(), OptunaJournal.Write(exported) }
                .Select(text => TrialImport.Of(ForeignTrials.Read(text, "file"), s_spec).Known),
        ];

        Assert.Equal(2, known[0].Count);
        Assert.Equal(known[0], known[1]);
        Assert.Equal(known[0], known[2]);
    }

    [Fact]
    public void JournalOfOptuna_IsFollowedOperationByOperation()
    {
        const string Log = """
            {"op_code": 0, "worker_id": "w", "study_name": "x", "directions": [2, 1, 1]}
            {"op_code": 4, "worker_id": "w", "study_id": 0, "datetime_start": "2026-11-21T21:08:05.994287"}
            {"op_code": 4, "worker_id": "w", "study_id": 0, "datetime_start": "2026-11-21T21:08:05.994287"}
            {"op_code": 5, "worker_id": "w", "trial_id": 1, "param_name": "method", "param_value_internal": 1, "distribution": "{\"name\": \"CategoricalDistribution\", \"attributes\": {\"choices\": [\"vtp\", \"somp\"]}}"}
            {"op_code": 5, "worker_id": "w", "trial_id": 1, "param_name": "sparsity", "param_value_internal": 0.5, "distribution": "{\"name\": \"FloatDistribution\", \"attributes\": {\"step\": null, \"low\": 0.1, \"high\": 0.9, \"log\": false}}"}
            {"op_code": 6, "worker_id": "w", "trial_id": 1, "state": 1, "values": [0.8, 70000, 1200000]}

            """;
        var import = TrialImport.Of(ForeignTrials.Read(Log, "journal.log"), s_spec);
        Assert.Equal([new KnownTrial { Method = PruningMethod.Somp, Sparsity = 0.5, Accuracy = 0.8, Parameters = 70000, Flops = 1200000 }], import.Known);
        Assert.Equal([("not complete", 1, "trial 0")], import.Refused);
    }

    [Theory]
    [InlineData("magic,0.5,0.8,1,1", "unknown method")]
    [InlineData("somp,,0.8,1,1", "no sparsity")]
    [InlineData("somp,0.5,87.5,1,1", "accuracy is not a fraction in [0, 1]")]
    [InlineData("somp,0.5,0.8,-1,1", "parameters is not a whole number of at least 0")]
    [InlineData("somp,half,0.8,1,1", "sparsity is not a finite number")]
    [InlineData("somp,0.5,0.8,,1", "no parameters")]
    [InlineData("vtp,0.5,0.8,1,1", "no lambda")]
    public void Misfit_IsLeftOutWithItsReason(string row, string reason)
    {
        var import = TrialImport.Of(ForeignTrials.Read($"method,sparsity,accuracy,parameters,flops\nsomp,0.3,0.85,90000,1500000\n{row}\n", "t.csv"), s_spec);
        Assert.Single(import.Known);
        Assert.Equal([(reason, 1, "line 3")], import.Refused);
    }

    [Fact]
    public void SameTrialTwice_IsOne() =>
        Assert.Equal(["there already"], TrialImport.Of(ForeignTrials.Read("method,sparsity,accuracy,parameters,flops\nsomp,0.3,0.85,9,9\nsomp,0.3,0.85,9,9\n", "t.csv"), s_spec).Refused.Select(one => one.Reason));

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("SQLite format 3\0…", "trials_dataframe().to_csv")]
    [InlineData("a,b\n1,2\n", "neither 'method' nor 'params_method'")]
    [InlineData("method,sparsity\nsomp\n", "that of line 2 has 1")]
    [InlineData("method,sparsity\n\"somp,1\n", "line 2 must be closed")]
    [InlineData("{\"op_code\": 0}\n{\"op_code\": 0}\n", "holds several")]
    [InlineData("{\"op_code\": 5, \"trial_id\": 3}\n", "was not created before")]
    [InlineData("{\"result\": 1}", "must be")]
    public void NoFileOfTrials_IsRefusedWithItsName(string text, string reason)
    {
        var refused = Assert.Throws<InvalidDataException>(() => ForeignTrials.Read(text, "trials.what"));
        Assert.Contains("'trials.what'", refused.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void QuotedFields_KeepCommasAndLines() =>
        Assert.Equal(["somp"], ForeignTrials.Read("method,\"a \"\"b\"\"\",sparsity\r\nsomp,\"x,\n y\",0.5\r\n", "t.csv").Select(trial => trial.Settings["method"]));

    [Fact]
    public void Spec_KeepsKnownTrials_AndOmitsThemWhereThereAreNone()
    {
        Assert.DoesNotContain("known", CanonicalJson.Serialize(s_spec), StringComparison.Ordinal);
        var known = SweepSpecReader.Read(
            File.Replace("population: 4", "population: 4, known: [{ method: somp, sparsity: 0.5, accuracy: 0.8, parameters: 70000, flops: 1200000 }]", StringComparison.Ordinal), "sweep.yaml");
        Assert.Equal(known.Search.Known, CanonicalJson.Deserialize<SweepSpec>(CanonicalJson.Serialize(known)).Search.Known);
        Assert.Equal(0.8, known.Search.Known![0].Accuracy);
    }

    [Fact]
    public void Observations_ArePointsOfTheSpace_NumberedDownwards()
    {
        var known = Warm(s_spec, 6);
        var misfit = known with { Search = known.Search with { Known = [.. known.Search.Known!, new KnownTrial { Method = PruningMethod.Gohsp, Sparsity = 0.5 }] } };
        var observations = KnownTrials.Observations(misfit, -3).ToList();

        Assert.Equal([-3, -4, -5, -6, -7, -8], observations.Select(observation => observation.Trial));
        Assert.All(observations, observation => Assert.Equal(3, observation.Costs!.Count));
        Assert.Equal(-known.Search.Known![0].Accuracy!.Value, observations[0].Costs![0]);
    }

    /// <summary>A cold search opens with points of a Sobol sequence, or at random; a warm one with what the known trials suggest.</summary>
    [Theory]
    [InlineData(SearchAlgorithm.Nsga2, 0)]
    [InlineData(SearchAlgorithm.Motpe, 6)]
    [InlineData(SearchAlgorithm.Gp, 6)]
    public void Searchers_StartFromKnownTrials(SearchAlgorithm algorithm, int trial)
    {
        var spec = Warm(s_spec with { Search = s_spec.Search with { Algorithm = algorithm, Population = algorithm == SearchAlgorithm.Nsga2 ? 4 : null } }, 24);
        var (cold, warm) = (new SearchHistory(), new SearchHistory());
        foreach (var observation in KnownTrials.Observations(spec, -1))
        {
            warm.Note(observation);
        }

        var first = Searchers.Of(spec).Propose(trial, cold)!;
        var second = Searchers.Of(spec).Propose(trial, warm)!;

        Assert.NotEqual(first.Reason, second.Reason);
        Assert.NotEqual(new TrialSpace(spec).Settings(first.Values), new TrialSpace(spec).Settings(second.Values));
        Assert.DoesNotContain("Sobol", second.Reason, StringComparison.Ordinal);
    }

    private static SweepSpec Warm(SweepSpec spec, int trials) => spec with
    {
        Search = spec.Search with
        {
            Known =
            [
                .. Enumerable.Range(0, trials).Select(i => 0.2 + (0.6 * i / trials)).Select(sparsity => new KnownTrial
                {
                    Method = PruningMethod.Somp,
                    Sparsity = sparsity,
                    Accuracy = 0.9 - (sparsity * sparsity / 4),
                    Parameters = (long)(139_018 * (1 - sparsity)),
                    Flops = (long)(2_431_232 * (1 - sparsity)),
                }),
            ],
        },
    };

    private static ExperimentResult Result() => new()
    {
        Experiment = "further",
        State = ExperimentState.Complete,
        Objectives = s_spec.Objectives,
        Trials =
        [
            Trial("t0001", new TrialSettings { Method = PruningMethod.Vtp, Sparsity = 0.25, Lambda = 1e-4 }, 0.89),
            Trial("t0002", new TrialSettings { Method = PruningMethod.Somp, Sparsity = 0.5 }, 0.87),
            Trial("t0003", new TrialSettings { Method = PruningMethod.Somp, Sparsity = 0.6 }, 0.85) with { State = TrialState.Stopped, Metrics = null },
        ],
        Front = ["t0001", "t0002"],
        Sharing = new SharingResult { EpochsAsked = 1, EpochsNeeded = 1, EpochsRun = 1 },
        Scope = new MeasurementScope { Data = "fashion-mnist", ValidationImages = 5000, TestImages = 10_000, Seeds = [0] },
    };

    private static TrialResult Trial(string id, TrialSettings settings, double accuracy) => new()
    {
        Id = id,
        State = TrialState.Complete,
        Settings = settings,
        Metrics = new TrialMetrics { Accuracy = accuracy, TestAccuracy = accuracy, Parameters = (long)(139_018 * (1 - settings.Sparsity)), Flops = (long)(2_431_232 * (1 - settings.Sparsity)) },
        Stages = [],
    };

    private static string Csv(ExperimentResult result)
    {
        var fields = TrialField.All(result);
        return string.Join('\n', result.Trials.Select(trial => string.Join(',', fields.Select(field => field switch
        {
            TextField text => text.Of(trial),
            NumberField number => number.Of(trial)?.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
            CountField count => count.Of(trial)?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            FlagField flag => flag.Of(trial) ? "true" : "false",
            _ => null,
        }))).Prepend(string.Join(',', fields.Select(field => field.Name)))) + "\n";
    }
}
