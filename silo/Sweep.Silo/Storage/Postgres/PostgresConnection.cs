using Npgsql;

namespace Sweep.Silo.Storage.Postgres;

/// <summary>The connection string as silos use it: an operator's words, and ours where there are none.</summary>
internal static class PostgresConnection
{
    /// <summary>
    /// A server out of reach must fail within a silo's response timeout, or a call would end unanswered before its fault is known.
    /// </summary>
    private static readonly (string Key, object Value)[] s_defaults =
    [
        ("Application Name", "sweep"),
        ("Timeout", 5),
        ("Command Timeout", 8),
        ("Cancellation Timeout", 1000),
        ("Tcp Keepalive", true),
        ("Tcp Keepalive Time", 10),
        ("Tcp Keepalive Interval", 5),
    ];

    /// <param name="connectionString">What <c>--postgres</c> says; null if it is missing.</param>
    /// <exception cref="PostgresRefusedException">It is no connection string, or names no server. The message does not tell it: it holds a password.</exception>
    public static string Complete(string? connectionString)
    {
        try
        {
            var words = new NpgsqlConnectionStringBuilder(connectionString);
            foreach (var (key, value) in s_defaults)
            {
                if (!words.ShouldSerialize(key))
                {
                    words[key] = value;
                }
            }

            return string.IsNullOrWhiteSpace(words.Host)
                ? throw new PostgresRefusedException("--postgres must name a server (Host=…), but does not.", null)
                : words.ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            throw new PostgresRefusedException($"--postgres must be a connection string such as Host=…;Database=…;Username=…;Password=…, but: {e.Message}", e);
        }
    }
}
