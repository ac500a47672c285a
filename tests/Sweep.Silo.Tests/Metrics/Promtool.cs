using System.Diagnostics;

namespace Sweep.Silo.Tests.Metrics;

/// <summary>Prometheus' own linter, where it is installed.</summary>
internal static class Promtool
{
    public const string Missing = "promtool is not installed; build/install-test-tools.sh installs it.";

    public static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Append(System.IO.Path.Combine(ArtifactsFolder(), "test-tools", "prometheus", "usr", "bin"))
        .Select(folder => System.IO.Path.Combine(folder, "promtool"))
        .FirstOrDefault(File.Exists);

    /// <summary>Nothing to complain of in this scrape.</summary>
    public static async Task AssertClean(string exposition)
    {
        using var process = Process.Start(new ProcessStartInfo(Path ?? throw new InvalidOperationException(Missing), ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(exposition);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.Equal(["", ""], await said);
        Assert.Equal(0, process.ExitCode);
    }

    private static string ArtifactsFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Sweep.sln")))
            {
                return System.IO.Path.Combine(folder.FullName, "artifacts");
            }
        }

        return AppContext.BaseDirectory;
    }
}

/// <summary>Skipped, with the reason, where promtool is absent.</summary>
internal sealed class PromtoolFactAttribute : FactAttribute
{
    public PromtoolFactAttribute()
    {
        if (Promtool.Path is null)
        {
            Skip = Promtool.Missing;
        }
    }
}
