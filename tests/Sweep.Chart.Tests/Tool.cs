using System.Diagnostics;

namespace Sweep.Chart.Tests;

/// <summary>What a program said and how it ended.</summary>
internal sealed record Said(int ExitCode, string Output, string Error)
{
    /// <returns>The output of a program that succeeded.</returns>
    public string Good()
    {
        Assert.True(ExitCode == 0, $"The program must succeed, but answered {ExitCode}: {Error}{Output}");
        return Output;
    }
}

/// <summary>Runs the programs that the chart is checked with.</summary>
internal static class Tool
{
    public const string Missing = "Helm, Node or Prometheus' promtool is missing; build/install-test-tools.sh installs them.";

    public static string? Node { get; } = Directory.Exists(Path.Combine(Checkout.Tools, "node_modules", "kubernetes-models")) ? Checkout.Program("node") : null;

    public static string? Promtool { get; } = Checkout.Program("promtool", "prometheus", "usr", "bin");

    public static bool AllThere { get; } = File.Exists(Helm.Path(3)) && File.Exists(Helm.Path(4)) && Node is not null && Promtool is not null;

    public static async Task<Said> Run(string program, IEnumerable<string> arguments, string? folder = null)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Checkout.Root,
            Environment = { ["HELM_CACHE_HOME"] = Path.GetTempPath(), ["KUBECONFIG"] = "/dev/null" },
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Said(process.ExitCode, await output, await error);
    }
}

/// <summary>Skipped, with the reason, where a tool is missing.</summary>
internal sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute()
    {
        if (!Tool.AllThere)
        {
            Skip = Tool.Missing;
        }
    }
}

/// <summary>Skipped, with the reason, where a tool is missing.</summary>
internal sealed class ToolTheoryAttribute : TheoryAttribute
{
    public ToolTheoryAttribute()
    {
        if (!Tool.AllThere)
        {
            Skip = Tool.Missing;
        }
    }
}
