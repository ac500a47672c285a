using System.CommandLine;
using Sweep.Client.Commands;
using Sweep.Client.Output;

namespace Sweep.Client.Settings;

/// <summary>
/// All that was said about the common options, the strongest first: flags, a context that a flag names, the environment, the context that
/// the environment or the file names, the file's own keys. The strongest that says where the cluster is decides that alone: its token
/// and authorities are never those of another cluster's context.
/// </summary>
internal sealed class SettingsOrder
{
    /// <summary>What one place says. A member's source is for messages.</summary>
    private sealed record Level(Func<string, string> Source)
    {
        public string? Output { get; init; }

        public string? Server { get; init; }

        public string? Gateway { get; init; }

        public string? State { get; init; }

        public TokenSource? Token { get; init; }

        public string? CaFile { get; init; }

        /// <summary>A state folder named here means its silo, whatever weaker places say.</summary>
        public bool StateIsPlace { get; init; }

        /// <summary>Token and authorities are for the cluster that is named here, and for no other.</summary>
        public bool OwnClusterOnly { get; init; }
    }

    private readonly IReadOnlyList<Level> _levels;
    private readonly Func<string, string?> _variable;

    private SettingsOrder(IReadOnlyList<Level> levels, Func<string, string?> variable) => (_levels, _variable) = (levels, variable);

    /// <exception cref="ClientException">There is no context of the name.</exception>
    public static SettingsOrder Of(CommonOptions options, ParseResult parsed, Func<string, string?> variable, ContextFile file)
    {
        var named = parsed.GetValue(options.Context);
        var context = named ?? variable("SWEEP_CONTEXT") ?? file.CurrentContext;
        var source = named is not null ? "--context" : variable("SWEEP_CONTEXT") is not null ? "SWEEP_CONTEXT" : "currentContext of the context file";
        var flags = new Level(key => "--" + key)
        {
            Output = parsed.GetValue(options.Output),
            Server = parsed.GetValue(options.Server),
            Gateway = parsed.GetValue(options.Gateway),
            State = parsed.GetValue(options.State),
            Token = parsed.GetValue(options.TokenFile) is { } tokens ? new TokenSource(tokens, null, "--token-file") : null,
            CaFile = parsed.GetValue(options.CaFile),
            StateIsPlace = true,
        };
        var environment = new Level(key => "SWEEP_" + key.ToUpperInvariant())
        {
            Output = variable("SWEEP_OUTPUT"),
            Server = variable("SWEEP_SERVER"),
            Gateway = variable("SWEEP_GATEWAY"),
            State = variable("SWEEP_STATE"),
            Token = variable("SWEEP_TOKEN") is { } token ? new TokenSource(null, token, "SWEEP_TOKEN")
                : variable("SWEEP_TOKEN_FILE") is { } path ? new TokenSource(path, null, "SWEEP_TOKEN_FILE")
                : null,
            CaFile = variable("SWEEP_CA_FILE"),
        };
        var own = new Level(key => $"'{key}' of the context file") { Output = file.Output, Gateway = file.Gateway, State = file.State };
        Level[] chosen = context is null ? [] : [ToLevel(context, Find(file, context, source))];
        return new SettingsOrder(named is not null ? [flags, .. chosen, environment, own] : [flags, environment, .. chosen, own], variable);
    }

    public CommonSettings Settle(bool insecure)
    {
        var place = _levels.FirstOrDefault(level => level.Server is not null || level.Gateway is not null || (level.StateIsPlace && level.State is not null));
        if (place is { Server: not null, Gateway: not null })
        {
            throw new ClientException(ExitCode.Usage, $"Either a server or a gateway says where the cluster is, but {place.Source("server")} and {place.Source("gateway")} both do.");
        }

        var output = _levels.FirstOrDefault(level => level.Output is not null);
        var said = _levels.Where(level => !level.OwnClusterOnly || ReferenceEquals(level, place)).ToList();
        return new CommonSettings
        {
            Form = output is null ? OutputForm.Table : OutputForms.Parse(output.Output!, output.Source("output")),
            Server = place?.Server is { } server ? ServerAddress.Parse(server, place.Source("server")) : null,
            Gateway = place?.Gateway is { } gateway ? GatewayAddress.Parse(gateway, place.Source("gateway")) : null,
            State = Path.GetFullPath(_levels.FirstOrDefault(level => level.State is not null)?.State ?? UserStateFolder()),
            Token = said.FirstOrDefault(level => level.Token is not null)?.Token ?? TokenSource.None,
            CaFile = said.FirstOrDefault(level => level.CaFile is not null)?.CaFile,
            Insecure = insecure,
        };
    }

    /// <exception cref="ClientException">There is none of this name.</exception>
    public static SweepContext Find(ContextFile file, string name, string source)
    {
        if (file.Contexts.TryGetValue(name, out var context))
        {
            return context;
        }

        var close = file.Contexts.Keys.FirstOrDefault(known => Spelling.IsClose(name, known));
        throw new ClientException(
            ExitCode.Usage,
            $"{source} must name a context of the context file, but there is no '{name}'.",
            close is not null ? $"Did you mean '{close}'?"
            : file.Contexts.Count > 0 ? $"Known are: {string.Join(", ", file.Contexts.Keys)}."
            : "'sweep context set' makes one.");
    }

    private static Level ToLevel(string name, SweepContext context) => new(key => $"'{key}' of context '{name}'")
    {
        Output = context.Output,
        Server = context.Server,
        Gateway = context.Gateway,
        State = context.State,
        Token = context.TokenFile is { } tokens ? new TokenSource(tokens, null, $"tokenFile of context '{name}'") : null,
        CaFile = context.CaFile,
        StateIsPlace = true,
        OwnClusterOnly = true,
    };

    /// <summary>Where the XDG base directory rules place state.</summary>
    private string UserStateFolder() => Path.Combine(_variable("XDG_STATE_HOME") ?? Path.Combine(_variable("HOME") ?? ".", ".local", "state"), "sweep");
}
