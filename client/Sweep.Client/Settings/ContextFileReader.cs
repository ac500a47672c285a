using Sweep.Client.Commands;
using Sweep.Grains;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sweep.Client.Settings;

/// <summary>Reads a <see cref="ContextFile"/>; what it does not know it refuses with the line, so that a slip of the pen is no silence.</summary>
internal sealed class ContextFileReader
{
    private const int LargestText = 1 << 20;

    private static readonly string[] s_fileKeys = [ContextKeys.State, ContextKeys.Gateway, ContextKeys.Output, ContextKeys.CurrentContext, ContextKeys.Contexts];

    private static readonly string[] s_contextKeys =
        [ContextKeys.Server, ContextKeys.Gateway, ContextKeys.State, ContextKeys.TokenFile, ContextKeys.CaFile, ContextKeys.Output];

    private readonly string _path;
    private readonly Parser _parser;
    private readonly SortedDictionary<string, SweepContext> _contexts = new(StringComparer.Ordinal);

    private ContextFileReader(string path, string text) => (_path, _parser) = (path, new Parser(new StringReader(text)));

    /// <param name="path">Where the text is from: paths in it are relative to its folder.</param>
    /// <exception cref="ClientException">The text breaks a rule; the message names file and line.</exception>
    public static ContextFile Parse(string path, string text)
    {
        if (text.Length > LargestText)
        {
            throw ContextFile.Unusable(path, 1, $"a context file has at most {LargestText} characters, but this one has {text.Length}.");
        }

        var reader = new ContextFileReader(path, text);
        try
        {
            return reader.ReadFile();
        }
        catch (YamlException e)
        {
            throw ContextFile.Unusable(path, e.Start.Line, $"it must be YAML, but: {e.Message}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet's scanner lets these escape on some malformed scalars, without a place of their own.
            throw ContextFile.Unusable(path, reader._parser.Current?.End.Line ?? 1, "it must be YAML, but a value is malformed after this.");
        }
    }

    private ContextFile ReadFile()
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out _))
        {
            return new ContextFile();
        }

        _parser.Consume<DocumentStart>();
        var file = new ContextFile { Contexts = _contexts };
        if (!IsNothing())
        {
            ReadMap("the file", s_fileKeys, (key, _) =>
            {
                if (key == ContextKeys.Contexts)
                {
                    ReadContexts();
                    return;
                }

                var value = ReadText(key);
                file = key switch
                {
                    ContextKeys.State => file with { State = value },
                    ContextKeys.Gateway => file with { Gateway = value },
                    ContextKeys.Output => file with { Output = value },
                    _ => file with { CurrentContext = value },
                };
            });
        }

        _parser.Consume<DocumentEnd>();
        if (!_parser.TryConsume<StreamEnd>(out _))
        {
            throw Refuse(_parser.Current!.Start, "a context file is one document, but here begins another.");
        }

        return file;
    }

    private void ReadContexts()
    {
        if (IsNothing())
        {
            return;
        }

        ReadMap("contexts", known: null, (name, line) =>
        {
            if (!PlainName.Fits(name))
            {
                throw ContextFile.Unusable(_path, line, $"a context's name must be {PlainName.Rule}, but is '{name}'.");
            }

            _contexts.Add(name, ReadContext(name, line));
        });
    }

    private SweepContext ReadContext(string name, long line)
    {
        var context = new SweepContext();
        if (IsNothing())
        {
            return context;
        }

        ReadMap($"context '{name}'", s_contextKeys, (key, _) =>
        {
            var value = ReadText(key);
            context = key switch
            {
                ContextKeys.Server => context with { Server = value },
                ContextKeys.Gateway => context with { Gateway = value },
                ContextKeys.State => context with { State = FromFolder(value) },
                ContextKeys.TokenFile => context with { TokenFile = FromFolder(value) },
                ContextKeys.CaFile => context with { CaFile = FromFolder(value) },
                _ => context with { Output = value },
            };
        });
        return new[] { context.Server, context.Gateway, context.State }.Count(place => place is not null) <= 1
            ? context
            : throw ContextFile.Unusable(_path, line, $"a context has at most one of server, gateway and state, but '{name}' has more.");
    }

    /// <param name="known">Null for names of the user's own.</param>
    private void ReadMap(string what, string[]? known, Action<string, long> read)
    {
        if (!_parser.TryConsume<MappingStart>(out var start))
        {
            throw Refuse(_parser.Current!.Start, $"{what} must be keys with values, but is not.");
        }

        CheckPlain(start);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var key))
            {
                throw Refuse(_parser.Current!.Start, "a key is a plain name, but this one is not.");
            }

            CheckPlain(key);
            if (known is not null && !known.Contains(key.Value))
            {
                var close = known.FirstOrDefault(word => Spelling.IsClose(key.Value, word));
                throw Refuse(key.Start, $"{what} may have {string.Join(", ", known)}, but has '{key.Value}'{(close is null ? "" : $" (did you mean '{close}'?)")}.");
            }

            if (!seen.Add(key.Value))
            {
                throw Refuse(key.Start, $"a key stands once, but '{key.Value}' stands above already.");
            }

            read(key.Value, key.Start.Line);
        }
    }

    /// <returns>Null for a key without a value.</returns>
    private string? ReadText(string key)
    {
        if (!_parser.TryConsume<Scalar>(out var value))
        {
            throw Refuse(_parser.Current!.Start, $"{key} must be text, but is not.");
        }

        CheckPlain(value);
        return value.Value.Any(char.IsControl) ? throw Refuse(value.Start, $"{key} must be one line of text, but has control characters.")
            : IsNull(value) ? null
            : value.Value;
    }

    /// <summary>Takes a value that is not there, if it is not.</summary>
    private bool IsNothing()
    {
        if (_parser.Accept<Scalar>(out var value) && IsNull(value))
        {
            _parser.Consume<Scalar>();
            return true;
        }

        return false;
    }

    private void CheckPlain(NodeEvent node)
    {
        if (!node.Anchor.IsEmpty || (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific))
        {
            throw Refuse(node.Start, "values are written out, without anchors and tags, but this has one.");
        }
    }

    private static bool IsNull(Scalar value) => value.Style == ScalarStyle.Plain && value.Value is "" or "~" or "null";

    /// <summary>A file means the same from wherever a command is given.</summary>
    private string? FromFolder(string? path) => path is null ? null : Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(_path))!);

    private ClientException Refuse(Mark at, string rule) => ContextFile.Unusable(_path, at.Line, rule);
}
