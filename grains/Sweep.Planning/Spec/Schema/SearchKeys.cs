using Sweep.Recipes;

namespace Sweep.Planning.Schema;

/// <summary>The keys of search, stopping and limits.</summary>
internal static class SearchKeys
{
    private const int MostTrials = 10_000_000;

    private static readonly TextRule s_experiment =
        new("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "the name of an experiment: lower-case letters, digits and inner hyphens, at most 63 in all");

    public static MapRule Search() => new(
    [
        new("algorithm", ChoiceRule.Of<SearchAlgorithm>(),
            "grid: every combination, in the order of the file; random: independent draws; sobol: a scrambled Sobol sequence; nsga2: an evolutionary search; "
            + "motpe: Parzen estimators; gp: Gaussian processes with expected hypervolume improvement; auto: one of these, by the number of trials and the space.",
            Default: "grid"),
        new("trials", new IntegerRule(1, MostTrials), "How many trials are proposed; every combination of a grid if absent."),
        new("seed", new IntegerRule(0, long.MaxValue), "Seed of everything that the searcher draws.", Default: 0),
        new("population", new IntegerRule(2, 100_000), "Trials of one generation of nsga2; the searcher's own if absent."),
        new("warmStart", new ListRule(s_experiment, 100), "Names of earlier experiments whose trials the searcher learns from; none if absent."),
        new("known", new ListRule(Known(), KnownTrials.Most),
            "Trials from elsewhere that the searcher learns from, each a point of the space and what it came to; 'sweep import' writes them. None if absent."),
    ]);

    private static MapRule Known() => new(
    [
        new("method", ChoiceRule.Of<PruningMethod>(), "As in space, and so are the settings below.", Required: true),
        new("sparsity", new NumberRule(0, 1, MostExcluded: true), "Fraction removed.", Required: true),
        new("target", ChoiceRule.Of<BudgetTarget>(), "What the sparsity is a fraction of."),
        new("lambda", new NumberRule(0), "λ."),
        new("rho", new NumberRule(0), "ρ."),
        new("seed", new IntegerRule(0, long.MaxValue), "Seed of training."),
        new("finetuneSeed", new IntegerRule(0, long.MaxValue), "Seed of the training after the cut."),
        new("finetuneEpochs", new IntegerRule(1, TrainingKeys.MostEpochs), "Epochs after the cut."),
        new("finetuneLearningRate", new NumberRule(0, LeastExcluded: true), "Peak learning rate after the cut."),
        new("accuracy", new NumberRule(0, 1), "Top-1 on the validation split. Needed where it is an objective, and so are the metrics below."),
        new("parameters", new IntegerRule(0, long.MaxValue), "Of the net."),
        new("flops", new IntegerRule(0, long.MaxValue), "Multiply-accumulates of one image."),
        new("latency", new NumberRule(0, LeastExcluded: true), "Median seconds of one forward pass."),
    ]);

    public static MapRule Stopping() => new(
    [
        new("algorithm", ChoiceRule.Of<StoppingAlgorithm>(),
            "asha: asynchronous successive halving by non-dominated rank; median: stops what lies behind the median of its rung; every trial runs to its end if absent."),
        new("mode", ChoiceRule.Of<StoppingMode>(), "What asha does with a trial that is not among the best of its rung: promote lets it wait, stop ends it.",
            Default: "promote"),
        new("ranking", ChoiceRule.Of<TrialRanking>(),
            "What makes a trial better than another: nonDominated: all objectives, by fronts; firstObjective: the first of objectives alone, for comparison with single-objective stopping.",
            Default: "nonDominated"),
        new("reduction", new IntegerRule(2, 1000), "How many times as long as the one before it each rung is, and one in how many trials goes on.", Default: 3),
        new("minEpochs", new IntegerRule(1, TrainingKeys.MostEpochs), "Epochs after the cut to the end of the first rung.", Default: 1),
        new("plateau", Plateau(), "Ends the experiment when its front no longer grows; nothing does if absent. {} for the values below."),
    ]);

    public static MapRule Limits() => new(
    [
        new("trials", new IntegerRule(1, MostTrials), "Trials opened; no limit if absent."),
        new("deviceHours", new NumberRule(0, LeastExcluded: true), "Hours on devices, of the stages that this experiment caused to run; no limit if absent."),
        new("wallTime", new DurationRule(), "Time since the submission, for example 90m, 12h or 2d; no limit if absent."),
        new("failures", new IntegerRule(1, MostTrials), "Failed trials; no limit if absent."),
    ]);

    private static MapRule Plateau() => new(
    [
        new("trials", new IntegerRule(1, MostTrials), "Complete trials over which the hypervolume must grow; stopped and failed ones do not count.", Default: 20),
        new("gain", new NumberRule(0, 1), "By at least this, as a fraction of the reference box.", Default: 0.001),
    ]);
}
