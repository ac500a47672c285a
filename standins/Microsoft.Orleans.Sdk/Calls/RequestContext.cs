namespace Orleans.Runtime;

/// <summary>Values that flow with grain calls to the callee and on, but not back.</summary>
public static class RequestContext
{
    private static readonly AsyncLocal<Dictionary<string, object>?> Values = new();

    public static IEnumerable<string> Keys => Values.Value?.Keys.ToArray() ?? [];

    public static IEnumerable<KeyValuePair<string, object>> Entries => Values.Value?.ToArray() ?? [];

    public static object? Get(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Values.Value?.GetValueOrDefault(key);
    }

    public static void Set(string key, object value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        // A fresh map each time: whoever holds the former one, such as a call on its way, keeps seeing what it saw.
        Values.Value = new(Values.Value ?? [], StringComparer.Ordinal) { [key] = value };
    }

    public static bool Remove(string key)
    {
        if (Values.Value?.ContainsKey(key) != true)
            return false;

        var rest = new Dictionary<string, object>(Values.Value, StringComparer.Ordinal);
        rest.Remove(key);
        Values.Value = rest.Count == 0 ? null : rest;
        return true;
    }

    public static void Clear() => Values.Value = null;

    internal static Dictionary<string, object>? Export() => Values.Value;

    internal static void Import(Dictionary<string, object>? values) => Values.Value = values;
}
