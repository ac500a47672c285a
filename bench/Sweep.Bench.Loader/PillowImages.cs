using System.Diagnostics;
using System.Globalization;

namespace Sweep.Bench.Loader;

/// <summary>The same work by Pillow and numpy in processes of their own, which wait while it is not their turn.</summary>
internal sealed class PillowImages : IDisposable
{
    private static readonly string s_script = Path.Combine(AppContext.BaseDirectory, "loader.py");

    private readonly Process _process;

    public PillowImages(string python, string folder, int workers)
    {
        _process = Process.Start(new ProcessStartInfo(python)
        {
            ArgumentList = { s_script, "serve", folder, workers.ToString(CultureInfo.InvariantCulture) },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Version = Read();
    }

    public string Version { get; }

    /// <summary>Writes so many JPEG photographs.</summary>
    public static void Make(string python, string folder, int images)
    {
        using var process = Process.Start(new ProcessStartInfo(python)
        {
            ArgumentList = { s_script, "make", folder, images.ToString(CultureInfo.InvariantCulture) },
        })!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{python} must be able to write the photographs, but ended with {process.ExitCode}. Are python3-pil and python3-numpy installed?");
        }
    }

    /// <returns>Seconds for so many images.</returns>
    public double Time(int images)
    {
        _process.StandardInput.WriteLine(images.ToString(CultureInfo.InvariantCulture));
        _process.StandardInput.Flush();
        return double.Parse(Read(), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Read() => _process.StandardOutput.ReadLine()
        ?? throw new EndOfStreamException("The Pillow process must answer each request with a line, but it ended. Are python3-pil and python3-numpy installed?");
}
