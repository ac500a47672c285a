using System.Diagnostics;
using System.Globalization;

namespace Sweep.Bench.TrainingStep;

/// <summary>The same steps by PyTorch in a process of its own, which waits while it is not its turn.</summary>
internal sealed class PyTorchSteps : IDisposable
{
    private readonly Process _process;

    public PyTorchSteps(Arguments arguments)
    {
        var start = new ProcessStartInfo(arguments.Python)
        {
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "training_step.py"),
                arguments.Net,
                arguments.Batch.ToString(CultureInfo.InvariantCulture),
                arguments.Threads.ToString(CultureInfo.InvariantCulture),
            },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        if (!arguments.SameAllocator)
        {
            foreach (var variable in start.Environment.Keys.Where(name => name.StartsWith("MALLOC_", StringComparison.Ordinal)).ToList())
            {
                start.Environment.Remove(variable);
            }
        }

        _process = Process.Start(start)!;
        Version = Read();
    }

    public string Version { get; }

    /// <summary>So many steps.</summary>
    public void Steps(int count)
    {
        _process.StandardInput.WriteLine(count.ToString(CultureInfo.InvariantCulture));
        _process.StandardInput.Flush();
        Read();
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
