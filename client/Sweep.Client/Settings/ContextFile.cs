using System.Text.Json.Nodes;
using Sweep.Client.Output;
using YamlDotNet.Core;

namespace Sweep.Client.Settings;

/// <summary>One cluster, and how it is met. At most one of server, gateway and state says where it is.</summary>
internal sealed record SweepContext
{
    /// <summary>As <c>--server</c>.</summary>
    public string? Server { get; init; }

    /// <summary>As <c>--gateway</c>.</summary>
    public string? Gateway { get; init; }

    /// <summary>As <c>--state</c>.</summary>
    public string? State { get; init; }

    /// <summary>As <c>--token-file</c>; sent to this context's cluster and to no other.</summary>
    public string? TokenFile { get; init; }

    /// <summary>As <c>--ca-file</c>.</summary>
    public string? CaFile { get; init; }

    /// <summary>As <c>--output</c>.</summary>
    public string? Output { get; init; }
}

/// <summary>
/// What a user always wants, from <c>$XDG_CONFIG_HOME/sweep/config.yaml</c> or <c>~/.config/sweep/config.yaml</c>. Weaker than
/// the environment, which is weaker than flags.
/// </summary>
internal sealed record ContextFile
{
    /// <summary>As <c>--state</c>, where no context has one.</summary>
    public string? State { get; init; }

    /// <summary>As <c>--gateway</c>, where no context is in use.</summary>
    public string? Gateway { get; init; }

    /// <summary>As <c>--output</c>, where no context has one.</summary>
    public string? Output { get; init; }

    /// <summary>Used where no other is named.</summary>
    public string? CurrentContext { get; init; }

    /// <summary>By name, in the order of names.</summary>
    public IReadOnlyDictionary<string, SweepContext> Contexts { get; init; } = new SortedDictionary<string, SweepContext>(StringComparer.Ordinal);

    /// <returns>Null when the environment tells no home.</returns>
    public static string? PathOf(Func<string, string?> variable) =>
        (variable("XDG_CONFIG_HOME") ?? (variable("HOME") is { } home ? Path.Combine(home, ".config") : null)) is { } folder
            ? Path.Combine(folder, "sweep", "config.yaml")
            : null;

    /// <exception cref="ClientException">The file is there but cannot be used.</exception>
    public static ContextFile Read(Func<string, string?> variable)
    {
        if (PathOf(variable) is not { } path || !File.Exists(path))
        {
            return new ContextFile();
        }

        try
        {
            return ContextFileReader.Parse(path, File.ReadAllText(path));
        }
        catch (YamlException e)
        {
            throw Unusable(path, e.Start.Line, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, 1, e.Message);
        }
    }

    /// <summary>Whole or not at all, and for nobody else to read. Comments of the former file go.</summary>
    /// <exception cref="ClientException">It cannot be written.</exception>
    public void Write(Func<string, string?> variable)
    {
        var named = PathOf(variable) ?? throw new ClientException(ExitCode.Usage, "The context file has its place by HOME or XDG_CONFIG_HOME, but neither is set.");
        try
        {
            // Where it is a link, as in a collection of such files, the link stays.
            var path = new FileInfo(named).LinkTarget is null ? named : File.ResolveLinkTarget(named, returnFinalTarget: true)!.FullName;
            var folder = Path.GetDirectoryName(path)!;
            if (!Directory.Exists(folder))
            {
                CreatePrivate(folder);
            }

            var fresh = FormattableString.Invariant($"{path}.{Environment.ProcessId}.new");
            File.Delete(fresh);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var file = new FileStream(fresh, options))
            {
                file.Write(System.Text.Encoding.UTF8.GetBytes(YamlText.Of(ToJson())));
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ExitCode.Error, $"The context file must be written to '{named}', but cannot be: {e.Message}");
        }
    }

    public static ClientException Unusable(string path, long line, string rule) =>
        new(ExitCode.Usage, FormattableString.Invariant($"{path}:{line} cannot be used: {rule}"));

    /// <summary>As the file has it.</summary>
    public static JsonObject ToJson(SweepContext context) => Without(
    [
        (ContextKeys.Server, context.Server),
        (ContextKeys.Gateway, context.Gateway),
        (ContextKeys.State, context.State),
        (ContextKeys.TokenFile, context.TokenFile),
        (ContextKeys.CaFile, context.CaFile),
        (ContextKeys.Output, context.Output),
    ]);

    private JsonObject ToJson()
    {
        var file = Without([(ContextKeys.State, State), (ContextKeys.Gateway, Gateway), (ContextKeys.Output, Output), (ContextKeys.CurrentContext, CurrentContext)]);
        if (Contexts.Count > 0)
        {
            file[ContextKeys.Contexts] = new JsonObject(Contexts.Select(context => KeyValuePair.Create<string, JsonNode?>(context.Key, ToJson(context.Value))));
        }

        return file;
    }

    private static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static JsonObject Without((string Key, string? Value)[] entries) =>
        new(entries.Where(entry => entry.Value is not null).Select(entry => KeyValuePair.Create<string, JsonNode?>(entry.Key, JsonValue.Create(entry.Value))));
}

/// <summary>The words of the file.</summary>
internal static class ContextKeys
{
    public const string Server = "server";
    public const string Gateway = "gateway";
    public const string State = "state";
    public const string TokenFile = "tokenFile";
    public const string CaFile = "caFile";
    public const string Output = "output";
    public const string CurrentContext = "currentContext";
    public const string Contexts = "contexts";
}
