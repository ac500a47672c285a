namespace Sweep.Silo.Settings;

/// <summary>What flags, environment and settings file say, the earlier before the later, and what is wrong with it.</summary>
internal sealed class SettingValues
{
    private readonly Dictionary<string, List<string>> _flags = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly SettingsFile? _file;

    /// <param name="defaultFile">Read when no other is named and it is there; null for none.</param>
    public SettingValues(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, string? defaultFile)
    {
        _environment = environment;
        ParseFlags(arguments);
        var named = Text(SiloFlags.SettingsFlag);
        _file = (named ?? defaultFile) is { } path ? SettingsFile.Read(Path.GetFullPath(path), mustExist: named is not null) : null;
        Faults.AddRange(_file?.Faults ?? []);
    }

    public List<string> Faults { get; } = [];

    public IReadOnlyList<string> Many(string flag)
    {
        if (_flags.TryGetValue(flag, out var given))
        {
            return given;
        }

        // A device has a colon of its own.
        return Variable(flag) is { } text
            ? text.Split(flag == "--device" ? ',' : Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : _file?.Find(flag) ?? [];
    }

    public string? Text(string flag) => _flags.TryGetValue(flag, out var given) ? given[^1] : Variable(flag) ?? _file?.Find(flag)?[^1];

    /// <summary>A value that should not stand where everybody reads it: <c>@file</c> is the first line of a file.</summary>
    public string? Secret(string flag)
    {
        if (Text(flag) is not { Length: > 0 } text || text[0] != '@')
        {
            return Text(flag);
        }

        try
        {
            using var lines = File.OpenText(text[1..]);
            return lines.ReadLine()?.Trim() is { Length: > 0 } first ? first : throw new IOException("it is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Faults.Add($"{flag} must name a file with the value when it begins with '@', but '{text[1..]}' cannot be read: {e.Message}");
            return null;
        }
    }

    public T? One<T>(string flag, Func<string, T?> parse)
        where T : struct => Text(flag) is { } text ? parse(text) ?? Refuse<T?>(flag, text) : null;

    public T? One<T>(string flag, Func<string, T?> parse)
        where T : class => Text(flag) is { } text ? parse(text) ?? Refuse<T?>(flag, text) : null;

    private string? Variable(string flag) => _environment.GetValueOrDefault(SiloFlags.Of(flag).Variable) is { Length: > 0 } text ? text : null;

    private T? Refuse<T>(string flag, string text)
    {
        var unit = SiloFlags.Of(flag).Unit;
        Faults.Add($"{flag} must be {(unit[0] is 'a' ? "an" : "a")} {unit}, but is '{text}'{Source(flag)}.");
        return default;
    }

    /// <summary>Where the value came from, when it was no flag.</summary>
    private string Source(string flag) =>
        _flags.ContainsKey(flag) ? ""
        : Variable(flag) is not null ? $" ({SiloFlags.Of(flag).Variable})"
        : $" ('{flag[2..]}' in {_file!.Path})";

    private void ParseFlags(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var (flag, value) = arguments[i].Split('=', 2) is [var left, var right] ? (left, right) : (arguments[i], null);
            var known = SiloFlags.Known.Any(setting => setting.Flag == flag);
            if (!known)
            {
                Faults.Add($"There is no option '{flag}'; --help lists them.");
            }

            if (value is null && i + 1 < arguments.Count && (known || !arguments[i + 1].StartsWith("--", StringComparison.Ordinal)))
            {
                value = arguments[++i];
            }

            if (known && value is null)
            {
                Faults.Add($"{flag} needs a value.");
            }
            else if (known)
            {
                (_flags.TryGetValue(flag, out var values) ? values : _flags[flag] = []).Add(value!);
            }
        }
    }
}
