using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Sweep.Engine.Tests;

/// <summary>PyTorch for Python and ONNX Runtime for Node, where <c>build/install-test-tools.sh</c> could install them.</summary>
internal static class OtherPrograms
{
    private static readonly Lazy<string?> s_python = new(() => new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(
        program => TryRun(program, ["-c", "import torch"], "") is { Code: 0 }));

    public static string Checkout { get; } = FindCheckout();

    /// <summary>A Python that has torch; null when there is none.</summary>
    public static string? Python => s_python.Value;

    /// <summary>Why a test is skipped; null when it is not.</summary>
    public static string? WithoutPython => Python is null ? "There is no python3 with torch; build/install-test-tools.sh installs python3-torch." : null;

    public static string NodeTools { get; } = Path.Combine(Checkout, "artifacts", "test-tools");

    public static bool HasOnnxRuntime => Directory.Exists(Path.Combine(NodeTools, "node_modules", "onnxruntime-node"));

    public static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "Tools", name);

    /// <summary>Runs a program to its end; its standard error is the message when it fails.</summary>
    public static void Run(string program, IEnumerable<string> arguments, object? input = null)
    {
        var (code, error) = TryRun(program, arguments, JsonSerializer.Serialize(input)) ?? (-1, "it could not be started");
        Assert.True(code == 0, $"{program} ended with exit code {code}: {error}");
    }

    private static (int Code, string Error)? TryRun(string program, IEnumerable<string> arguments, string input)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardError = true })!;
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, error);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static string FindCheckout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Sweep.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests must run inside a checkout.");
        }

        return folder.FullName;
    }
}

/// <summary>A test that compares with PyTorch for Python; skipped, saying so, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonTorchFactAttribute : FactAttribute
{
    public PythonTorchFactAttribute() => Skip = OtherPrograms.WithoutPython;
}

/// <summary>As <see cref="PythonTorchFactAttribute"/>, with cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonTorchTheoryAttribute : TheoryAttribute
{
    public PythonTorchTheoryAttribute() => Skip = OtherPrograms.WithoutPython;
}

/// <summary>A test that runs models in ONNX Runtime; skipped, saying so, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnnxRuntimeFactAttribute : FactAttribute
{
    public OnnxRuntimeFactAttribute() => Skip = OtherPrograms.HasOnnxRuntime
        ? null
        : "There is no ONNX Runtime in artifacts/test-tools; build/install-test-tools.sh installs onnxruntime-node.";
}
