using System.Diagnostics.Metrics;

namespace Sweep.Scheduling;

/// <summary>What kind of number a metric is.</summary>
public enum MetricForm
{
    /// <summary>Only grows while the silo lives.</summary>
    Counter,

    /// <summary>How it is now.</summary>
    Gauge,

    /// <summary>How often, how much in all, and how many were at most so large.</summary>
    Histogram,
}

/// <summary>One instrument of ours: what creates it, what its documentation is written from, and what bounds its series.</summary>
/// <param name="Name">Words separated by dots.</param>
/// <param name="Unit">In UCUM: <c>s</c>, <c>By</c>, <c>1</c>, or what is counted in braces.</param>
/// <param name="Description">One sentence; Prometheus shows it as HELP.</param>
public sealed record MetricDefinition(string Name, MetricForm Form, string Unit, string Description)
{
    /// <summary>The meter of all of them.</summary>
    public const string Meter = "Sweep";

    public IReadOnlyList<MetricLabel> Labels { get; init; } = [];

    /// <summary>Upper edges of a histogram's buckets, in <see cref="Unit"/>.</summary>
    public IReadOnlyList<double> Edges { get; init; } = [];

    /// <summary>The most series one silo can have of it; a histogram has a few lines more for each.</summary>
    public int SeriesLimit => Labels.Aggregate(1, (product, label) => product * label.Limit);

    public Counter<T> CreateCounter<T>(Meter meter)
        where T : struct => Of(meter, MetricForm.Counter).CreateCounter<T>(Name, Unit, Description);

    public Histogram<double> CreateHistogram(Meter meter) => Of(meter, MetricForm.Histogram).CreateHistogram(
        Name, Unit, Description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Edges });

    public void CreateGauge<T>(Meter meter, Func<IEnumerable<Measurement<T>>> observe)
        where T : struct => Of(meter, MetricForm.Gauge).CreateObservableGauge(Name, observe, Unit, Description);

    public void CreateObservedCounter<T>(Meter meter, Func<IEnumerable<Measurement<T>>> observe)
        where T : struct => Of(meter, MetricForm.Counter).CreateObservableCounter(Name, observe, Unit, Description);

    private Meter Of(Meter meter, MetricForm form)
    {
        ArgumentNullException.ThrowIfNull(meter);
        return Form == form ? meter : throw new InvalidOperationException($"{Name} must be created as the {Form} that its definition says, but is as a {form}.");
    }
}

/// <summary>A label whose values are known beforehand.</summary>
/// <param name="Values">All it may have; empty where only their number is bounded.</param>
/// <param name="Limit">How many values at most.</param>
public sealed record MetricLabel(string Name, IReadOnlyList<string> Values, int Limit)
{
    public static MetricLabel Of<TEnum>(string name)
        where TEnum : struct, Enum => Of(name, MetricWords<TEnum>.All);

    public static MetricLabel Of(string name, IReadOnlyList<string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new(name, values, values.Count);
    }
}
