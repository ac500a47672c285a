using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// The training that a result document carries where it is made to be kept: that of the first nets of the front, and of the unpruned net. Of all trials
/// it would be most of the document.
/// </summary>
public static class FrontCurves
{
    /// <summary>More curves than this in one picture nobody tells apart.</summary>
    public const int MostTrials = 12;

    /// <summary>The trials whose training is carried, the best of the front first.</summary>
    public static IReadOnlyList<TrialResult> Trials(ExperimentResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var places = result.Front.Take(MostTrials).Select((id, place) => (id, place)).ToDictionary(trial => trial.id, trial => trial.place, StringComparer.Ordinal);
        return [.. result.Trials.Where(trial => places.ContainsKey(trial.Id)).OrderBy(trial => places[trial.Id])];
    }

    /// <summary>The stages of these trials, each once, those of whole trials only.</summary>
    /// <param name="result">The document.</param>
    /// <param name="most">Stages that may be asked for.</param>
    public static IReadOnlyList<StageId> Stages(ExperimentResult result, int most)
    {
        ArgumentNullException.ThrowIfNull(result);
        var stages = new List<StageId>();
        foreach (var path in Trials(result).Select(trial => trial.Stages).Prepend(result.DenseStages))
        {
            var more = path.Except(stages).ToList();
            if (stages.Count + more.Count <= most)
            {
                stages.AddRange(more);
            }
        }

        return stages;
    }

    /// <summary>The document with this training, without what it took: that differs from run to run.</summary>
    public static ExperimentResult With(ExperimentResult result, IReadOnlyList<StageHistory> histories)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(histories);
        var told = histories.Where(history => history.Epochs.Count > 0 || history.Evaluation is not null).ToList();
        return told.Exists(history => history.Epochs.Count > 0) ? result with { Curves = [.. told.Select(history => history with { Times = null })] } : result;
    }

    /// <summary>The curve of a trial that the document carries.</summary>
    public static TrainingCurve Of(ExperimentResult result, string trial, IReadOnlyList<StageId> path)
    {
        ArgumentNullException.ThrowIfNull(result);
        var histories = (result.Curves ?? []).DistinctBy(history => history.Stage).ToDictionary(history => history.Stage);
        return TrainingCurve.Of(trial, path, histories.GetValueOrDefault);
    }
}
