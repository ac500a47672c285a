namespace Sweep.Planning.Report;

/// <summary>What the numbers of each section are: measured, counted or predicted, on which split, under which seeds, on which devices, and which stages say so.</summary>
internal static class NumberBasis
{
    public static string Nets(ExperimentResult result) => string.Join(' ', Accuracy(result), Costs(result), Latency(result)).TrimEnd();

    /// <summary>For figures that stand alone.</summary>
    public static string InShort(ExperimentResult result) =>
        $"Accuracies: top-1 on {Words.Count(result.Scope.ValidationImages)} validation images of {result.Scope.Data}, one run each under training {(result.Scope.Seeds.Count == 1 ? "seed" : "seeds")} {SeedsOf(result)}{(Devices(result) is { Length: > 0 } devices ? $", evaluated on {devices}" : "")}. Parameters and FLOPs: counted.";

    public static string Choice(ExperimentResult result) =>
        $"{Nets(result)} Limits are held against the validation split; the test split is shown and never chosen by. The best of many validation accuracies is a little too good: quote the test figure of the one net that you take. "
        + "The card names the stages behind its figures.";

    public static string Trials(ExperimentResult result) => $"{Nets(result)} Each column's head says where its values come from. The stages behind a row are in its card, and in the section Provenance.";

    public static string Failures(ExperimentResult result) => "As the failed stage reported it; the ids are those of stages and trials.";

    public static string Seeds(ExperimentResult result) =>
        $"{Nets(result)} Mean ± standard deviation (n − 1) over n training seeds ({SeedsOf(result)}); Δ is taken seed by seed against the dense net of the same seed.";

    public static string Shapes(ExperimentResult result) =>
        $"Counted: the widths of the net that the HardPrune stage cut. {Seed(result)} {Accuracy(result)}";

    public static string Curves(ExperimentResult result) =>
        $"Training loss and learning rate as the stages that trained told them, epoch by epoch, on the augmented training images; validation loss and accuracy as the nets' Evaluate stages measured them. {Accuracy(result)}";

    public static string Importance(ExperimentResult result) =>
        $"Computed from the {Words.Count(result.Trials.Count(trial => trial.Metrics is not null))} complete trials of this experiment (PED-ANOVA), by their accuracies and costs: {Nets(result)}";

    public static string Decisions(ExperimentResult result) =>
        $"Decisions were taken on the validation split alone. Expectations in the reasons are predictions of the search's model; ranks are of measured values. {Accuracy(result)}";

    public static string Growth(ExperimentResult result) =>
        $"Computed from validation accuracies and counted costs ({Objectives(result)}), at the times that the stages' keepers noted. {Accuracy(result)}";

    public static string Timeline(ExperimentResult result) =>
        "Measured: start and end of each attempt by the clock of the silo that keeps the stage, epochs as its worker reported them. Peak memory is the device's, where it tells.";

    public static string Sharing(ExperimentResult result) =>
        "Counted in epochs of training: asked, what the trials would train alone; needed, with every common stage once; run here, what this experiment paid for. Epochs of different data sizes count alike.";

    public static string Export(ExperimentResult result) =>
        "Files have base units: fractions, counts, multiply-accumulates, seconds. Those out of this page have what it carries: exact counts, accuracies to a millionth, times to six digits, settings as they are shown; the commands' have everything.";

    public static string Provenance(ExperimentResult result) => "As the spec asked and the stages reported. A stage's id is the digest of its whole recipe: the same id is the same computation.";

    private static string Accuracy(ExperimentResult result)
    {
        var devices = Devices(result);
        return $"Accuracy is top-1, measured by each trial's Evaluate stage{(devices.Length == 0 ? "" : $" on {devices}")}: on {Words.Count(result.Scope.ValidationImages)} validation images of {result.Scope.Data}, cut from the training set with seed {result.Scope.SplitSeed.ToString(System.Globalization.CultureInfo.InvariantCulture)}; "
            + $"test on {Words.Count(result.Scope.TestImages)} test images, never selected on. {Seed(result)}";
    }

    private static string Devices(ExperimentResult result) =>
        string.Join(", ", result.Trials.Select(trial => trial.Device).OfType<string>().Distinct().Order(StringComparer.Ordinal));

    private static string Seed(ExperimentResult result) => result.Scope.Seeds.Count == 1
        ? $"One training seed ({SeedsOf(result)}), so each figure is of one run, without a spread."
        : $"{result.Scope.Seeds.Count} training seeds ({SeedsOf(result)}); a trial is one run under one of them.";

    private static string SeedsOf(ExperimentResult result) => string.Join(", ", result.Scope.Seeds.Select(seed => FormattableString.Invariant($"{seed}")));

    private static string Costs(ExperimentResult result) => "Parameters and FLOPs (multiply-accumulates of one image) are counted on the net that was cut.";

    private static string Latency(ExperimentResult result) => result.Trials.Any(trial => trial.Metrics?.Speedups is not null)
        ? "Latency is measured by the trial's Benchmark stage: median of one forward pass, beside the dense net on the same device; compare latencies of one device only."
        : "";

    private static string Objectives(ExperimentResult result) =>
        string.Join(", ", result.Objectives.Select(objective => $"{objective.Metric.ToString().ToLowerInvariant()} {objective.Goal.ToString().ToLowerInvariant()}d"));
}
