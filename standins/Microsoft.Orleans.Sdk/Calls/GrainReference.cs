using System.Reflection;
using Orleans.Calls;

namespace Orleans
{
    /// <summary>Marks the interface of a grain observer; observers need Microsoft.Orleans.Sdk itself.</summary>
    public interface IGrainObserver : Runtime.IAddressable;
}

namespace Orleans.Runtime
{
    /// <summary>A proxy of a grain: implements one of its interfaces and sends what is called.</summary>
    public class GrainReference : DispatchProxy, IAddressable, IEquatable<GrainReference>
    {
        private protected GrainReference()
        {
        }

        public GrainId GrainId { get; private set; }

        /// <summary>The full name of the interface this reference implements.</summary>
        public virtual string InterfaceName => Interface.Name;

        internal GrainCaller Runtime { get; private set; } = null!;

        internal InterfacePlan Interface { get; private set; } = null!;

        /// <summary>A reference to the same grain by another interface.</summary>
        public virtual TGrainInterface Cast<TGrainInterface>()
            where TGrainInterface : IAddressable => this.AsReference<TGrainInterface>();

        public bool Equals(GrainReference? other) => other is not null && GrainId.Equals(other.GrainId);

        public override bool Equals(object? obj) => Equals(obj as GrainReference);

        public override int GetHashCode() => GrainId.GetHashCode();

        public sealed override string ToString() => $"GrainReference:{GrainId}:{InterfaceName}";

        public static bool operator ==(GrainReference? reference1, GrainReference? reference2) =>
            reference1?.Equals(reference2) ?? reference2 is null;

        public static bool operator !=(GrainReference? reference1, GrainReference? reference2) => !(reference1 == reference2);

        internal static GrainReference Make(GrainCaller caller, GrainId id, InterfacePlan plan)
        {
            // The proxies of one interface differ in nothing that their constructor sets.
            var reference = (GrainReference)plan.Prototype.MemberwiseClone();
            reference.Runtime = caller;
            reference.GrainId = id;
            reference.Interface = plan;
            return reference;
        }

        internal static GrainReference MakePrototype(Type grainInterface) => (GrainReference)Create(grainInterface, typeof(GrainProxy));

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            Runtime.Invoke(this, Interface[targetMethod!], args ?? []);
    }

    /// <summary>What the generated proxies derive from.</summary>
    internal class GrainProxy : GrainReference
    {
        public GrainProxy()
        {
        }
    }
}
