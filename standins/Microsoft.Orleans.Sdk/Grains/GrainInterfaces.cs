using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>Anything that can be addressed by a grain call.</summary>
    public interface IAddressable;
}

namespace Orleans
{
    /// <summary>Marks a grain interface. Its methods return Task, Task&lt;T&gt;, ValueTask or ValueTask&lt;T&gt;.</summary>
    public interface IGrain : IAddressable;

    /// <summary>A grain whose key is a string.</summary>
    public interface IGrainWithStringKey : IGrain;

    /// <summary>A grain whose key is a 64-bit integer.</summary>
    public interface IGrainWithIntegerKey : IGrain;

    /// <summary>A grain whose key is a <see cref="Guid"/>.</summary>
    public interface IGrainWithGuidKey : IGrain;

    /// <summary>What the runtime asks of a grain class: its context and the two ends of its life.</summary>
    public interface IGrainBase
    {
        IGrainContext GrainContext { get; }

        Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

        Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
    }

    /// <summary>Makes references to grains. A reference is cheap and needs no activation to exist.</summary>
    public interface IGrainFactory
    {
        TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithGuidKey;

        TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithIntegerKey;

        TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
            where TGrainInterface : IGrainWithStringKey;

        IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey);

        TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
            where TGrainInterface : IAddressable;
    }

    /// <summary>A grain factory that belongs to a client of a cluster, or to a silo.</summary>
    public interface IClusterClient : IGrainFactory
    {
        IServiceProvider ServiceProvider { get; }
    }

    /// <summary>Asked after each failed attempt of a client to reach its cluster at start.</summary>
    public interface IClientConnectionRetryFilter
    {
        /// <returns>Whether to try again; the filter waits as long as it wants before it answers.</returns>
        Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken);
    }
}
