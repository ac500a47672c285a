using Orleans;

namespace Sweep.Grains;

/// <summary>No experiment has this name.</summary>
[GenerateSerializer]
public sealed class ExperimentNotFoundException(string message) : Exception(message)
{
    public static ExperimentNotFoundException Named(string name) => new($"There is no experiment named '{name}'.");
}

/// <summary>The experiment has no trial of this id, or has not opened it yet.</summary>
[GenerateSerializer]
public sealed class TrialNotFoundException(string message) : Exception(message)
{
    /// <summary>What HTTP calls it.</summary>
    public const string Title = "There is no such trial.";

    public static TrialNotFoundException Named(string experiment, string trial) => new($"Experiment '{experiment}' has no open or ended trial '{trial}'.");
}

/// <summary>The command does not fit the experiment's state, or the name belongs to another spec.</summary>
[GenerateSerializer]
public sealed class ExperimentConflictException(string message) : Exception(message);
