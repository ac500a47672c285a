using System.Text;

namespace Sweep.Silo.Engines;

/// <summary>A line of a stream; of one that was too long, only the beginning.</summary>
/// <param name="Text">Without the line break.</param>
/// <param name="TooLong">The rest was thrown away.</param>
public readonly record struct BoundedLine(string Text, bool TooLong);

/// <summary>Lines of a stream that may send anything: a line without end costs bounded memory.</summary>
public sealed class BoundedLines(Stream stream, int longest)
{
    private const byte NewLine = (byte)'\n';
    private const int ShownOfTooLong = 200;

    public async IAsyncEnumerable<BoundedLine> Read()
    {
        var buffer = new byte[1 << 16];
        var line = new MemoryStream();
        var tooLong = false;
        int count;
        while ((count = await stream.ReadAsync(buffer)) > 0)
        {
            var start = 0;
            while (start < count)
            {
                var found = Array.IndexOf(buffer, NewLine, start, count - start);
                var end = found < 0 ? count : found;
                var room = longest - (int)line.Length;
                tooLong |= end - start > room;
                line.Write(buffer, start, Math.Min(end - start, room));
                start = end + 1;
                if (found >= 0)
                {
                    yield return Take(line, tooLong);
                    tooLong = false;
                }
            }
        }

        if (line.Length > 0)
        {
            yield return Take(line, tooLong);
        }
    }

    private static BoundedLine Take(MemoryStream line, bool tooLong)
    {
        var length = tooLong ? Math.Min((int)line.Length, ShownOfTooLong) : (int)line.Length;
        var text = Encoding.UTF8.GetString(line.GetBuffer(), 0, length).TrimEnd('\r');
        line.SetLength(0);
        return new BoundedLine(text, tooLong);
    }
}
