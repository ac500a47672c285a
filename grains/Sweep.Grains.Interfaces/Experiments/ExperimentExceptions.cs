using Orleans;

namespace Sweep.Grains;

/// <summary>No experiment has this name.</summary>
[GenerateSerializer]
public sealed class ExperimentNotFoundException(string message) : Exception(message)
{
    public static ExperimentNotFoundException Named(string name) => new($"There is no experiment named '{name}'.");
}

/// <summary>The command does not fit the experiment's state, or the name belongs to another spec.</summary>
[GenerateSerializer]
public sealed class ExperimentConflictException(string message) : Exception(message);
