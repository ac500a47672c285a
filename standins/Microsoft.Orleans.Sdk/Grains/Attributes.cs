using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans
{
    /// <summary>Members marked <see cref="IdAttribute"/> travel with calls.</summary>
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum)]
    public sealed class GenerateSerializerAttribute : Attribute
    {
        /// <summary>Whether parameters of a primary constructor travel without an id; by default those of records do.</summary>
        public bool IncludePrimaryConstructorParameters { get; init; }
    }

    /// <summary>The number of a member on the wire.</summary>
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Method
        | AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Parameter)]
    public sealed class IdAttribute(uint id) : Attribute
    {
        public uint Id { get; } = id;
    }

    /// <summary>Promises that values never change, so calls inside a silo need not copy them.</summary>
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Property | AttributeTargets.Field
        | AttributeTargets.Parameter | AttributeTargets.ReturnValue, Inherited = false)]
    public sealed class ImmutableAttribute : Attribute;

    /// <summary>A stable name for a type or method.</summary>
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Method
        | AttributeTargets.Interface, AllowMultiple = true)]
    public sealed class AliasAttribute(string alias) : Attribute
    {
        public string Alias { get; } = alias;
    }

    /// <summary>The response timeout of one method, as <c>"00:00:05"</c>.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class ResponseTimeoutAttribute(string timeout) : Attribute
    {
        public TimeSpan? Timeout { get; init; } = TimeSpan.Parse(timeout, CultureInfo.InvariantCulture);
    }

    /// <summary>The constructor the runtime uses to make a grain.</summary>
    [AttributeUsage(AttributeTargets.Constructor)]
    public sealed class OrleansConstructorAttribute : ActivatorUtilitiesConstructorAttribute;

    /// <summary>The grain type's name, the first half of its grains' ids.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class GrainTypeAttribute(string grainType) : Attribute
    {
        private readonly string _grainType = grainType;

        public GrainType GetGrainType(IServiceProvider services, Type type) => GrainType.Create(_grainType);
    }

    /// <summary>How long an activation of this class may idle before it is collected.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public class CollectionAgeLimitAttribute : Attribute
    {
        public static readonly TimeSpan MinAgeLimit = TimeSpan.FromMinutes(1);

        public CollectionAgeLimitAttribute()
        {
        }

        public CollectionAgeLimitAttribute(string inactivityPeriod)
        {
            var age = TimeSpan.Parse(inactivityPeriod, CultureInfo.InvariantCulture);
            Days = age.TotalDays;
        }

        public double Days { get; set; }

        public double Hours { get; set; }

        public double Minutes { get; set; }

        /// <summary>Whether activations are never collected.</summary>
        public bool AlwaysActive { get; set; }

        public TimeSpan AgeLimit
        {
            get
            {
                var age = TimeSpan.FromDays(Days) + TimeSpan.FromHours(Hours) + TimeSpan.FromMinutes(Minutes);
                return age < MinAgeLimit ? MinAgeLimit : age;
            }
        }
    }

    /// <summary>Activations of this class are never collected for idleness.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public class KeepAliveAttribute : Attribute;
}

namespace Orleans.Concurrency
{
    /// <summary>The method may run beside other read-only calls of the same activation.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class ReadOnlyAttribute : Attribute;

    /// <summary>The method may run beside any other call of the same activation. It stands on the interface's method.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class AlwaysInterleaveAttribute : Attribute;

    /// <summary>No answer is sent: the call ends for its caller when it is on its way.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class OneWayAttribute : Attribute;

    /// <summary>All calls of this grain class may interleave at their awaits.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class ReentrantAttribute : Attribute;

    /// <summary>Wraps a value that the sender promises never to change again.</summary>
    [GenerateSerializer]
    [Immutable]
    public readonly struct Immutable<T>(T value)
    {
        [Id(0)]
        public readonly T Value = value;
    }

    /// <summary>Makes <see cref="Immutable{T}"/>.</summary>
    public static class ImmutableExtensions
    {
        public static Immutable<T> AsImmutable<T>(this T value) => new(value);
    }
}
