using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Sweep.Client.Settings;

/// <summary>
/// <c>--set path=value</c> for a sweep file. The text is changed in place, so that messages still name the user's lines; a key
/// that the file lacks gets a line of its own at the end of its parent.
/// </summary>
internal static class SpecOverrides
{
    /// <exception cref="ClientException">An override has no path, or leads through something that is no mapping.</exception>
    public static string Apply(string yaml, IReadOnlyList<string> overrides)
    {
        foreach (var text in overrides)
        {
            var equals = text.IndexOf('=');
            if (equals <= 0 || text[..equals].Split('.').Any(string.IsNullOrWhiteSpace))
            {
                throw ClientException.BadSetting("--set", "must be path=value, for example finetune.epochs=3", text);
            }

            yaml = Set(yaml, text[..equals].Split('.'), text[(equals + 1)..]);
        }

        return yaml;
    }

    private static string Set(string yaml, string[] path, string value)
    {
        // What is no YAML at all, or no mapping, is left for the reader of the spec to explain.
        if (Root(yaml) is not { } mapping)
        {
            return yaml;
        }

        for (var depth = 0; ; depth++)
        {
            var found = mapping.Children.FirstOrDefault(child => child.Key is YamlScalarNode key && key.Value == path[depth]);
            if (found.Key is null)
            {
                return Insert(yaml, mapping, path[depth..], value);
            }

            if (depth == path.Length - 1)
            {
                return Replace(yaml, found.Key, found.Value, value);
            }

            mapping = found.Value as YamlMappingNode
                ?? throw ClientException.BadSetting("--set", $"must lead through mappings, and '{string.Join('.', path[..(depth + 1)])}' is none", string.Join('.', path));
        }
    }

    private static YamlMappingNode? Root(string yaml)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException)
        {
            return null;
        }

        return stream.Documents is [var document] ? document.RootNode as YamlMappingNode : null;
    }

    private static string Replace(string yaml, YamlNode key, YamlNode node, string value)
    {
        var start = (int)node.Start.Index;
        var end = End(yaml, node);
        return end <= start ? yaml.Insert((int)key.End.Index + 1, " " + value) : $"{yaml[..start]}{value}{yaml[end..]}";
    }

    /// <summary>The parser places the end of a mapping or a list at its beginning: it ends with the last thing in it, or the bracket behind that.</summary>
    private static int End(string yaml, YamlNode node)
    {
        var (last, bracket) = node switch
        {
            YamlMappingNode mapping => (mapping.Children.Select(child => child.Value), mapping.Style is MappingStyle.Flow ? '}' : default),
            YamlSequenceNode list => (list.Children, list.Style is SequenceStyle.Flow ? ']' : default),
            _ => (Enumerable.Empty<YamlNode>(), default),
        };
        var end = last.Select(child => End(yaml, child)).Append((int)node.End.Index).Max();
        return bracket == default ? end : yaml.IndexOf(bracket, Math.Max((int)node.Start.Index, end - 1)) + 1;
    }

    private static string Insert(string yaml, YamlMappingNode parent, string[] path, string value)
    {
        if (parent.Style is MappingStyle.Flow)
        {
            var open = yaml.IndexOf('{', (int)parent.Start.Index) + 1;
            return yaml.Insert(open, $" {Nested(path, value)}{(parent.Children.Count > 0 ? "," : " ")}");
        }

        // Past a comment on the last line.
        var lineEnd = yaml.IndexOf('\n', End(yaml, parent)) is var next and >= 0 ? next : yaml.Length;
        var indent = new string(' ', (int)parent.Start.Column - 1);
        return yaml.Insert(lineEnd, $"\n{indent}{Nested(path, value)}");
    }

    private static string Nested(string[] path, string value) =>
        path.Length == 1 ? $"{path[0]}: {value}" : $"{path[0]}: {{ {Nested(path[1..], value)} }}";
}
