using System.Diagnostics;
using System.Globalization;

namespace Sweep.Bench.TrainingStep;

/// <summary>The same steps by PyTorch in a process of its own, which waits while it is not its turn.</summary>
internal sealed class PyTorchSteps : IDisposable
{
    private readonly Process _process;

    public PyTorchSteps(string python, int batch)
    {
        _process = Process.Start(new ProcessStartInfo(python)
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "training_step.py"), batch.ToString(CultureInfo.InvariantCulture) },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Version = Read();
    }

    public string Version { get; }

    /// <returns>Seconds for so many steps.</returns>
    public double Time(int steps)
    {
        _process.StandardInput.WriteLine(steps.ToString(CultureInfo.InvariantCulture));
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
        ?? throw new EndOfStreamException("The PyTorch process must answer each request with a line, but it ended. Is python3-torch installed?");
}
