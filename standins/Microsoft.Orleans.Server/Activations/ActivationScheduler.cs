using Orleans.Runtime;

namespace Orleans.Activations;

/// <summary>Runs the turns of one activation one at a time, in order, on the thread pool.</summary>
internal sealed class ActivationScheduler(IGrainContext context) : TaskScheduler, IThreadPoolWorkItem
{
    /// <summary>Turns until other activations get the thread.</summary>
    private const int TurnsInARow = 64;

    private readonly Lock _lock = new();
    private readonly Queue<Task> _turns = new();
    private bool _isScheduled;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Starts <paramref name="work"/> in a turn of its own.</summary>
    public Task Run(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    void IThreadPoolWorkItem.Execute()
    {
        var previous = RuntimeContext.Exchange(context);
        try
        {
            for (var turns = 0; turns < TurnsInARow; turns++)
            {
                Task? turn;
                lock (_lock)
                {
                    if (!_turns.TryDequeue(out turn))
                    {
                        _isScheduled = false;
                        return;
                    }
                }

                TryExecuteTask(turn);
            }
        }
        finally
        {
            RuntimeContext.Exchange(previous);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    protected override void QueueTask(Task task)
    {
        lock (_lock)
        {
            _turns.Enqueue(task);
            if (_isScheduled)
                return;

            _isScheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && RuntimeContext.Current == context && Current == this && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_lock)
            return [.. _turns];
    }
}
