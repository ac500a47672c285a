using Spectre.Console;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Output;

/// <summary>How far a stage has come, as far as a result tells.</summary>
internal enum StageProgress
{
    Waiting,
    Running,
    Succeeded,
    Failed,
}

/// <summary>A stage of an experiment with those who share it.</summary>
internal sealed record SharedStage
{
    public required StageId Stage { get; init; }

    /// <summary>What it starts from; null for what starts from nothing.</summary>
    public StageId? Parent { get; init; }

    public required StageKind Kind { get; init; }

    /// <summary>In a few words; null until an attempt at it has ended.</summary>
    public string? Label { get; init; }

    public required StageProgress State { get; init; }

    /// <summary>Trials on whose path it is.</summary>
    public required int Trials { get; init; }

    /// <summary>Unpruned nets, one a seed, on whose path it is.</summary>
    public required int Unpruned { get; init; }

    /// <summary>Epochs that its attempts ran in all; null where none were told.</summary>
    public double? Epochs { get; init; }

    /// <summary>Seconds of its attempts in all; null where none was timed.</summary>
    public double? Seconds { get; init; }
}

/// <summary>The tree of stages as it was worked through: which trials share which stage.</summary>
internal static class StagesView
{
    /// <summary>More than a person reads; the other forms have all.</summary>
    private const int MostLines = 400;

    /// <param name="result">Paths, and what ran.</param>
    /// <param name="status">What runs now; null where it is not known.</param>
    public static Answer Of(ExperimentResult result, ExperimentStatus? status)
    {
        var stages = Stages(result, status);
        return Answer.List(
            "stages",
            stages,
            [
                new("stage", "stage", stage => stage.Stage.Value, stage => stage.Stage.Value),
                new(null, "parent", _ => "", stage => stage.Parent?.Value ?? ""),
                new(null, "kind", _ => "", stage => Words.Name(stage.Kind)),
                new("state", "state", stage => Words.Name(stage.State), stage => Words.Name(stage.State)),
                new("trials", "trials", stage => Words.Count(stage.Trials), stage => Words.Exact(stage.Trials), Right: true),
                new(null, "unpruned", _ => "", stage => Words.Exact(stage.Unpruned), Right: true),
                new("epochs", "epochs", stage => stage.Epochs is { } epochs ? Words.Number(epochs) : "", stage => Words.Exact(stage.Epochs), Right: true),
                new(null, "seconds", _ => "", stage => Words.Exact(stage.Seconds), Right: true),
                new(null, "label", _ => "", stage => stage.Label ?? ""),
            ],
            "No stage yet.") with
        {
            Show = console => Draw(console, stages, result.Sharing),
        };
    }

    /// <summary>Each once, parents before children, in the order of the first trial that needs it.</summary>
    public static IReadOnlyList<SharedStage> Stages(ExperimentResult result, ExperimentStatus? status)
    {
        IReadOnlyList<IReadOnlyList<StageId>> dense = result.DenseSeeds is { } seeds ? [.. seeds.Select(seed => seed.Stages)] : [result.DenseStages];
        var parents = new Dictionary<StageId, StageId?>();
        foreach (var path in result.Trials.Select(trial => trial.Stages).Concat(dense))
        {
            for (var i = 0; i < path.Count; i++)
            {
                parents.TryAdd(path[i], i == 0 ? null : path[i - 1]);
            }
        }

        var trials = result.Trials.SelectMany(trial => trial.Stages).CountBy(stage => stage).ToDictionary();
        var unpruned = dense.SelectMany(path => path).CountBy(stage => stage).ToDictionary();

        var spans = (result.Timeline?.Spans ?? []).ToLookup(span => span.Stage);
        var failed = result.Trials.Select(trial => trial.Failure?.Stage).OfType<StageId>().ToHashSet();
        var done = result.Trials.Where(trial => trial.State == TrialState.Complete).SelectMany(trial => trial.Stages)
            .Concat(result.Dense is null ? [] : result.DenseStages)
            .Concat(result.DenseSeeds?.Where(seed => seed.Metrics is not null).SelectMany(seed => seed.Stages) ?? [])
            .ToHashSet();
        var running = status?.Running.Select(stage => stage.Stage).ToHashSet() ?? [];
        var children = parents.Where(stage => stage.Value is not null).ToLookup(stage => stage.Value!.Value, stage => stage.Key);
        var ordered = new List<SharedStage>();
        var open = new Stack<StageId>(parents.Where(stage => stage.Value is null).Select(stage => stage.Key).Reverse());
        while (open.TryPop(out var id))
        {
            var attempts = spans[id].ToList();
            ordered.Add(new SharedStage
            {
                Stage = id,
                Parent = parents[id],
                Kind = id.Kind,
                Label = attempts is [var first, ..] ? first.Label : null,
                State = failed.Contains(id) ? StageProgress.Failed
                    : done.Contains(id) || attempts.Any(span => span.Outcome == SpanEnd.Succeeded) ? StageProgress.Succeeded
                    : running.Contains(id) ? StageProgress.Running
                    : StageProgress.Waiting,
                Trials = trials.GetValueOrDefault(id),
                Unpruned = unpruned.GetValueOrDefault(id),
                Epochs = attempts.Sum(span => span.Epochs) is > 0 and var epochs ? epochs : null,
                Seconds = attempts.Count == 0 ? null : attempts.Sum(span => (span.End - span.Start).TotalSeconds),
            });
            foreach (var child in children[id].Reverse())
            {
                open.Push(child);
            }
        }

        return ordered;
    }

