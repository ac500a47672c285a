using System.CommandLine;
using Sweep.Client.Output;

namespace Sweep.Client.Settings;

/// <summary>The options every command has, and how they are settled: flag, else environment, else context file, else default.</summary>
internal sealed class CommonOptions
{
    public Option<string?> Output { get; } = new("--output", "-o")
    {
        Description = "Form of the result: table, json, jsonl, yaml or csv. Environment: SWEEP_OUTPUT.",
        HelpName = "form",
        Recursive = true,
    };

    public Option<string?> State { get; } = new("--state")
    {
        Description = "Folder of all state: what is done, weights, logs. Environment: SWEEP_STATE.",
        HelpName = "folder",
        Recursive = true,
    };

    public Option<string?> Gateway { get; } = new("--gateway")
    {
        Description = "Where a silo lets clients in. Environment: SWEEP_GATEWAY.",
        HelpName = "host:port",
        Recursive = true,
    };

    public CommonOptions() => Output.CompletionSources.Add(Enum.GetNames<OutputForm>().Select(name => name.ToLowerInvariant()).ToArray());

    public void AddTo(Command root)
    {
        root.Add(Output);
        root.Add(State);
        root.Add(Gateway);
    }

    /// <exception cref="ClientException">A value breaks its rule, or the context file cannot be used.</exception>
    public CommonSettings Settle(ParseResult parsed, Surroundings surroundings)
    {
        var file = ContextFile.Read(surroundings.Variable);
        var output = First((parsed.GetValue(Output), "--output"), (surroundings.Variable("SWEEP_OUTPUT"), "SWEEP_OUTPUT"), (file.Output, "'output' of the context file"));
        var gateway = First((parsed.GetValue(Gateway), "--gateway"), (surroundings.Variable("SWEEP_GATEWAY"), "SWEEP_GATEWAY"), (file.Gateway, "'gateway' of the context file"));
        if (parsed.GetValue(State) is not null && parsed.GetValue(Gateway) is null)
        {
            // Whoever names a folder means its silo, not the cluster of the environment.
            gateway = null;
        }

        var state = parsed.GetValue(State) ?? surroundings.Variable("SWEEP_STATE") ?? file.State ?? UserStateFolder(surroundings);
        return new CommonSettings
        {
            Form = output is { } form ? OutputForms.Parse(form.Text, form.Source) : OutputForm.Table,
            Gateway = gateway is { } address ? GatewayAddress.Parse(address.Text, address.Source) : null,
            State = Path.GetFullPath(state),
        };
    }

    private static (string Text, string Source)? First(params ReadOnlySpan<(string? Text, string Source)> places)
    {
        foreach (var (text, source) in places)
        {
            if (text is not null)
            {
                return (text, source);
            }
        }

        return null;
    }

    /// <summary>Where the XDG base directory rules place state.</summary>
    private static string UserStateFolder(Surroundings surroundings) => Path.Combine(
        surroundings.Variable("XDG_STATE_HOME") ?? Path.Combine(surroundings.Variable("HOME") ?? ".", ".local", "state"),
        "sweep");
}

/// <summary>The settled common options.</summary>
internal sealed record CommonSettings
{
    public required OutputForm Form { get; init; }

    /// <summary>Null: whatever silo has its state in <see cref="State"/>.</summary>
    public GatewayAddress? Gateway { get; init; }

    /// <summary>Absolute path.</summary>
    public required string State { get; init; }
}
