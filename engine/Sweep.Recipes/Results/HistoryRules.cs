namespace Sweep.Recipes;

/// <summary>
/// What the epochs of a stage must be, whoever tells them: an engine process, a worker, a file. JSON's null gets past the types, and its numbers are any.
/// </summary>
public static class HistoryRules
{
    /// <summary>Of a whole schedule.</summary>
    public const int MostEpochs = 1 << 24;

    /// <returns>Null when the history is sound, else the rule that it breaks, with the value.</returns>
    public static string? Fault(StageHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return history.Stage.Value.Length == 0 ? "a history must be of a stage"
            : history.Length is < 0 or > MostEpochs ? FormattableString.Invariant($"length must lie in [0, {MostEpochs}], but is {history.Length}")
            : Fault(history.Epochs) ?? Fault(history.Times);
    }

    /// <returns>Null when the epochs are sound, else the rule that they break, with the value.</returns>
    public static string? Fault(IReadOnlyList<EpochRecord>? curve)
    {
        var last = -1;
        foreach (var epoch in curve ?? [])
        {
            if (epoch is null)
            {
                return "an epoch must have a record, but one is null";
            }

            if (epoch.Epoch <= last || epoch.Epoch > MostEpochs)
            {
                return FormattableString.Invariant($"epochs must come in order, each once, in [0, {MostEpochs}], but {epoch.Epoch} comes {(last < 0 ? "first" : FormattableString.Invariant($"after {last}"))}");
            }

            last = epoch.Epoch;
            var fault = (double.IsFinite(epoch.Loss) ? null : FormattableString.Invariant($"loss must be finite, but is {epoch.Loss}"))
                ?? Positive("learningRate", epoch.LearningRate) ?? Positive("primalResidual", epoch.PrimalResidual)
                ?? Positive("doomedNormRatio", epoch.DoomedNormRatio) ?? Positive("meanGate", epoch.MeanGate) ?? Positive("sparsity", epoch.Sparsity)
                ?? (epoch.Sparsity > 1 ? FormattableString.Invariant($"sparsity must lie in [0, 1], but is {epoch.Sparsity}") : null);
            if (fault is not null)
            {
                return FormattableString.Invariant($"epoch {epoch.Epoch}: {fault}");
            }
        }

        return null;
    }

    /// <returns>Null when the times are sound, else the rule that they break, with the value.</returns>
    public static string? Fault(IReadOnlyList<EpochTime>? times)
    {
        var last = -1;
        foreach (var time in times ?? [])
        {
            if (time is null)
            {
                return "an epoch's time must be there, but one is null";
            }

            if (time.Epoch <= last || time.Epoch > MostEpochs)
            {
                return FormattableString.Invariant($"times must come in the order of their epochs, but {time.Epoch} comes after {last}");
            }

            last = time.Epoch;
            var fault = Positive("seconds", time.Seconds) ?? Positive("loaderSeconds", time.LoaderSeconds) ?? Positive("images", time.Images);
            if (fault is not null)
            {
                return FormattableString.Invariant($"epoch {time.Epoch}: {fault}");
            }
        }

        return null;
    }

    private static string? Positive(string what, double? value) =>
        value is null or >= 0 and < double.PositiveInfinity ? null : FormattableString.Invariant($"{what} must be a number of at least 0, but is {value}");
}
