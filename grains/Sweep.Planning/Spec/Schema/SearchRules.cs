using static Sweep.Planning.Schema.RuleWords;

namespace Sweep.Planning.Schema;

/// <summary>The rules of search and stopping, and between them and the space.</summary>
internal static class SearchRules
{
    public static IEnumerable<(string, string)> Check(SpecDraft draft) =>
    [
        .. CheckSearch(draft),
        .. CheckRanges(draft),
        .. CheckStopping(draft),
        .. CheckLearningRate(draft),
    ];

    private static IEnumerable<(string, string)> CheckSearch(SpecDraft draft)
    {
        if (draft.Search is not { } search)
        {
            yield break;
        }

        if (search.Algorithm != SearchAlgorithm.Grid && search.Trials is null)
        {
            yield return ("search.trials", $"must be given for {Name(search.Algorithm)}, but is missing");
        }

        if (search.Population is { } population && search.Algorithm is not (SearchAlgorithm.Nsga2 or SearchAlgorithm.Auto))
        {
            yield return ("search.population", Say($"belongs to nsga2 and auto, but the algorithm is {Name(search.Algorithm)} and the population {population}"));
        }

        if (search.WarmStart is not null && !search.Algorithm.Learns())
        {
            yield return ("search.warmStart", $"belongs to a searcher that learns (nsga2, motpe, gp, auto), but the algorithm is {Name(search.Algorithm)}");
        }

        if (search.Known is not null && !search.Algorithm.Learns())
        {
            yield return ("search.known", $"belongs to a searcher that learns (nsga2, motpe, gp, auto), but the algorithm is {Name(search.Algorithm)}");
        }
    }

    /// <summary>What a grid cannot lay out.</summary>
    private static IEnumerable<(string, string)> CheckRanges(SpecDraft draft)
    {
        if (draft.Search?.Algorithm != SearchAlgorithm.Grid)
        {
            yield break;
        }

        (string Name, IReadOnlyList<double>? Range)[] axes =
        [
            ("sparsity", draft.Sparsity?.Range),
            ("lambda", draft.Lambda?.Range),
            ("rho", draft.Rho?.Range),
            ("finetuneSeed", draft.FinetuneSeed?.Range),
            ("finetuneEpochs", draft.FinetuneEpochs?.Range),
            ("finetuneLearningRate", draft.FinetuneLearningRate?.Range),
        ];
        foreach (var (name, range) in axes)
        {
            if (range is [var low, var high])
            {
                yield return ($"space.{name}",
                    Say($"a grid has values, or a range with count, but this range [{low:R}, {high:R}] has no count; the other algorithms of search draw from it"));
            }
        }
    }

    private static IEnumerable<(string, string)> CheckStopping(SpecDraft draft)
    {
        if (draft.Stopping is not { } stopping)
        {
            yield break;
        }

        if (stopping.Algorithm is null && stopping.Plateau is null)
        {
            yield return ("stopping", "must have algorithm, to stop trials, or plateau, to end the experiment, but has neither");
        }

        if (stopping.Algorithm is { } algorithm && draft.Objectives?.Any(objective => objective.Metric == Metric.Latency) == true)
        {
            yield return ("stopping.algorithm", $"needs objectives that are known at the end of every rung, but latency is measured at a trial's end, and the algorithm is {Name(algorithm)}");
        }

        var longest = draft.FinetuneEpochs is { } axis ? axis.Most() : (double?)draft.Training.GetValueOrDefault("finetune")?.Epochs;
        if (stopping.Algorithm is not null && longest is { } epochs && stopping.MinEpochs > epochs)
        {
            yield return ("stopping.minEpochs", Say($"must be at most the epochs after the cut, {epochs}, but is {stopping.MinEpochs}"));
        }
    }

    private static IEnumerable<(string, string)> CheckLearningRate(SpecDraft draft)
    {
        if (draft.FinetuneLearningRate?.Least() is { } least && draft.Training.GetValueOrDefault("finetune")?.FinalLearningRate is { } final && final > least)
        {
            yield return ("space.finetuneLearningRate", Say($"must be at least finetune.finalLearningRate, {final:R}, but goes down to {least:R}"));
        }
    }

    public static double Least(this SpaceAxis<double> axis) => axis.Range?[0] ?? axis.Values.Min();

    private static double Most(this SpaceAxis<int> axis) => axis.Range?[1] ?? axis.Values.Max();
}
