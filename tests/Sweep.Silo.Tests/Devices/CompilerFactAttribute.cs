using System.Diagnostics;

namespace Sweep.Silo.Tests.Devices;

/// <summary>Skipped, with the reason, where there is no C++ compiler.</summary>
internal sealed class CompilerFactAttribute : FactAttribute
{
    private static readonly string? s_compiler = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, "g++")).FirstOrDefault(File.Exists);

    public CompilerFactAttribute()
    {
        if (s_compiler is null)
        {
            Skip = "g++ is not installed; the driver's library cannot be played without it.";
        }
    }

    public static void Run(IReadOnlyList<string> arguments)
    {
        using var compiler = Process.Start(new ProcessStartInfo(s_compiler!, arguments) { RedirectStandardError = true })!;
        var said = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        Assert.True(compiler.ExitCode == 0, said);
    }
}
