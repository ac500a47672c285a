using System.Diagnostics;

namespace Sweep.Monitoring.Tests;

/// <summary>This checkout, and programs of others that are installed beside it.</summary>
internal static class Tools
{
    public const string Missing = "Prometheus, node, TypeScript or Grafana's types are not installed; build/install-test-tools.sh installs them.";

    public static string Root { get; } = FindRoot();

    public static string? Prometheus { get; } = Find("prometheus");

    public static string? Promtool { get; } = Find("promtool");

    public static string? Node { get; } = Find("node");

    public static string Typescript => Path.Combine(Root, "artifacts", "test-tools", "node_modules", "typescript");

    public static string GrafanaTypes => Path.Combine(Root, "artifacts", "test-tools", "node_modules", "@grafana", "grafana-foundation-sdk", "dist");

    public static bool AreThere => Prometheus is not null && Promtool is not null && Node is not null && Directory.Exists(Typescript) && Directory.Exists(GrafanaTypes);

    /// <returns>The exit code and all that was said.</returns>
    public static async Task<(int Code, string Said)> Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(said));
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Append(Path.Combine(Root, "artifacts", "test-tools", "prometheus", "usr", "bin"))
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sweep.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"The tests must lie in a checkout with Sweep.sln, but {AppContext.BaseDirectory} does not.");
    }
}

/// <summary>Skipped, with the reason, where the tools are absent.</summary>
internal sealed class ToolsFactAttribute : FactAttribute
{
    public ToolsFactAttribute()
    {
        if (!Tools.AreThere)
        {
            Skip = Tools.Missing;
        }
    }
}
