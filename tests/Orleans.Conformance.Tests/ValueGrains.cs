using System.Collections.Immutable;
using Orleans.Conformance.Tests.Json;

namespace Orleans.Conformance.Tests.Json
{
    /// <summary>Travels as JSON, by the test's serializer configuration.</summary>
    public sealed record Order(string Name, IReadOnlyList<int> Parts, double Weight, OrderKind Kind)
    {
        public List<string> Notes { get; init; } = [];
    }

    /// <summary>Promises that it never changes, whatever is in it.</summary>
    [Immutable]
    public sealed record Deed(string Name)
    {
        public List<string> Witnesses { get; init; } = [];
    }

    public enum OrderKind
    {
        Plain,
        Urgent,
    }

    public abstract record Shape(string Colour);

    public sealed record Circle(string Colour, double Radius) : Shape(Colour);

    public sealed record Square(string Colour, double Side) : Shape(Colour);
}

namespace Orleans.Conformance.Tests
{
    [GenerateSerializer]
    public sealed class Parcel
    {
        [NonSerialized]
        private string? _private;

        [Id(0)]
        public string Label { get; set; } = string.Empty;

        [Id(1)]
        public List<int> Items { get; set; } = [];

        [Id(2)]
        public Dictionary<string, DateTimeOffset> Stamps { get; set; } = [];

        /// <summary>Has no id and stays behind.</summary>
        public string? Private
        {
            get => _private;
            set => _private = value;
        }
    }

    [GenerateSerializer]
    public sealed record Address(string Street, int Number);

    /// <summary>Nobody can serialize it.</summary>
    public sealed class Stowaway
    {
        public int Value { get; set; }
    }

    /// <summary>Has a member that nobody can serialize.</summary>
    [GenerateSerializer]
    public sealed class Crate
    {
        [Id(0)]
        public Stowaway? Stowaway { get; set; }
    }

    /// <summary>Not marked: it does not leave its process.</summary>
    public sealed class LocalException(string message) : Exception(message);

    [GenerateSerializer]
    public sealed class OutOfStockException : Exception
    {
        public OutOfStockException()
        {
        }

        public OutOfStockException(string message, int missing)
            : base(message) => Missing = missing;

        [Id(0)]
        public int Missing { get; set; }
    }

    public interface IValueGrain : IGrainWithStringKey
    {
        Task<Parcel> Echo(Parcel parcel);

        Task<Address> Echo(Address address);

        Task<Order> Echo(Order order);

        Task<Shape> Echo(Shape shape);

        Task<Deed> Echo(Deed deed);

        Task<(int, string?, Guid)> Echo(int number, string? text, Guid id);

        Task<ImmutableDictionary<string, TimeSpan>> Echo(ImmutableDictionary<string, TimeSpan> map);

        Task<double[]> Echo(double[] numbers);

        Task<object?> EchoObject(object? value);

        Task<IValueGrain> Echo(IValueGrain grain);

        Task Keep(List<int> items);

        Task<List<int>> Kept();

        Task KeepOrder(Order order);

        Task<Order> KeptOrder();

        Task Fail(string message);

        Task FailOutOfStock(int missing);

        Task FailWithInner(string message);

        Task FailUnmarked();

        Task FailWithBoth();

        ValueTask<int> Square(int number);
    }

    public interface IStowawayGrain : IGrainWithStringKey
    {
        Task<int> Take(Stowaway stowaway);

        Task<int> TakeAny(object value);
    }

    public class StowawayGrain : Grain, IStowawayGrain
    {
        public Task<int> Take(Stowaway stowaway) => Task.FromResult(stowaway.Value);

        public Task<int> TakeAny(object value) => Task.FromResult(value.GetHashCode());
    }

    public interface IAnythingGrain : IGrainWithStringKey
    {
        Task<string> Take(object value);

        Task<object> Give();
    }

    public class AnythingGrain : Grain, IAnythingGrain
    {
        public Task<string> Take(object value) => Task.FromResult(value.ToString()!);

        public Task<object> Give() => Task.FromResult<object>(new Stowaway());
    }

    public class ValueGrain : Grain, IValueGrain
    {
        private List<int> _kept = [];
        private Order? _order;

        public Task<Parcel> Echo(Parcel parcel) => Task.FromResult(parcel);

        public Task<Address> Echo(Address address) => Task.FromResult(address);

        public Task<Order> Echo(Order order) => Task.FromResult(order);

        public Task<Shape> Echo(Shape shape) => Task.FromResult(shape);

        public Task<Deed> Echo(Deed deed) => Task.FromResult(deed);

        public Task<(int, string?, Guid)> Echo(int number, string? text, Guid id) => Task.FromResult((number, text, id));

        public Task<ImmutableDictionary<string, TimeSpan>> Echo(ImmutableDictionary<string, TimeSpan> map) => Task.FromResult(map);

        public Task<double[]> Echo(double[] numbers) => Task.FromResult(numbers);

        public Task<object?> EchoObject(object? value) => Task.FromResult(value);

        public Task<IValueGrain> Echo(IValueGrain grain) => Task.FromResult(grain);

        public Task Keep(List<int> items)
        {
            _kept = items;
            return Task.CompletedTask;
        }

        public Task<List<int>> Kept() => Task.FromResult(_kept);

        public Task KeepOrder(Order order)
        {
            _order = order;
            return Task.CompletedTask;
        }

        public Task<Order> KeptOrder() => Task.FromResult(_order!);

        public async Task Fail(string message)
        {
            await Task.Yield();
            throw new InvalidOperationException(message);
        }

        public Task FailOutOfStock(int missing) => throw new OutOfStockException($"{missing} are missing", missing);

        public Task FailWithInner(string message) => throw new IOException("outer", new ArgumentException(message));

        public Task FailUnmarked() => throw new LocalException("unmarked");

        public Task FailWithBoth() => throw new AggregateException("both", new IOException("first"), new TimeoutException("second"));

        public ValueTask<int> Square(int number) => new(number * number);
    }
}
