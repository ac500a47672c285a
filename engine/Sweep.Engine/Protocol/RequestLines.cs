namespace Sweep.Engine.Protocol;

/// <summary>Lines of a stream, none of them longer than a limit: whoever writes nonsense cannot make us take all memory.</summary>
public sealed class RequestLines(Stream stream, int longest = RequestLines.DefaultLongest)
{
    /// <summary>In bytes. A recipe of a large net takes a few kilobytes.</summary>
    public const int DefaultLongest = 1 << 20;

    private readonly byte[] _buffer = new byte[1 << 14];
    private int _start;
    private int _end;

    /// <returns>False at the end of the stream. <paramref name="line"/> is null when it was too long; it is skipped to its end.</returns>
    public bool Read(out string? line)
    {
        using var bytes = new MemoryStream();
        var tooLong = false;
        while (true)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = stream.Read(_buffer, 0, _buffer.Length);
                if (_end <= 0)
                {
                    _end = 0;
                    line = tooLong ? null : Text(bytes);
                    return tooLong || bytes.Length > 0;
                }
            }

            var newline = Array.IndexOf(_buffer, (byte)'\n', _start, _end - _start);
            var stop = newline < 0 ? _end : newline;
            tooLong |= bytes.Length + stop - _start > longest;
            if (!tooLong)
            {
                bytes.Write(_buffer, _start, stop - _start);
            }

            _start = newline < 0 ? stop : stop + 1;
            if (newline >= 0)
            {
                line = tooLong ? null : Text(bytes);
                return true;
            }
        }
    }

    private static string Text(MemoryStream bytes) => System.Text.Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length).TrimEnd('\r');
}
