using Microsoft.Extensions.Logging;
using Sweep.Recipes;

namespace Sweep.Grains;

public sealed partial class StageGrain
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Stage} lost worker {Worker} of attempt {Attempt} ({End}).")]
    private partial void LogLost(StageId stage, int attempt, string worker, LeaseEnd end);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Stage} goes back to the queue after attempt {Attempt} on {Worker}: {Reason} {Message}")]
    private partial void LogRequeued(StageId stage, int attempt, string? worker, FailureReason? reason, string? message);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Stage} is {State} after attempt {Attempt} on {Worker}. {Message}")]
    private partial void LogEnded(StageId stage, StageState state, int attempt, string? worker, string? message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Stage} could not tell experiment {Experiment} that it has ended; the experiment will read it.")]
    private partial void LogHintLost(Exception exception, StageId stage, string experiment);
}
