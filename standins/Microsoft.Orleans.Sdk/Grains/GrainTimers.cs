using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>A timer of a grain; it ends with the activation, or when disposed.</summary>
    public interface IGrainTimer : IDisposable
    {
        /// <summary>Sets the next due time and the period; during a tick this takes effect when the tick has ended.</summary>
        /// <exception cref="ArgumentOutOfRangeException">A span is below -1 ms or above 4294967294 ms.</exception>
        void Change(TimeSpan dueTime, TimeSpan period);
    }

    /// <summary>How a grain timer ticks.</summary>
    public readonly struct GrainTimerCreationOptions()
    {
        [SetsRequiredMembers]
        public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
            : this()
        {
            DueTime = dueTime;
            Period = period;
        }

        /// <summary>Until the first tick; <see cref="Timeout.InfiniteTimeSpan"/> for none.</summary>
        public required TimeSpan DueTime { get; init; }

        /// <summary>From the end of a tick to the next; <see cref="Timeout.InfiniteTimeSpan"/> for a single tick.</summary>
        public required TimeSpan Period { get; init; }

        /// <summary>Whether ticks may interleave with calls and other ticks. Default: no.</summary>
        public bool Interleave { get; init; }

        /// <summary>Whether ticks count as use for idle collection. Default: no.</summary>
        public bool KeepAlive { get; init; }
    }
}

namespace Orleans.Timers
{
    /// <summary>Makes the timers of grains.</summary>
    public interface ITimerRegistry
    {
        IGrainTimer RegisterGrainTimer<TState>(
            IGrainContext grainContext, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options);
    }
}
