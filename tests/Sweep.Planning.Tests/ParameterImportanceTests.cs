using Sweep.Recipes;

namespace Sweep.Planning;

public sealed class ParameterImportanceTests
{
    private static readonly Objective[] s_objectives =
        [new() { Metric = Metric.Accuracy, Goal = Goal.Maximize }, new() { Metric = Metric.Parameters, Goal = Goal.Minimize }];

    /// <summary>Trials of a grid, a quarter of them without λ and ρ, whose accuracy and size follow the given rules.</summary>
    internal static IReadOnlyList<TrialResult> Trials(Func<TrialSettings, int, double> accuracy, Func<TrialSettings, long> parameters) =>
    [
        .. (from method in new[] { PruningMethod.Gohsp, PruningMethod.Vtp, PruningMethod.Somp }
            from sparsity in new[] { 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8 }
            from lambda in method == PruningMethod.Somp ? new double?[] { null } : [1e-5, 1e-4, 1e-3]
            from rho in method == PruningMethod.Gohsp ? new double?[] { 0.01, 0.1, 1 } : [null]
            select new TrialSettings { Method = method, Sparsity = sparsity, Lambda = lambda, Rho = rho }).Select((settings, i) => new TrialResult
            {
                Id = FormattableString.Invariant($"t{i + 1:0000}"),
                State = TrialState.Complete,
                Settings = settings,
                Metrics = new TrialMetrics { Accuracy = accuracy(settings, i), TestAccuracy = 0.5, Parameters = parameters(settings), Flops = parameters(settings) * 50 },
                Stages = [],
            }),
    ];

    [Fact]
    public void SettingThatDecidesAlone_HasAllOfTheImportance()
    {
        var importances = ParameterImportances.Of(Trials((settings, _) => settings.Lambda is { } lambda ? -Math.Log10(lambda) / 10 : 0.2, settings => (long)(1000 * (1 - settings.Sparsity))), s_objectives);

        Assert.Equal(("sparsity", 1.0), Best(Metric.Parameters));
        Assert.Equal("lambda", Best(Metric.Accuracy).Parameter);
        Assert.True(Best(Metric.Accuracy).Share > 0.5);
        Assert.All(importances.GroupBy(importance => importance.Metric), metric => Assert.Equal(1, metric.Sum(importance => importance.Share), 9));

        (string Parameter, double Share) Best(Metric metric)
        {
            var best = importances.First(importance => importance.Metric == metric);
            return (best.Parameter, best.Share);
        }
    }

    [Fact]
    public void Chance_IsNotImportant()
    {
        // A sequence without a pattern in any setting: the golden ratio's multiples.
        var importances = ParameterImportances.Of(Trials((_, i) => i * 0.6180339887498949 % 1, _ => 1000), s_objectives);

        Assert.All(importances.Where(importance => importance.Metric == Metric.Accuracy), importance => Assert.Equal(0, importance.Share));
    }

    [Fact]
    public void ConditionalSetting_IsJudgedAmongThoseThatHaveIt()
    {
        var importances = ParameterImportances.Of(Trials((settings, _) => settings.Sparsity, _ => 1000), s_objectives);

        Assert.Equal(72, importances.First(importance => importance.Parameter == "rho").Trials);
        Assert.Equal(104, importances.First(importance => importance.Parameter == "sparsity").Trials);
    }

    [Fact]
    public void FewTrials_SayNothing() =>
        Assert.Empty(ParameterImportances.Of([.. Trials((settings, _) => settings.Sparsity, _ => 1000).Take(9)], s_objectives));

    [Fact]
    public void Settings_ThatDoNotDiffer_AreNoAxes()
    {
        var axes = TrialAxis.Settings([.. Trials((settings, _) => settings.Sparsity, _ => 1000).Where(trial => trial.Settings.Method == PruningMethod.Vtp)]);

        Assert.Equal(["sparsity", "lambda"], axes.Select(axis => axis.Name));
    }
}
