using System.CommandLine;
using Sweep.Planning;

namespace Sweep.Client.Commands;

/// <summary>Where the report goes.</summary>
internal static class ReportFile
{
    public static Option<string> Option() => new("--report")
    {
        Description = "File to write the report to.",
        HelpName = "file",
        DefaultValueFactory = _ => "report.html",
    };

    /// <summary>Whole or not at all: a reader never sees half a report.</summary>
    /// <returns>The absolute path.</returns>
    /// <exception cref="ClientException">The place cannot be written to.</exception>
    public static string Write(ExperimentResult result, string file) => Write(() => HtmlReport.Write(result), file, "--report");

    /// <param name="html">The page.</param>
    /// <param name="file">Where to.</param>
    /// <param name="option">What names the file, for messages.</param>
    public static string Write(Func<string> html, string file, string option)
    {
        var path = Path.GetFullPath(file);
        var temporary = FormattableString.Invariant($"{path}.{Environment.ProcessId}.new");
        try
        {
            File.WriteAllText(temporary, html());
            File.Move(temporary, path, overwrite: true);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }

            throw new ClientException(ExitCode.Error, $"The report must be written to a file, but '{path}' cannot be: {e.Message}", $"Name another with {option}.");
        }
    }
}
