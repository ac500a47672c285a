using System.Diagnostics;
using System.Text;

namespace Sweep.Cluster.Tests;

/// <summary>A silo's process, which may or may not become ready.</summary>
internal sealed class BegunSilo(Process process, StringBuilder errors) : IAsyncDisposable
{
    private readonly Task<string?> _ready = process.StandardOutput.ReadLineAsync();

    /// <summary>Whether it has joined its cluster.</summary>
    public bool IsReady => _ready is { IsCompletedSuccessfully: true, Result: not null };

    /// <summary>What it has logged.</summary>
    public string Errors
    {
        get
        {
            lock (errors)
            {
                return errors.ToString();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        await _ready;
        process.Dispose();
    }
}
