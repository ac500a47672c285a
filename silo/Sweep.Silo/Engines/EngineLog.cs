using System.Text;

namespace Sweep.Silo.Engines;

/// <summary>An engine's standard error: appended to a file, its last lines kept for the message of a crash.</summary>
internal sealed class EngineLog(string path)
{
    private const int LinesKept = 20;
    private const int LongestLine = 4000;

    private readonly Queue<string> _tail = new();
    private readonly Lock _gate = new();

    public string Tail
    {
        get
        {
            lock (_gate)
            {
                return string.Join('\n', _tail);
            }
        }
    }

    /// <summary>Until the stream ends.</summary>
    public async Task Follow(Stream errors)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        await foreach (var line in new BoundedLines(errors, LongestLine).Read())
        {
            lock (_gate)
            {
                _tail.Enqueue(line.Text);
                if (_tail.Count > LinesKept)
                {
                    _tail.Dequeue();
                }
            }

            await Append(file, line.Text);
        }
    }

    private static async Task Append(FileStream file, string line)
    {
        try
        {
            await file.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));
            await file.FlushAsync();
        }
        catch (IOException)
        {
            // A full disk must not stop the reading: an engine whose pipe is full would hang. The tail is kept all the same.
        }
    }
}
