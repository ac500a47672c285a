using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Sweep.Client.Settings;

/// <summary>
/// What a user always wants, from <c>$XDG_CONFIG_HOME/sweep/config.yaml</c> or <c>~/.config/sweep/config.yaml</c>. Weaker than
/// the environment, which is weaker than flags.
/// </summary>
internal sealed record ContextFile
{
    /// <summary>As <c>--state</c>.</summary>
    public string? State { get; init; }

    /// <summary>As <c>--gateway</c>.</summary>
    public string? Gateway { get; init; }

    /// <summary>As <c>--output</c>.</summary>
    public string? Output { get; init; }

    /// <exception cref="ClientException">The file is there but cannot be used.</exception>
    public static ContextFile Read(Func<string, string?> variable)
    {
        var folder = variable("XDG_CONFIG_HOME") ?? (variable("HOME") is { } home ? Path.Combine(home, ".config") : null);
        var path = folder is null ? null : Path.Combine(folder, "sweep", "config.yaml");
        if (path is null || !File.Exists(path))
        {
            return new ContextFile();
        }

        try
        {
            var reader = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build();
            return reader.Deserialize<ContextFile?>(File.ReadAllText(path)) ?? new ContextFile();
        }
        catch (YamlException e)
        {
            throw Unusable(path, e.InnerException?.Message ?? e.Message, e.Start.Line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, e.Message, 1);
        }
    }

    private static ClientException Unusable(string path, string reason, long line) => new(
        ExitCode.Usage,
        FormattableString.Invariant($"The context file may hold state, gateway and output, but {path}:{line} cannot be used: {reason}"));
}
