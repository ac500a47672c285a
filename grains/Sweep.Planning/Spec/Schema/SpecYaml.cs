using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sweep.Planning.Schema;

/// <summary>
/// Text to <see cref="SpecNode"/>s with positions. Refuses what a sweep file has no use for and what makes YAML dangerous or
/// surprising: aliases (which can explode), tags, duplicate keys, several documents, great depth, great size.
/// </summary>
internal sealed class SpecYaml
{
    /// <summary>A megabyte of sweep file is an accident.</summary>
    public const int LargestText = 256 * 1024;

    private const int GreatestDepth = 12;

    /// <summary>Brackets open at once that the parser is shown: the time it takes grows with the square of them. Those in texts count, too.</summary>
    private const int MostBrackets = 4096;

    private readonly string _text;
    private readonly Parser _parser;
    private readonly FaultList _faults;

    private SpecYaml(string text, FaultList faults)
    {
        _text = text;
        _parser = new Parser(new StringReader(text));
        _faults = faults;
    }

    /// <returns>Null when the text has no readable document; the faults say why.</returns>
    public static SpecNode? Parse(string text, FaultList faults)
    {
        var start = new Place(1, 1);
        if (text.Length > LargestText)
        {
            faults.AddBroken(start, "", $"a sweep file has at most {LargestText} characters, but this one has {text.Length}");
            return null;
        }

        if (text.IndexOf('\0') is >= 0 and var nul)
        {
            faults.AddBroken(PlaceAt(text, nul), "", "a sweep file is text, but this one has a NUL character");
            return null;
        }

        if (FirstTooDeep(text) is { } deep)
        {
            faults.AddBroken(PlaceAt(text, deep), "", $"a sweep file is at most {GreatestDepth} levels deep, but here more than {MostBrackets} brackets are open");
            return null;
        }

        var reader = new SpecYaml(text, faults);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException e)
        {
            reader.AddSyntaxFault(e.Start, e.End, e.Message);
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet's scanner lets these escape on some malformed scalars and escapes, without a place of their own.
            var last = reader._parser.Current?.End ?? Mark.Empty;
            reader.AddSyntaxFault(last, last, "a value is malformed after this");
            return null;
        }
    }

    private void AddSyntaxFault(Mark start, Mark end, string message)
    {
        var lines = _text.Split('\n');
        for (var line = (int)start.Line; line <= Math.Min((int)end.Line + 1, lines.Length); line++)
        {
            if (lines[line - 1].TakeWhile(char.IsWhiteSpace).Contains('\t'))
            {
                _faults.AddBroken(new Place(line, 1), "", "lines are indented with spaces, but this one begins with a tab");
                return;
            }
        }

        var place = PlaceOf(start);
        var inside = place.Line <= lines.Length ? place : new Place(lines.Length, lines[^1].Length + 1);
        _faults.AddBroken(inside, "", $"the file must be YAML, but: {message}");
    }

    private SpecNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out var end))
        {
            _faults.AddBroken(new Place(1, 1), "", "a sweep file must have at least a name, a model, data and a space, but this one is empty");
            return null;
        }

        _parser.Consume<DocumentStart>();
        var root = ReadNode("", depth: 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var next))
        {
            _faults.Add(PlaceOf(next.Start), "", "a sweep file is one document, but here begins another");
        }

        return root;
    }

    private SpecNode ReadNode(string path, int depth)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Refuse(PlaceOf(alias.Start), path, $"values must be written out, but this is the alias {FaultList.Show(alias.Value.Value)}");
        }

        var node = _parser.Current as NodeEvent
            ?? throw new YamlException(_parser.Current!.Start, _parser.Current.End, "a value is missing");
        var place = PlaceOf(node.Start);
        if (!node.Anchor.IsEmpty)
        {
            _faults.Add(place, path, $"values must be written out, but this names the anchor {FaultList.Show(node.Anchor.Value)}");
        }

        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
        {
            _faults.Add(place, path, $"values need no tag, but this has {FaultList.Show(node.Tag.Value)}");
        }

        if (depth > GreatestDepth)
        {
            _parser.SkipThisAndNestedEvents();
            return Refuse(place, path, $"a sweep file is at most {GreatestDepth} levels deep, but here begins another");
        }

        return node switch
        {
            Scalar => ReadScalar(),
            SequenceStart => ReadList(path, depth),
            _ => ReadMap(path, depth),
        };
    }

    private SpecScalar ReadScalar()
    {
        var scalar = _parser.Consume<Scalar>();
        return new SpecScalar(PlaceOf(scalar.Start), scalar.Value, Quoted: scalar.Style != ScalarStyle.Plain);
    }

    private SpecList ReadList(string path, int depth)
    {
        var start = _parser.Consume<SequenceStart>();
        var items = new List<SpecNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(SpecPath.Item(path, items.Count), depth + 1));
        }

        return new SpecList(PlaceOf(start.Start), items);
    }

    private SpecMap ReadMap(string path, int depth)
    {
        var start = _parser.Consume<MappingStart>();
        var entries = new List<SpecEntry>();
        var seen = new Dictionary<string, Place>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (ReadKey(path) is not { } key)
            {
                continue;
            }

            var place = PlaceOf(key.Start);
            var value = ReadNode(SpecPath.Key(path, key.Value), depth + 1);
            if (seen.TryGetValue(key.Value, out var first))
            {
                _faults.Add(place, SpecPath.Key(path, key.Value), $"a key stands once, but line {first.Line} has it already");
                continue;
            }

            seen.Add(key.Value, place);
            entries.Add(new SpecEntry(key.Value, place, value));
        }

        return new SpecMap(PlaceOf(start.Start), entries);
    }

    /// <returns>Null when the key is no scalar; it and its value are skipped.</returns>
    private Scalar? ReadKey(string path)
    {
        if (_parser.TryConsume<Scalar>(out var key))
        {
            return key;
        }

        _faults.Add(PlaceOf(_parser.Current!.Start), path, "a key is a plain name, but this one is not");
        _parser.SkipThisAndNestedEvents();
        _parser.SkipThisAndNestedEvents();
        return null;
    }

    private SpecRefused Refuse(Place place, string path, string rule)
    {
        _faults.AddBroken(place, path, rule);
        return new SpecRefused(place);
    }

    /// <returns>Null when no more brackets are open anywhere than the parser may see.</returns>
    private static int? FirstTooDeep(string text)
    {
        var open = 0;
        for (var i = 0; i < text.Length; i++)
        {
            open = text[i] switch
            {
                '[' or '{' => open + 1,
                ']' or '}' => Math.Max(0, open - 1),
                _ => open,
            };
            if (open > MostBrackets)
            {
                return i;
            }
        }

        return null;
    }

    private static Place PlaceOf(Mark mark) => new((int)mark.Line, (int)mark.Column);

    private static Place PlaceAt(string text, int index)
    {
        var before = text.AsSpan(0, index);
        return new Place(before.Count('\n') + 1, index - before.LastIndexOf('\n'));
    }
}

/// <summary>The path of a value in a sweep file, for example <c>space.sparsity.values[2]</c>.</summary>
internal static class SpecPath
{
    public static string Key(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    public static string Item(string path, int index) => FormattableString.Invariant($"{path}[{index}]");

    /// <returns>Null for the root.</returns>
    public static string? Parent(string path) => path.Length == 0 ? null : path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];
}
