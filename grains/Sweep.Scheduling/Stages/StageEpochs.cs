using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>What a stage tells of its training, and keeps of an attempt that came to nothing.</summary>
public static class StageEpochs
{
    /// <summary>Its training, epoch by epoch.</summary>
    /// <param name="record">The stage.</param>
    /// <param name="told">The last report that told of epochs; null where none has come. A result has the last word.</param>
    public static StageHistory ToHistory(this StageRecord record, AttemptReport? told)
    {
        ArgumentNullException.ThrowIfNull(record);
        var result = record.Result;
        var kept = StageHistory.Thinned((result is not null ? result.Curve : told?.Curve ?? record.CurveSoFar) ?? []);
        return new StageHistory
        {
            Stage = record.Id,
            Length = record.Recipe.Epochs,
            Finished = result is not null,
            Epochs = kept,
            Times = StageHistory.Thinned(result is not null ? result.Provenance.EpochTimes : told is not null ? told.Times : record.TimesSoFar, kept),
            Evaluation = result?.Evaluation,
        };
    }

    /// <summary>
    /// With the epochs of an attempt that has ended, so that people see how a loss went before it was no number any more, or how far a stage had come when
    /// it was paused. An attempt that goes on tells them itself.
    /// </summary>
    /// <param name="record">After the attempt.</param>
    /// <param name="told">Its last report that told of epochs; null where none has come.</param>
    public static StageRecord Remembering(this StageRecord record, AttemptReport? told)
    {
        ArgumentNullException.ThrowIfNull(record);
        return told?.Curve is not { Count: > 0 } curve || record.State is StageState.Running or StageState.Succeeded || ReferenceEquals(record.CurveSoFar, curve)
            ? record
            : record with { CurveSoFar = curve, TimesSoFar = told.Times };
    }
}
