using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sweep.Planning.Schema;

/// <summary>A length of time: a number and its unit, or as the canonical JSON writes it.</summary>
internal sealed partial record DurationRule : SpecRule
{
    private const string Pattern = @"^([0-9]{1,6}(\.[0-9]{1,6})?[smhd]|([0-9]{1,5}\.)?[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?)$";

    public override string Statement => "must be a length of time greater than 0 with its unit, for example 30s, 90m, 12h or 2d";

    protected override JsonNode? ReadValue(SpecNode node, string path, SpecReading reading) =>
        node is SpecScalar scalar && Read(scalar.Text) is { } time && time > TimeSpan.Zero
            ? JsonValue.Create(time.ToString("c", CultureInfo.InvariantCulture))
            : Refuse(node, path, reading);

    private static TimeSpan? Read(string text)
    {
        if (text.EndsWith('\n') || !Shape().IsMatch(text))
        {
            return null;
        }

        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var time) ? time : null;
        }

        var seconds = text[^1] switch { 's' => 1m, 'm' => 60m, 'h' => 3600m, _ => 86_400m };
        return new TimeSpan((long)(decimal.Parse(text[..^1], CultureInfo.InvariantCulture) * seconds * TimeSpan.TicksPerSecond));
    }

    public override JsonObject ToJsonSchema() => new() { ["type"] = "string", ["pattern"] = Pattern };

    [GeneratedRegex(Pattern)]
    private static partial Regex Shape();
}
