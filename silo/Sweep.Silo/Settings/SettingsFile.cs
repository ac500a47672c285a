using System.Text.Json;

namespace Sweep.Silo.Settings;

/// <summary>
/// A JSON file of settings: <c>{ "Silo": { "role": "worker", "workers": 2, "data": ["/data"] } }</c>, keyed as the flags are, without <c>--</c>.
/// Nothing in it is skipped: what is no setting is a fault.
/// </summary>
internal sealed class SettingsFile
{
    private const string Section = "Silo";

    private readonly Dictionary<string, IReadOnlyList<string>> _values = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    private SettingsFile(string path) => Path = path;

    public string Path { get; }

    public IReadOnlyList<string> Faults => _faults;

    /// <param name="mustExist">Whether somebody named it.</param>
    /// <returns>Null when it is absent and may be.</returns>
    public static SettingsFile? Read(string path, bool mustExist)
    {
        var file = new SettingsFile(path);
        try
        {
            using var content = File.OpenRead(path);
            using var document = JsonDocument.Parse(
                content, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false });
            file.Take(document.RootElement);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && !mustExist)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file._faults.Add($"--settings must name a file that can be read, but '{path}' cannot: {e.Message}");
        }
        catch (JsonException e)
        {
            file._faults.Add($"{path} must be JSON without a name twice, but is not: {e.Message}");
        }

        return file;
    }

    /// <returns>Null when the file does not say.</returns>
    public IReadOnlyList<string>? Find(string flag) => _values.GetValueOrDefault(flag);

    private void Take(JsonElement root)
    {
        if (root.ValueKind is not JsonValueKind.Object)
        {
            _faults.Add($"{Path} must hold one object, {{ \"{Section}\": {{ … }} }}, but holds {Word(root)}.");
            return;
        }

        foreach (var part in root.EnumerateObject())
        {
            if (part.Name != Section)
            {
                _faults.Add($"{Path} must hold '{Section}' and nothing else, but holds '{part.Name}'.");
            }
            else if (part.Value.ValueKind is not JsonValueKind.Object)
            {
                _faults.Add($"{Path}: '{Section}' must be an object, but is {Word(part.Value)}.");
            }
            else
            {
                foreach (var setting in part.Value.EnumerateObject())
                {
                    TakeSetting(setting);
                }
            }
        }
    }

    private void TakeSetting(JsonProperty setting)
    {
        var (name, value) = (setting.Name, setting.Value);
        var known = SiloFlags.Known.FirstOrDefault(known => known.Flag == "--" + name);
        if (known is null || known.Flag == SiloFlags.SettingsFlag)
        {
            _faults.Add($"{Path}: '{Section}' must hold settings, but '{name}' is none.");
            return;
        }

        var texts = (value.ValueKind is JsonValueKind.Array ? value.EnumerateArray().ToList() : [value]).Select(Text).ToList();
        if (value.ValueKind is JsonValueKind.Array && !known.Repeats)
        {
            _faults.Add($"{Path}: '{name}' must be one value, but is {Word(value)}.");
        }
        else if (texts.Contains(null))
        {
            _faults.Add($"{Path}: '{name}' must be text or a number, but is {Word(value)}.");
        }
        else
        {
            _values[known.Flag] = [.. texts.OfType<string>()];
        }
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    private static string Word(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.True or JsonValueKind.False => "a truth value",
        JsonValueKind.Null => "null",
        JsonValueKind.Number => "a number",
        _ => "text",
    };
}
