using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client.Watching.Screens;

/// <summary>A question about trials, and what its answer hangs on: it is asked again when either changes, and not before.</summary>
/// <param name="Counts">How many trials were in which state.</param>
/// <param name="Front">How many were on the front.</param>
internal sealed record TrialQuestion(TrialQuery Query, TrialCounts Counts, int Front);

internal sealed record TrialAnswer(TrialQuestion Question, TrialPage Page);

/// <summary>What a screen needs to know to be drawn. Never more trials than it can show, give or take a screenful.</summary>
internal sealed record Wanted
{
    /// <summary>The experiment that the questions are about; null for none.</summary>
    public string? Experiment { get; init; }

    /// <summary>Whether somebody else tells how the experiment stands.</summary>
    public bool StatusIsTold { get; init; }

    /// <summary>Null when the answer is known.</summary>
    public TrialQuestion? Trials { get; init; }

    /// <summary>Null when the answer is known.</summary>
    public TrialQuestion? Failures { get; init; }

    /// <summary>To tell which trials the running stages belong to; null when the answer is known.</summary>
    public TrialQuestion? Running { get; init; }

    /// <summary>The trial that is open; null for none.</summary>
    public string? Trial { get; init; }

    /// <summary>Whether all experiments are shown.</summary>
    public bool Experiments { get; init; }

    /// <summary>Whether something is missing without which the screen has gaps; else it only wants to be up to date.</summary>
    public bool IsUrgent => Trials is not null || Failures is not null || Running is not null || Trial is not null || !StatusIsTold;
}

/// <summary>Answers to what was wanted; null is what was not asked, or not answered.</summary>
internal sealed record News
{
    public Sight? Sight { get; init; }

    public TrialAnswer? Trials { get; init; }

    public TrialAnswer? Failures { get; init; }

    public TrialAnswer? Running { get; init; }

    public TrialDetail? Trial { get; init; }

    public QueueStatus? Queue { get; init; }

    public IReadOnlyList<Sight>? Experiments { get; init; }

    /// <summary>Why there was no answer.</summary>
    public string? Outage { get; init; }

    /// <summary>What became of an order, or why a question was refused.</summary>
    public string? Notice { get; init; }
}
