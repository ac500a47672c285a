using Spectre.Console;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Output;

/// <summary>What a sweep file asks for, and what sharing saves, before anything is paid.</summary>
internal static class PlanView
{
    public static Answer Of(SweepSpec spec, ExperimentPlan plan)
    {
        PlannedTrial[] trials =
        [
            .. plan.Trials.Select(trial => new PlannedTrial
            {
                Id = trial.Id,
                Settings = trial.Settings!,
                Stages = [.. trial.Stages.Select(stage => stage.Id)],
            }),
        ];
        return Answer.Of(Document(spec, plan, trials), trials, s_columns, console => Show(console, spec, plan));
    }

    private static PlanDocument Document(SweepSpec spec, ExperimentPlan plan, PlannedTrial[] trials)
    {
        var shape = ImageSet.DenseShape(spec);
        return new PlanDocument
        {
            Experiment = spec.Name,
            Dense = new DenseCost { Parameters = ViTCost.Parameters(shape), Flops = ViTCost.Flops(shape) },
            Trials = trials,
            Stages = plan.Stages,
            EpochsAsked = plan.EpochsAsked,
            EpochsNeeded = plan.EpochsNeeded,
        };
    }

    private static void Show(IAnsiConsole console, SweepSpec spec, ExperimentPlan plan)
    {
        var shape = ImageSet.DenseShape(spec);
        console.MarkupLine($"[bold]{Markup.Escape(spec.Name)}[/]: {Words.Many(plan.Trials.Count, "trial")} of {spec.Model.Preset} ({Words.Count(ViTCost.Parameters(shape))} parameters, {Words.Magnitude(ViTCost.Flops(shape))} FLOPs) on {spec.Data.Name}");
        console.WriteLine();
        console.Write(new Text(StageTree.Of(plan).Render()));
        console.WriteLine();
        var paths = plan.Paths.Sum(trial => trial.Stages.Count);
        var saved = plan.EpochsAsked - plan.EpochsNeeded;
        console.WriteLine($"Stages: {Words.Count(plan.Stages)} instead of {Words.Count(paths)}. Epochs: {Words.Count(plan.EpochsNeeded)} instead of {Words.Count(plan.EpochsAsked)}"
            + (saved > 0 ? $"; sharing saves {Words.Number(Math.Round(100.0 * saved / plan.EpochsAsked))} %." : "."));
    }

    private static readonly IReadOnlyList<Column<PlannedTrial>> s_columns =
    [
        new("trial", "trial", trial => trial.Id, trial => trial.Id),
        new("method", "method", trial => Words.Name(trial.Settings.Method), trial => Words.Name(trial.Settings.Method)),
        new("sparsity", "sparsity", trial => Words.Number(trial.Settings.Sparsity), trial => Words.Exact(trial.Settings.Sparsity)),
        new("λ", "lambda", trial => Words.Penalty(trial.Settings.Lambda), trial => Words.Exact(trial.Settings.Lambda)),
        new("ρ", "rho", trial => Words.Penalty(trial.Settings.Rho), trial => Words.Exact(trial.Settings.Rho)),
        new("target", "target", trial => Words.Name(trial.Settings.Target), trial => Words.Name(trial.Settings.Target)),
        new("seed", "seed", trial => Words.Exact(trial.Settings.Seed), trial => Words.Exact(trial.Settings.Seed)),
        new("stages", "stages", trial => Words.Count(trial.Stages.Count), trial => string.Join(' ', trial.Stages)),
    ];

    /// <summary>The plan as a document: its cost, and every trial with its path.</summary>
    private sealed record PlanDocument
    {
        public string ApiVersion { get; init; } = "sweep/v1";

        public required string Experiment { get; init; }

        public required DenseCost Dense { get; init; }

        public required IReadOnlyList<PlannedTrial> Trials { get; init; }

        public required int Stages { get; init; }

        public required int EpochsAsked { get; init; }

        public required int EpochsNeeded { get; init; }
    }

    private sealed record DenseCost
    {
        public required long Parameters { get; init; }

        public required long Flops { get; init; }
    }

    private sealed record PlannedTrial
    {
        public required string Id { get; init; }

        public required TrialSettings Settings { get; init; }

        public required IReadOnlyList<StageId> Stages { get; init; }
    }
}
