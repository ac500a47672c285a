using Sweep.Recipes;
using static Sweep.Planning.Schema.RuleWords;

namespace Sweep.Planning.Schema;

/// <summary>The rules between keys: what one value allows another to be.</summary>
internal static class CrossRules
{
    /// <summary>A grid of more trials is a slip of the pen: the plan alone would take minutes.</summary>
    public const long MostTrials = 200_000;

    /// <summary>Every broken rule, as a path and a message.</summary>
    public static IEnumerable<(string Path, string Rule)> Check(SpecDraft draft) =>
    [
        .. ImageRules.Check(draft),
        .. TrainingRules.Check(draft),
        .. CheckAxis("target", draft.Target, MethodTraits.IsStructured, draft),
        .. CheckAxis("lambda", draft.Lambda, MethodTraits.HasLambda, draft),
        .. CheckAxis("rho", draft.Rho, MethodTraits.HasRho, draft),
        .. MethodRules.Check(draft),
        .. SparsityRules.Check(draft),
        .. CheckAxis("finetuneSeed", draft.FinetuneSeed, _ => true, draft),
        .. CheckAxis("finetuneEpochs", draft.FinetuneEpochs, _ => true, draft),
        .. CheckAxis("finetuneLearningRate", draft.FinetuneLearningRate, _ => true, draft),
        .. SearchRules.Check(draft),
        .. CheckTrials(draft),
        .. CheckObjectives(draft),
    ];

    private static IEnumerable<(string, string)> CheckAxis<T>(
        string name, SpaceAxis<T>? axis, Func<PruningMethod, bool> knows, SpecDraft draft)
    {
        if (axis is null)
        {
            yield break;
        }

        var strangers = (axis.When?.Method ?? []).Where(method => !knows(method)).ToList();
        if (strangers.Count > 0)
        {
            yield return ($"space.{name}.when.method", $"must name methods that have a {name}, but {Names(strangers)} has none");
        }
        else if (draft.Method is { } methods && !methods.Values.Any(method => knows(method) && axis.AppliesTo(method)))
        {
            yield return ($"space.{name}", $"must belong to a method of the space, but {Names(methods.Values)} cannot use it");
        }
    }

    private static IEnumerable<(string, string)> CheckTrials(SpecDraft draft)
    {
        if (draft.Method is not { } methods || draft.Sparsity is not { } sparsity || draft.Search?.Algorithm != SearchAlgorithm.Grid)
        {
            yield break;
        }

        var trials = (draft.Seed?.Values.Count ?? 1) * methods.Values.Sum(method =>
            (long)sparsity.Values.Count
            * Length(draft.Target, MethodTraits.IsStructured, method)
            * Length(draft.Lambda, MethodTraits.HasLambda, method)
            * Length(draft.Rho, MethodTraits.HasRho, method)
            * Length(draft.FinetuneSeed, _ => true, method)
            * Length(draft.FinetuneEpochs, _ => true, method)
            * Length(draft.FinetuneLearningRate, _ => true, method));
        if (trials > MostTrials)
        {
            yield return ("space", Say($"a grid has at most {MostTrials} trials, but this one has {trials}"));
        }
    }

    private static int Length<T>(SpaceAxis<T>? axis, Func<PruningMethod, bool> knows, PruningMethod method) =>
        knows(method) && axis?.AppliesTo(method) == true ? axis.Values.Count : 1;

    private static IEnumerable<(string, string)> CheckObjectives(SpecDraft draft)
    {
        var objectives = draft.Objectives ?? [];
        for (var i = 0; i < objectives.Count; i++)
        {
            var (metric, goal) = (objectives[i].Metric, objectives[i].Goal);
            var sound = metric == Metric.Accuracy ? Goal.Maximize : Goal.Minimize;
            if (goal != sound)
            {
                yield return (SpecPath.Key(SpecPath.Item("objectives", i), "goal"), $"{Name(metric)} must be {Name(sound)}d, but the goal is {Name(goal)}");
            }

            if (metric == Metric.Latency && !draft.Present.Contains("benchmark"))
            {
                yield return (SpecPath.Key(SpecPath.Item("objectives", i), "metric"), "latency is measured by a benchmark, but there is no section benchmark");
            }

            if (objectives.Take(i).Any(earlier => earlier.Metric == metric && earlier.Goal != goal))
            {
                yield return (SpecPath.Item("objectives", i), $"a metric is one objective, but {Name(metric)} stands twice");
            }
        }
    }
}