    private static void Draw(IAnsiConsole console, IReadOnlyList<SharedStage> stages, SharingResult sharing)
    {
        var (branch, last, line) = console.Profile.Capabilities.Unicode ? ("├─ ", "└─ ", "│  ") : ("+- ", "`- ", "|  ");
        var lastChildren = stages.GroupBy(stage => stage.Parent).Select(siblings => siblings.Last().Stage).ToHashSet();
        var indents = new Dictionary<StageId, string>();
        foreach (var stage in stages)
        {
            var isLast = lastChildren.Contains(stage.Stage);
            var indent = stage.Parent is { } parent ? indents[parent] : "";
            indents[stage.Stage] = stage.Parent is null ? "" : indent + (isLast ? "   " : line);
            if (indents.Count <= MostLines)
            {
                var text = $"{indent}{(stage.Parent is null ? "" : isLast ? last : branch)}{Line(stage)}";
                console.Profile.Out.Writer.WriteLine(console.Profile.Out.IsTerminal && text.Length > console.Profile.Width ? text[..console.Profile.Width] : text);
            }
        }

        if (stages.Count > MostLines)
        {
            console.WriteLine($"and {Words.Many(stages.Count - MostLines, "stage")} more; -o csv has all");
        }

        console.WriteLine(
            $"{Words.Many(stages.Count, "stage")}, {Words.Count(stages.Count(stage => stage.Trials + stage.Unpruned > 1))} of them shared. Epochs: {Words.Count(sharing.EpochsAsked)} asked for, "
            + $"{Words.Count(sharing.EpochsNeeded)} needed with sharing, {Words.Count(sharing.EpochsRun)} run for this experiment.");
    }

    private static string Sharers(SharedStage stage) => (stage.Trials, stage.Unpruned) switch
    {
        (var trials, 0) => Words.Many(trials, "trial"),
        (0, var nets) => Words.Many(nets, "unpruned net"),
        var (trials, nets) => $"{Words.Many(trials, "trial")} and {Words.Many(nets, "unpruned net")}",
    };

    private static string Line(SharedStage stage) => VisibleText.OfLine(
        $"{stage.Stage.Value[..Math.Min(stage.Stage.Value.LastIndexOf('-') + 7, stage.Stage.Value.Length)]}  {Words.Name(stage.State)}, {Sharers(stage)}"
        + (stage.Epochs is { } epochs ? $", {(epochs is 1 ? "1 epoch" : $"{Words.Number(epochs)} epochs")}" : "")
        + (stage.Seconds is { } seconds ? $", {Words.Duration(TimeSpan.FromSeconds(seconds))}" : "")
        + (stage.Label is { } label ? $"  {label}" : ""));
}
