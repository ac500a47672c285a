namespace Azure.Data.Tables;

/// <summary>Where a connection string's tables are.</summary>
internal static class TableConnectionString
{
    private const string Development = "http://127.0.0.1:10002/devstoreaccount1";

    /// <exception cref="FormatException">The text is no connection string.</exception>
    public static Uri Endpoint(string text)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !settings.TryAdd(part[..equals], part[(equals + 1)..]))
            {
                throw new FormatException("Settings must be of the form \"name=value\", each name once.");
            }
        }

        if (settings.TryGetValue("UseDevelopmentStorage", out var development) && development.Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            return new Uri(Development);
        }

        if (settings.TryGetValue("TableEndpoint", out var endpoint))
        {
            return new Uri(endpoint);
        }

        return settings.TryGetValue("AccountName", out var account) && account.Length > 0
            ? new Uri($"{settings.GetValueOrDefault("DefaultEndpointsProtocol", "https")}://{account}.table.{settings.GetValueOrDefault("EndpointSuffix", "core.windows.net")}")
            : throw new FormatException("No valid combination of account information found.");
    }
}
