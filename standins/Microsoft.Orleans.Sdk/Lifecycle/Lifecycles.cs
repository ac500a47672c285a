namespace Orleans
{
    /// <summary>Stages that start in ascending and stop in descending order; observers of one stage run together.</summary>
    public interface ILifecycleObservable
    {
        IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer);
    }

    /// <summary>Called when its stage starts and stops.</summary>
    public interface ILifecycleObserver
    {
        Task OnStart(CancellationToken cancellationToken = default);

        Task OnStop(CancellationToken cancellationToken = default);
    }

    /// <summary>A service that takes part in a lifecycle; found in the service collection.</summary>
    public interface ILifecycleParticipant<TLifecycleObservable>
        where TLifecycleObservable : ILifecycleObservable
    {
        void Participate(TLifecycleObservable lifecycle);
    }

    /// <summary>The side of a lifecycle that its owner drives.</summary>
    public interface ILifecycleSubject : ILifecycleObservable, ILifecycleObserver;

    /// <summary>Checked before a silo or client starts.</summary>
    public interface IConfigurationValidator
    {
        /// <exception cref="Runtime.OrleansConfigurationException">The configuration breaks a rule.</exception>
        void ValidateConfiguration();
    }

    /// <summary>The stages of silos and clients.</summary>
    public static class ServiceLifecycleStage
    {
        public const int First = int.MinValue;
        public const int RuntimeInitialize = 2000;
        public const int RuntimeServices = 4000;
        public const int RuntimeStorageServices = 6000;
        public const int RuntimeGrainServices = 8000;
        public const int AfterRuntimeGrainServices = 8100;
        public const int ApplicationServices = 10000;
        public const int GrainDeactivation = BecomeActive - 1;
        public const int BecomeActive = Active - 1;
        public const int Active = 20000;
        public const int Last = int.MaxValue;
    }

    /// <summary>Subscriptions by delegates.</summary>
    public static class LifecycleExtensions
    {
        public static IDisposable Subscribe(
            this ILifecycleObservable observable,
            string observerName,
            int stage,
            Func<CancellationToken, Task> onStart,
            Func<CancellationToken, Task>? onStop)
        {
            ArgumentNullException.ThrowIfNull(onStart);
            return observable.Subscribe(observerName, stage, new DelegateObserver(onStart, onStop));
        }

        public static IDisposable Subscribe(
            this ILifecycleObservable observable, string observerName, int stage, Func<CancellationToken, Task> onStart) =>
            observable.Subscribe(observerName, stage, onStart, null);

        public static IDisposable Subscribe<TObserver>(
            this ILifecycleObservable observable, int stage, Func<CancellationToken, Task> onStart, Func<CancellationToken, Task> onStop) =>
            observable.Subscribe(typeof(TObserver).FullName!, stage, onStart, onStop);

        public static IDisposable Subscribe<TObserver>(
            this ILifecycleObservable observable, int stage, Func<CancellationToken, Task> onStart) =>
            observable.Subscribe(typeof(TObserver).FullName!, stage, onStart, null);

        public static IDisposable Subscribe<TObserver>(this ILifecycleObservable observable, int stage, ILifecycleObserver observer) =>
            observable.Subscribe(typeof(TObserver).FullName!, stage, observer);

        public static IDisposable Subscribe(this ILifecycleObservable observable, int stage, ILifecycleObserver observer) =>
            observable.Subscribe(observer.GetType().FullName!, stage, observer);

        private sealed class DelegateObserver(Func<CancellationToken, Task> onStart, Func<CancellationToken, Task>? onStop)
            : ILifecycleObserver
        {
            public Task OnStart(CancellationToken cancellationToken) => onStart(cancellationToken);

            public Task OnStop(CancellationToken cancellationToken) => onStop?.Invoke(cancellationToken) ?? Task.CompletedTask;
        }
    }
}

namespace Orleans.Runtime
{
    /// <summary>The lifecycle of an activation.</summary>
    public interface IGrainLifecycle : ILifecycleObservable;

    /// <summary>The stages of an activation.</summary>
    public static class GrainLifecycleStage
    {
        public const int First = int.MinValue;
        public const int SetupState = 1000;
        public const int Activate = SetupState + 1000;
        public const int Last = int.MaxValue;
    }
}
