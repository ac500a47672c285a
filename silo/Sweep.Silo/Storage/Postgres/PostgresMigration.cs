using System.Globalization;
using System.Reflection;

namespace Sweep.Silo.Storage.Postgres;

/// <summary>One step of the schema, forward only: a file <c>NNNN-name.sql</c> beside this one, embedded.</summary>
public sealed record PostgresMigration(int Version, string Name, string Text)
{
    private const string Prefix = "Sweep.Silo.Storage.Postgres.";
    private const string Ending = ".sql";

    /// <summary>In order; versions count from 1 without gaps.</summary>
    public static IReadOnlyList<PostgresMigration> All { get; } = Read(typeof(PostgresMigration).Assembly);

    private static IReadOnlyList<PostgresMigration> Read(Assembly assembly) =>
    [
        .. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Ending, StringComparison.Ordinal))
            .Select(name => Read(assembly, name))
            .OrderBy(migration => migration.Version),
    ];

    private static PostgresMigration Read(Assembly assembly, string resource)
    {
        var name = resource[Prefix.Length..^Ending.Length];
        using var text = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return new(int.Parse(name.AsSpan(0, name.IndexOf('-', StringComparison.Ordinal)), CultureInfo.InvariantCulture), name, text.ReadToEnd());
    }
}
