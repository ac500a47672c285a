using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace Sweep.Planning;

/// <summary>Chromium without a window: it opens a page, lets its script run and says what became of the document.</summary>
internal static partial class Browser
{
    public static string? Place { get; } = new[] { "chromium", "chromium-browser", "google-chrome" }
        .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    /// <summary>The document after the script has run, as markup.</summary>
    /// <param name="page">The file's text.</param>
    /// <param name="fragment">What stands after <c>#</c>.</param>
    public static async Task<string> Open(string page, string fragment)
    {
        var folder = Directory.CreateTempSubdirectory("sweep-report-").FullName;
        try
        {
            var file = Path.Combine(folder, "report.html");
            await File.WriteAllTextAsync(file, page);
            using var process = Process.Start(new ProcessStartInfo(
                Place!,
                ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", $"--user-data-dir={Path.Combine(folder, "profile")}", "--virtual-time-budget=2000", "--dump-dom", $"file://{file}#{fragment}"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            _ = await error;
            return await output;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What people read of markup: without tags, one space where several are.</summary>
    public static string TextOf(string markup) => Spaces().Replace(WebUtility.HtmlDecode(Tags().Replace(markup, " ")), " ").Trim();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

/// <summary>Skipped, with the reason, where there is no Chromium.</summary>
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Browser.Place is null ? "Chromium is not installed; the report's script cannot be run without it." : null;
}

/// <summary>Skipped, with the reason, where there is no Chromium.</summary>
internal sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Browser.Place is null ? "Chromium is not installed; the report's script cannot be run without it." : null;
}
