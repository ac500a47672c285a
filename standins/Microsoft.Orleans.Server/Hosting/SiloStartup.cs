using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>Runs once while the silo starts.</summary>
    public interface IStartupTask
    {
        Task Execute(CancellationToken cancellationToken);
    }

    /// <summary>The lifecycle of a silo.</summary>
    public interface ISiloLifecycle : ILifecycleObservable
    {
        int HighestCompletedStage { get; }

        int LowestStoppedStage { get; }
    }

    /// <summary>The side of the silo's lifecycle that its host drives.</summary>
    public interface ISiloLifecycleSubject : ISiloLifecycle, ILifecycleObserver;
}

namespace Orleans.Hosting
{
    /// <summary>Adds startup tasks.</summary>
    public static class SiloBuilderStartupExtensions
    {
        /// <summary>Runs <typeparamref name="TStartup"/> in a stage of the silo's start; a failure fails the start.</summary>
        public static ISiloBuilder AddStartupTask<TStartup>(this ISiloBuilder builder, int stage = ServiceLifecycleStage.Active)
            where TStartup : class, IStartupTask =>
            builder.AddStartupTask((services, token) => ActivatorUtilities.GetServiceOrCreateInstance<TStartup>(services).Execute(token), stage);

        /// <inheritdoc cref="AddStartupTask{TStartup}"/>
        public static ISiloBuilder AddStartupTask(
            this ISiloBuilder builder, IStartupTask startupTask, int stage = ServiceLifecycleStage.Active) =>
            builder.AddStartupTask((_, token) => startupTask.Execute(token), stage);

        /// <inheritdoc cref="AddStartupTask{TStartup}"/>
        public static ISiloBuilder AddStartupTask(
            this ISiloBuilder builder,
            Func<IServiceProvider, CancellationToken, Task> startupTask,
            int stage = ServiceLifecycleStage.Active)
        {
            builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
                services => new StartupTask(services, startupTask, stage));
            return builder;
        }

        private sealed class StartupTask(IServiceProvider services, Func<IServiceProvider, CancellationToken, Task> task, int stage)
            : ILifecycleParticipant<ISiloLifecycle>
        {
            public void Participate(ISiloLifecycle lifecycle) =>
                lifecycle.Subscribe<StartupTask>(stage, token => task(services, token));
        }
    }
}
