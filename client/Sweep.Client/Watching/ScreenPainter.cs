using System.Globalization;
using System.Text;
using Sweep.Client.Watching.Screens;

namespace Sweep.Client.Watching;

/// <summary>
/// Puts lines on a terminal's second screen, each frame in one write and only the lines that changed, so that nothing flickers. What was on the terminal
/// before is there again afterwards.
/// </summary>
internal sealed class ScreenPainter(TextWriter writer, bool coloured)
{
    /// <summary>Characters that a frame of a large terminal takes: a writer with room for them writes it at once.</summary>
    public const int FrameSize = 32 * 1024;

    private const string Escape = "\u001b[";

    /// <summary>Second screen, no cursor, nothing wraps.</summary>
    private const string Begin = Escape + "?1049h" + Escape + "?25l" + Escape + "?7l" + Escape + "2J";

    /// <summary>All that <see cref="Begin"/> has set, and the keys as .NET found them: it asks for other codes before it reads the first.</summary>
    private const string End = Escape + "0m" + Escape + "?7h" + Escape + "?1l" + "\u001b>" + Escape + "?25h" + Escape + "?1049l";

    private readonly Lock _lock = new();
    private IReadOnlyList<string>? _shown;
    private ScreenSize _size;
    private bool _isOut = true;
    private bool _isAway;
    private bool _isClosed;

    public void Draw(IReadOnlyList<ScreenLine> lines, ScreenSize size)
    {
        lock (_lock)
        {
            if (_isAway || _isClosed)
            {
                return;
            }

            var frame = new StringBuilder();
            if (_isOut)
            {
                frame.Append(Begin);
                (_isOut, _shown) = (false, null);
            }

            if (_shown is null || size != _size)
            {
                frame.Append(Escape).Append("2J");
                _shown = null;
            }

            var texts = lines.Select(Text).ToList();
            for (var row = 0; row < texts.Count; row++)
            {
                if (_shown is null || row >= _shown.Count || _shown[row] != texts[row])
                {
                    frame.Append(CultureInfo.InvariantCulture, $"{Escape}{row + 1};1H{Escape}2K{texts[row]}");
                }
            }

            (_shown, _size) = (texts, size);
            Write(frame.ToString());
        }
    }

    /// <summary>Gives the terminal back until <see cref="Return"/>.</summary>
    public void StepOut()
    {
        lock (_lock)
        {
            _isAway = true;
            GiveBack();
        }
    }

    /// <summary>Others may have had the terminal: the next drawing begins anew.</summary>
    public void Return()
    {
        lock (_lock)
        {
            (_isAway, _isOut) = (false, true);
        }
    }

    /// <summary>Gives the terminal back for good.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            GiveBack();
        }
    }

    private void GiveBack()
    {
        if (!_isOut)
        {
            _isOut = true;
            Write(End);
        }
    }

    private void Write(string text)
    {
        if (text.Length > 0)
        {
            writer.Write(text);
            writer.Flush();
        }
    }

    private string Text(ScreenLine line) => string.Concat(line.Parts.Select(part => Code(part.Ink) is { } code ? $"{Escape}{code}m{part.Text}{Escape}0m" : part.Text));

    /// <summary>Colours of the terminal's own palette, which its owner can read; without colour what matters is still bold or turned round.</summary>
    private string? Code(Ink ink) => ink switch
    {
        Ink.Strong => "1",
        Ink.Chosen => "7",
        Ink.Faint => "2",
        Ink.Bad => coloured ? "31" : "1",
        _ when !coloured => null,
        Ink.Good => "32",
        Ink.Busy => "36",
        Ink.Warning => "33",
        _ => null,
    };
}
