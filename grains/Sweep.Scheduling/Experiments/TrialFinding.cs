using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>Trials that were found, before the outcomes that their documents are made from are read.</summary>
public sealed class TrialFinding
{
    private readonly ExperimentDocuments _documents;
    private readonly IReadOnlyList<(int Number, TrialPlan Plan)> _plans;
    private readonly ExperimentState _state;

    private readonly IReadOnlyList<TrialResult>? _brief;

    internal TrialFinding(
        ExperimentDocuments documents, IReadOnlyList<(int Number, TrialPlan Plan)> plans, int total, ExperimentState state, IReadOnlyList<TrialResult>? brief) =>
        (_documents, _plans, Total, _state, _brief) = (documents, plans, total, state, brief);

    /// <summary>How many there are, those of other pages too.</summary>
    public int Total { get; }

    /// <summary>Pages of outcomes to read.</summary>
    public IEnumerable<int> Pages => _brief is null ? _documents.PagesFor(_plans) : [];

    /// <param name="stored">The outcome of an ended stage, by the number of the trial whose page has it.</param>
    public IReadOnlyList<TrialResult> Results(Func<int, StageId, StageStanding?> stored) => _brief ?? _documents.Results(_plans, _state, stored);

    /// <summary>Attempts at the stages of these trials that have ended.</summary>
    /// <param name="stored">The outcome of an ended stage, by the number of the trial whose page has it.</param>
    public IReadOnlyList<StageSpan> Attempts(Func<int, StageId, StageStanding?> stored) =>
        [.. _plans.SelectMany(trial => _documents.Attempts(trial.Number, trial.Plan, stored))];
}
