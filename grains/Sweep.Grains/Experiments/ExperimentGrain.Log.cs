using Microsoft.Extensions.Logging;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Grains;

public sealed partial class ExperimentGrain
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Experiment {Experiment}: submitted, {Trials} trials by {Algorithm}.")]
    private partial void LogSubmitted(string experiment, int trials, SearchAlgorithm algorithm);

    [LoggerMessage(Level = LogLevel.Information, Message = "Experiment {Experiment}: {State}.")]
    private partial void LogChanged(string experiment, ExperimentState state);

    [LoggerMessage(Level = LogLevel.Information, Message = "Experiment {Experiment}: deleted.")]
    private partial void LogDeleted(string experiment);

    [LoggerMessage(Level = LogLevel.Information, Message = "Experiment {Experiment} ends before its last trial: {Reason}.")]
    private partial void LogCutShort(string experiment, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Experiment {Experiment} could not reach {Stage}; it will ask again.")]
    private partial void LogUnreachable(Exception exception, string experiment, StageId stage);
}
