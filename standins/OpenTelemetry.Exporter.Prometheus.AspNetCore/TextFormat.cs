using System.Globalization;
using System.Text;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>
/// Prometheus' text format (versions 0.0.4 and 1.0.0 are the same text where names are escaped). Metrics of one name from several meters
/// are one family: its lines stand together under one TYPE and one HELP.
/// </summary>
internal sealed class TextFormat(PrometheusAspNetCoreOptions options)
{
    private readonly StringBuilder _target = new();
    private readonly Dictionary<string, Family> _families = [];

    public void WriteTarget(Resource resource)
    {
        var labels = new Labels();
        foreach (var (key, value) in resource.Attributes)
        {
            labels.Add(PrometheusName.Label(key), value);
        }

        if (!labels.IsEmpty)
        {
            _target.Append("# TYPE target_info gauge\n# HELP target_info Target metadata\ntarget_info{").Append(labels).Append("} 1\n");
        }
    }

    public void Add(Metric metric)
    {
        var type = TypeOf(metric.MetricType);
        var name = PrometheusName.Of(metric.Name, metric.Unit, type == "counter", !options.DisableTotalNameSuffixForCounters);
        if (!_families.TryGetValue(name, out var family))
        {
            _families.Add(name, family = new Family(name, type));
        }

        if (family.Type != type)
        {
            return; // a name has one type: what came first stands
        }

        family.Help = family.Help.Length == 0 ? metric.Description : family.Help;
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var labels = LabelsOf(metric, point.Tags, isHistogram: type == "histogram");
            if (type == "histogram")
            {
                WriteHistogram(family, labels, in point);
            }
            else
            {
                Sample(family.Lines, name, labels.ToString(), ValueOf(metric.MetricType, in point));
            }
        }
    }

    public override string ToString()
    {
        var text = new StringBuilder().Append(_target);
        foreach (var family in _families.Values)
        {
            text.Append("# TYPE ").Append(family.Name).Append(' ').Append(family.Type).Append('\n');
            if (family.Help.Length > 0)
            {
                text.Append("# HELP ").Append(family.Name).Append(' ').Append(Labels.Escape(family.Help, quotes: false)).Append('\n');
            }

            text.Append(family.Lines);
        }

        return text.ToString();
    }

    private static string TypeOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.LongGauge or MetricType.DoubleGauge or MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic => "gauge",
        MetricType.Histogram => "histogram",
        _ => throw new NotSupportedException(
            $"The stand-in for OpenTelemetry.Exporter.Prometheus.AspNetCore writes sums, gauges and histograms of explicit buckets, but got a {type}; the package writes it."),
    };

    private static string ValueOf(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong().ToString(CultureInfo.InvariantCulture),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => Number(point.GetSumDouble()),
        MetricType.LongGauge => point.GetGaugeLastValueLong().ToString(CultureInfo.InvariantCulture),
        _ => Number(point.GetGaugeLastValueDouble()),
    };

    private static void WriteHistogram(Family family, Labels labels, in MetricPoint point)
    {
        var shared = labels.IsEmpty ? "" : labels + ",";
        long count = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            count += bucket.BucketCount;
            Sample(family.Lines, family.Name + "_bucket", $"{shared}le=\"{Number(bucket.ExplicitBound)}\"", count.ToString(CultureInfo.InvariantCulture));
        }

        Sample(family.Lines, family.Name + "_sum", labels.ToString(), Number(point.GetHistogramSum()));
        Sample(family.Lines, family.Name + "_count", labels.ToString(), point.GetHistogramCount().ToString(CultureInfo.InvariantCulture));
    }

    private static void Sample(StringBuilder lines, string name, string labels, string value) =>
        _ = labels.Length == 0
            ? lines.Append(name).Append(' ').Append(value).Append('\n')
            : lines.Append(name).Append('{').Append(labels).Append("} ").Append(value).Append('\n');

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture)
        : double.IsNaN(value) ? "NaN"
        : value > 0 ? "+Inf"
        : "-Inf";

    private Labels LabelsOf(Metric metric, ReadOnlyTagCollection tags, bool isHistogram)
    {
        var labels = new Labels();
        if (options.ScopeInfoEnabled)
        {
            labels.Add("otel_scope_name", metric.MeterName);
            if (!string.IsNullOrEmpty(metric.MeterVersion))
            {
                labels.Add("otel_scope_version", metric.MeterVersion);
            }

            foreach (var (key, value) in metric.MeterTags ?? [])
            {
                labels.Add(PrometheusName.Label("otel_scope_" + key), value);
            }
        }

        foreach (var (key, value) in tags)
        {
            var label = PrometheusName.Label(key);
            labels.Add(isHistogram && label == "le" ? "exported_le" : label, value);
        }

        return labels;
    }

    private sealed class Family(string name, string type)
    {
        public string Name => name;

        public string Type => type;

        public string Help { get; set; } = "";

        public StringBuilder Lines { get; } = new();
    }
}
