using Orleans.Core;

namespace Orleans
{
    /// <summary>Marks attributes of constructor parameters that the runtime fills.</summary>
    public interface IFacetMetadata;
}

namespace Orleans.Runtime
{
    /// <summary>A named state of a grain, injected into its constructor and read before <c>OnActivateAsync</c>.</summary>
    public interface IPersistentState<TState> : IStorage<TState>;

    /// <summary>Which state, in which store.</summary>
    public interface IPersistentStateConfiguration
    {
        string StateName { get; }

        /// <summary>Null for the default store.</summary>
        string? StorageName { get; }
    }

    /// <summary>Marks the constructor parameter that takes a persistent state.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute, IFacetMetadata, IPersistentStateConfiguration
    {
        public string StateName { get; } = stateName;

        public string? StorageName { get; } = storageName;
    }
}
