using System.CommandLine;
using Sweep.Client.Output;

namespace Sweep.Client.Settings;

/// <summary>The options every command has; <see cref="SettingsOrder"/> settles them with what else is said.</summary>
internal sealed class CommonOptions
{
    public Option<string?> Output { get; } = Text("--output", "Form of the result: table, wide, name, json, jsonl, yaml or csv. Environment: SWEEP_OUTPUT.", "form", "-o");

    public Option<string?> Context { get; } = Text("--context", "A cluster of the context file; see 'sweep context'. Environment: SWEEP_CONTEXT.", "name");

    public Option<string?> Server { get; } = Text("--server", "Where a cluster answers HTTP: https://host[:port][/path]. Environment: SWEEP_SERVER.", "address");

    public Option<string?> Gateway { get; } = Text("--gateway", "Where a silo lets clients in, on a trusted network. Environment: SWEEP_GATEWAY.", "host:port");

    public Option<string?> State { get; } = Text("--state", "Folder of all state: what is done, weights, logs. Environment: SWEEP_STATE.", "folder");

    public Option<string?> TokenFile { get; } = Text(
        "--token-file", "File with the token for HTTP. Environment: SWEEP_TOKEN_FILE, or SWEEP_TOKEN, the token itself.", "file");

    public Option<string?> CaFile { get; } = Text("--ca-file", "PEM file of the authorities that alone are trusted for https. Environment: SWEEP_CA_FILE.", "file");

    public Option<bool> Insecure { get; } = new("--insecure") { Description = "Send the token over plain http, too, for everybody on the way to read.", Recursive = true };

    public CommonOptions() => Output.CompletionSources.Add(Enum.GetNames<OutputForm>().Select(name => name.ToLowerInvariant()).ToArray());

    public void AddTo(Command root)
    {
        foreach (var option in new Option[] { Output, Context, Server, Gateway, State, TokenFile, CaFile, Insecure })
        {
            root.Add(option);
        }
    }

    /// <exception cref="ClientException">A value breaks its rule, or the context file cannot be used.</exception>
    public CommonSettings Settle(ParseResult parsed, Surroundings surroundings) =>
        SettingsOrder.Of(this, parsed, surroundings.Variable, ContextFile.Read(surroundings.Variable)).Settle(parsed.GetValue(Insecure));

    /// <summary>The form alone, for commands that put contexts right.</summary>
    /// <exception cref="ClientException">There is no such form.</exception>
    public OutputForm Form(ParseResult parsed, Surroundings surroundings) =>
        (parsed.GetValue(Output) is { } flag ? OutputForms.Parse(flag, "--output") : (OutputForm?)null)
        ?? (surroundings.Variable("SWEEP_OUTPUT") is { } variable ? OutputForms.Parse(variable, "SWEEP_OUTPUT") : OutputForm.Table);

    private static Option<string?> Text(string name, string description, string value, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = value, Recursive = true };
}
