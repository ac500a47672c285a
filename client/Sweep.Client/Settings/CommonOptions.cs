using System.CommandLine;
using System.Globalization;
using Sweep.Client.Output;

namespace Sweep.Client.Settings;

/// <summary>The options every command has; <see cref="SettingsOrder"/> settles them with what else is said.</summary>
internal sealed class CommonOptions
{
    /// <summary>A month: timers know no longer time.</summary>
    private const double MostSeconds = 30 * 24 * 3600;

    public Option<string?> Output { get; } = Text("--output", "Form of the result: table, wide, name, json, jsonl, yaml or csv. Environment: SWEEP_OUTPUT.", "form", "-o");

    public Option<string?> Context { get; } = Text("--context", "A cluster of the context file; see 'sweep context'. Environment: SWEEP_CONTEXT.", "name");

    public Option<string?> Server { get; } = Text("--server", "Where a cluster answers HTTP: https://host[:port][/path]. Environment: SWEEP_SERVER.", "address");

    public Option<string?> Gateway { get; } = Text("--gateway", "Where a silo lets clients in, on a trusted network. Environment: SWEEP_GATEWAY.", "host:port");

    public Option<string?> State { get; } = Text("--state", "Folder of all state: what is done, weights, logs. Environment: SWEEP_STATE.", "folder");

    public Option<string?> TokenFile { get; } = Text(
        "--token-file", "File with the token for HTTP. Environment: SWEEP_TOKEN_FILE, or SWEEP_TOKEN, the token itself.", "file");

    public Option<string?> CaFile { get; } = Text("--ca-file", "PEM file of the authorities that alone are trusted for https. Environment: SWEEP_CA_FILE.", "file");

    public Option<bool> Insecure { get; } = new("--insecure") { Description = "Send the token over plain http, too, for everybody on the way to read.", Recursive = true };

    public Option<bool> NoColor { get; } = Flag("--no-color", "Write without colours, as NO_COLOR=1 does.");

    public Option<bool> Quiet { get; } = Flag("--quiet", "Write the result and errors, and nothing else.", "-q");

    public Option<bool> Verbose { get; } = Flag("--verbose", "Tell which cluster is asked, what, and how long it took; -vv tells where an error came from, too.", "-v");

    public Option<double?> Timeout { get; } = new("--timeout")
    {
        Description = "Give up after so many seconds, with exit code 8. What was ordered may have happened; experiments go on.",
        HelpName = "seconds",
        Recursive = true,
    };

    public CommonOptions()
    {
        Output.CompletionSources.Add(Enum.GetNames<OutputForm>().Select(name => name.ToLowerInvariant()).ToArray());
        Timeout.Validators.Add(option =>
        {
            // What is no number at all, the parser itself refuses.
            if (option.Tokens is [var token] && double.TryParse(token.Value, CultureInfo.InvariantCulture, out var seconds) && !(seconds > 0 && seconds <= MostSeconds))
            {
                option.AddError(FormattableString.Invariant($"--timeout must be more than 0 seconds and at most {MostSeconds}, but is {seconds}."));
            }
        });
    }

    public void AddTo(Command root)
    {
        foreach (var option in new Option[] { Output, Context, Server, Gateway, State, TokenFile, CaFile, Insecure, Timeout, NoColor, Quiet, Verbose })
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

    private static Option<bool> Flag(string name, string description, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        Recursive = true,
        Arity = ArgumentArity.Zero,
    };

    private static Option<string?> Text(string name, string description, string value, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = value, Recursive = true };
}
