using System.Globalization;
using System.Text;

namespace Sweep.Client.Tests.Terminals;

/// <summary>As much of a terminal as <c>sweep</c> needs: two screens, a cursor, and what moves and erases.</summary>
internal sealed class VtScreen
{
    private readonly StringBuilder _sequence = new();
    private char[][] _cells;
    private char[][]? _normal;
    private (int Row, int Column) _normalAt;
    private int _row;
    private int _column;

    public VtScreen(int width, int height) => (Width, Height, _cells) = (width, height, Blank(width, height));

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>Whether the second screen is shown.</summary>
    public bool IsSecond => _normal is not null;

    public bool HasCursor { get; private set; } = true;

    public bool Wraps { get; private set; } = true;

    /// <summary>Whether arrows send the codes of applications.</summary>
    public bool HasApplicationKeys { get; private set; }

    /// <summary>Colours and the like that were asked for, such as <c>31</c>.</summary>
    public HashSet<string> Styles { get; } = [];

    /// <summary>Whether a line was longer than the screen is wide.</summary>
    public bool Overran { get; set; }

    public IReadOnlyList<string> Lines => [.. _cells.Select(row => new string(row).TrimEnd())];

    public void Resize(int width, int height)
    {
        (Width, Height, _cells) = (width, height, Resized(_cells, width, height));
        (_row, _column) = (Math.Min(_row, height - 1), Math.Min(_column, width));
        if (_normal is not null)
        {
            _normal = Resized(_normal, width, height);
            _normalAt = (Math.Min(_normalAt.Row, height - 1), Math.Min(_normalAt.Column, width));
        }
    }

    public void Write(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (_sequence.Length > 0 || character == '\u001b')
            {
                _sequence.Append(character);
                Obey();
            }
            else
            {
                Show(character);
            }
        }
    }

    public override string ToString() => string.Join('\n', Lines).TrimEnd();

    private static char[][] Resized(char[][] cells, int width, int height) =>
        [.. Enumerable.Range(0, height).Select(row => (row < cells.Length ? new string(cells[row]) : "").PadRight(width)[..width].ToCharArray())];

    private static char[][] Blank(int width, int height) => [.. Enumerable.Range(0, height).Select(_ => new string(' ', width).ToCharArray())];

    private void Show(char character)
    {
        switch (character)
        {
            case '\r':
                _column = 0;
                return;
            case '\n':
                Down();
                return;
            case < ' ':
                return;
        }

        if (_column >= Width)
        {
            if (!Wraps)
            {
                Overran = true;
                return;
            }

            _column = 0;
            Down();
        }

        _cells[_row][_column++] = character;
    }

    private void Down()
    {
        if (_row < Height - 1)
        {
            _row++;
            return;
        }

        Array.Copy(_cells, 1, _cells, 0, Height - 1);
        _cells[^1] = new string(' ', Width).ToCharArray();
    }

    /// <summary>Once the sequence is whole.</summary>
    private void Obey()
    {
        var text = _sequence.ToString();
        if (text.Length < 2)
        {
            return;
        }

        if (text[1] is '(' or ')')
        {
            if (text.Length == 3)
            {
                _sequence.Clear();
            }

            return;
        }

        if (text[1] != '[')
        {
            _sequence.Clear();
            return;
        }

        if (text.Length == 2 || text[^1] is not (>= '@' and <= '~'))
        {
            return;
        }

        _sequence.Clear();
        var parameters = text[2..^1];
        switch (text[^1])
        {
            case 'H':
                var place = parameters.Split(';');
                (_row, _column) = (Math.Clamp(Number(place[0]) - 1, 0, Height - 1), Math.Clamp(Number(place.ElementAtOrDefault(1)) - 1, 0, Width - 1));
                break;
            case 'J' when parameters == "2":
                _cells = Blank(Width, Height);
                break;
            case 'K' when parameters == "2":
                Array.Fill(_cells[_row], ' ');
                break;
            case 'm':
                Styles.UnionWith(parameters.Split(';'));
                break;
            case 'h' or 'l':
                Set(parameters, text[^1] == 'h');
                break;
        }
    }

    private void Set(string mode, bool on)
    {
        switch (mode)
        {
            case "?25":
                HasCursor = on;
                break;
            case "?1":
                HasApplicationKeys = on;
                break;
            case "?7":
                Wraps = on;
                break;
            case "?1049" when on && _normal is null:
                (_normal, _normalAt, _cells) = (_cells, (_row, _column), Blank(Width, Height));
                break;
            case "?1049" when !on && _normal is not null:
                (_cells, _normal) = (_normal, null);
                (_row, _column) = _normalAt;
                break;
        }
    }

    private static int Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 1;
}
