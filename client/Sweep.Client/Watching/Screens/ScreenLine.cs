using System.Globalization;

namespace Sweep.Client.Watching.Screens;

/// <summary>How words stand out.</summary>
internal enum Ink
{
    Plain,
    Strong,
    Faint,
    Good,
    Busy,
    Warning,
    Bad,

    /// <summary>Where the cursor is.</summary>
    Chosen,
}

/// <summary>A line of a screen: never wider than it may be.</summary>
internal sealed class ScreenLine
{
    private readonly int _most;
    private readonly Alphabet _alphabet;
    private readonly List<(string Text, Ink Ink)> _parts = [];

    /// <param name="most">Cells that it may take.</param>
    /// <param name="alphabet">What it is written in.</param>
    public ScreenLine(int most, Alphabet alphabet) => (_most, _alphabet) = (most, alphabet);

    public IReadOnlyList<(string Text, Ink Ink)> Parts => _parts;

    /// <summary>Cells taken so far.</summary>
    public int Width { get; private set; }

    /// <summary>As much of it as fits.</summary>
    public ScreenLine Put(string text, Ink ink = Ink.Plain)
    {
        var shown = _alphabet.Cut(_alphabet.Of(text), _most - Width);
        if (shown.Length > 0)
        {
            _parts.Add((shown, ink));
            Width += Alphabet.WidthOf(shown);
        }

        return this;
    }

    /// <summary>All of it or nothing.</summary>
    public ScreenLine PutWhole(string text, Ink ink = Ink.Plain) => Alphabet.WidthOf(_alphabet.Of(text)) <= _most - Width ? Put(text, ink) : this;

    /// <summary>Blanks up to a column; none when it is past it.</summary>
    public ScreenLine PadTo(int column) => column > Width ? Put(new string(' ', Math.Min(column, _most) - Width)) : this;

    /// <summary>At the right end, if there is room for all of it and a blank.</summary>
    public ScreenLine PutRight(string text, Ink ink = Ink.Plain)
    {
        var width = Alphabet.WidthOf(_alphabet.Of(text));
        return Width + 1 + width <= _most ? PadTo(_most - width).Put(text, ink) : this;
    }

    /// <summary>What another line says.</summary>
    public ScreenLine Put(ScreenLine other)
    {
        foreach (var (text, ink) in other._parts)
        {
            Put(text, ink);
        }

        return this;
    }

    /// <summary>The same in one ink, to its end.</summary>
    public ScreenLine As(Ink ink)
    {
        var line = new ScreenLine(_most, _alphabet);
        line.Put(ToString(), ink).PutRest(ink);
        return line;
    }

    /// <summary>Rules and fills, to the end.</summary>
    public ScreenLine PutRule(Ink ink) => Width < _most ? Put(new string('─', _most - Width), ink) : this;

    public override string ToString() => string.Concat(_parts.Select(part => part.Text));

    private void PutRest(Ink ink)
    {
        if (Width < _most)
        {
            Put(new string(' ', _most - Width), ink);
        }
    }
}

/// <summary>What lines are written on.</summary>
/// <param name="Width">Cells of a line.</param>
/// <param name="Alphabet">Characters that can be shown.</param>
internal sealed record Paper(int Width, Alphabet Alphabet)
{
    public ScreenLine Line() => new(Width, Alphabet);

    public ScreenLine Line(string text, Ink ink = Ink.Plain) => Line().Put(text, ink);

    /// <summary>A heading over a part of the screen, with a word on it at the right.</summary>
    public ScreenLine Title(string name, string words = "")
    {
        var line = Line().Put("─ ", Ink.Faint).Put(name, Ink.Strong).Put(" ", Ink.Faint);

        // Where not all of it fits, its first part does for the whole.
        var said = new[] { words, words.Split([',', ';'])[0] }.FirstOrDefault(some => Alphabet.WidthOf(Alphabet.Of(some)) <= Width - line.Width - 4) ?? "";
        if (said.Length > 0)
        {
            line.Put(new string('─', Width - line.Width - Alphabet.WidthOf(Alphabet.Of(said)) - 3), Ink.Faint).Put($" {said} ", Ink.Faint);
        }

        return line.PutRule(Ink.Faint);
    }

    /// <summary>A text over several lines, broken between words, and inside those that are longer than a line.</summary>
    public IEnumerable<ScreenLine> Wrapped(string text, Ink ink = Ink.Plain, int indent = 2)
    {
        var line = Line();
        var isEmpty = true;
        foreach (var word in Alphabet.Of(text).Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(word => Pieces(word, Math.Max(1, Width - indent))))
        {
            if (!isEmpty && line.Width + 1 + Alphabet.WidthOf(word) > Width)
            {
                yield return line;
                (line, isEmpty) = (Line().PadTo(indent), true);
            }

            line.Put(isEmpty ? word : " " + word, ink);
            isEmpty = false;
        }

        yield return line;
    }

    private static IEnumerable<string> Pieces(string word, int most)
    {
        var piece = "";
        for (var elements = StringInfo.GetTextElementEnumerator(word); elements.MoveNext();)
        {
            var element = elements.GetTextElement();
            if (piece.Length > 0 && Alphabet.WidthOf(piece) + Alphabet.WidthOf(element) > most)
            {
                yield return piece;
                piece = "";
            }

            piece += element;
        }

        yield return piece;
    }
}

/// <summary>Cells of a terminal.</summary>
internal readonly record struct ScreenSize(int Width, int Height);
