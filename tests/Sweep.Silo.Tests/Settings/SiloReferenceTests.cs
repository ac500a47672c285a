using System.Globalization;
using System.Text;
using Sweep.Silo.Settings;

namespace Sweep.Silo.Tests.Settings;

/// <summary><c>docs/reference/silo.md</c> is written from the table in code.</summary>
public sealed class SiloReferenceTests
{
    private const string File = "silo.md";

    /// <summary>After a change of the table: run this with SWEEP_WRITE_REFERENCE naming the folder docs/reference.</summary>
    [Fact]
    public void PublishedReference_IsTheTableInCode()
    {
        if (Environment.GetEnvironmentVariable("SWEEP_WRITE_REFERENCE") is { Length: > 0 } folder)
        {
            System.IO.File.WriteAllText(Path.Combine(folder, File), Write());
        }
        else
        {
            Assert.Equal(Write(), System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "reference", File)));
        }
    }

    [Fact]
    public void Flags_AreDistinctAndNamedAlike()
    {
        Assert.Equal(SiloFlags.Known.Length, SiloFlags.Known.Select(flag => flag.Flag).Distinct().Count());
        Assert.Equal(SiloFlags.Known.Length, SiloFlags.Known.Select(flag => flag.Variable).Distinct().Count());
        Assert.All(SiloFlags.Known, flag =>
        {
            Assert.Matches("^--[a-z]+(-[a-z]+)*$", flag.Flag);
            Assert.Matches("^[A-Z]+(_[A-Z]+)*$", flag.Variable);
            Assert.False(flag.Meaning.EndsWith('.'), flag.Flag);
        });
    }

    private static string Write()
    {
        var page = new StringBuilder().Append("""
            # Settings of a silo

            `sweep-silo` (`sweep silo` of the command) takes each of these as a flag, as a variable of its environment, or from a JSON file; a flag
            goes over a variable, a variable over the file. This page is written from the table `SiloFlags` by a test.

            The file is the one that `--settings` or `SWEEP_SETTINGS` names, else `appsettings.json` beside the silo where there is one. Its keys are
            the flags without `--`:

            ```json
            { "Silo": { "role": "worker", "membership": "azure", "azure": "@/etc/sweep/azure", "data": ["/data"], "drain-limit": "2m" } }
            ```

            A silo that finds a fault in its settings does not start. It names all of them at once, and exits with 2; values of secrets are never told. `sweep-silo --check` with
            the same settings starts nothing: it says whether they hold, writes a probe to each store and reads it back, and exits with 0, or with 1 when a store
            cannot be used.

            | flag | variable | value | meaning |
            |---|---|---|---|

            """);
        foreach (var flag in SiloFlags.Known)
        {
            page.Append(CultureInfo.InvariantCulture, $"| `{flag.Flag}` | `{flag.Variable}` | {flag.Unit} | {flag.Meaning} |\n");
        }

        return page.Append("""

            Times are `500ms`, `10s`, `5m` or `1h`. What may be given more than once is a list in the file; in a variable, devices are parted by commas and folders by
            colons. `@file` stands for the first line of a file, which keeps a secret out of the process list.

            In a pod, `POD_NAME` and `POD_IP` (from the downward API) stand in for `--name` and `--advertise` where nothing else is said, and the ports for
            silos and clients then listen on every address.

            """).ToString();
    }
}
