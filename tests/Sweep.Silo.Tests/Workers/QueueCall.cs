using Sweep.Grains;

namespace Sweep.Silo.Tests.Workers;

/// <summary>One call of a worker.</summary>
public sealed class QueueCall(WorkerReport report)
{
    private readonly TaskCompletionSource<WorkerDirective> _directive = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WorkerReport Report { get; } = report;

    public Task<WorkerDirective> Directive => _directive.Task;

    public void Answer(WorkerDirective directive) => _directive.TrySetResult(directive);

    /// <summary>The answer does not arrive.</summary>
    public void Lose() => _directive.TrySetException(new TimeoutException("The call took too long."));
}
