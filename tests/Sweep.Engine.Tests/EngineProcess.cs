using System.Diagnostics;
using System.Runtime.InteropServices;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;

namespace Sweep.Engine.Tests;

/// <summary>A real engine process and its two streams.</summary>
internal sealed class EngineProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2); // only how long a broken test hangs

    private readonly Process _process;

    public EngineProcess(string? fault = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { "exec", Path.Combine(AppContext.BaseDirectory, "sweep-engine.dll") },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        if (fault is not null)
        {
            start.Environment["SWEEP_ENGINE_FAULT"] = fault;
        }

        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Errors.Add(line.Data ?? "");
        _process.BeginErrorReadLine();
    }

    public List<string> Errors { get; } = [];

    public void Send(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    public void Send(EngineRequest request) => Send(CanonicalJson.Serialize(request));

    /// <returns>Null at the end of the stream.</returns>
    public async Task<EngineEvent?> NextAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(s_patience);
        return line is null ? null : CanonicalJson.Deserialize<EngineEvent>(line);
    }

    /// <summary>Reads on to the next event of this type; the end of the stream or a failure of the stage breaks the test.</summary>
    public async Task<T> UntilAsync<T>()
        where T : EngineEvent
    {
        while (true)
        {
            switch (await NextAsync())
            {
                case T wanted:
                    return wanted;
                case null:
                    throw new EndOfStreamException($"The engine ended before a {typeof(T).Name}: {string.Join("\n", Errors)}");
                case FailedEvent failed:
                    throw new InvalidOperationException($"The engine failed before a {typeof(T).Name}: {failed.Failure.Message}");
            }
        }
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Sends SIGINT, as Ctrl+C in the terminal of its parent does.</summary>
    public void Interrupt() => Assert.Equal(0, Signal(_process.Id, 2));

    /// <summary>Ends the process's standard input, as the death of its parent does.</summary>
    public async Task<int> CloseAsync()
    {
        _process.StandardInput.Close();
        return await ExitAsync();
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(s_patience);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Signal(int process, int signal);
}
