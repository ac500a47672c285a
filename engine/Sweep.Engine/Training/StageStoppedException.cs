using Sweep.Recipes.Protocol;

namespace Sweep.Engine.Training;

/// <summary>A stage ends because it was asked to.</summary>
public sealed class StageStoppedException(StopReason reason) : Exception($"The stage was stopped: {reason}.")
{
    public StopReason Reason { get; } = reason;
}
