using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Grains;

namespace Sweep.Client.Commands;

/// <summary><c>sweep context</c>: the clusters a user knows, and which one is meant.</summary>
internal static class ContextCommand
{
    private sealed record Known(string Name, bool Current, SweepContext Context);

    public static Command Create(CommonOptions common, Surroundings surroundings) => new("context", "Name clusters, and choose the one that commands mean.")
    {
        List(common, surroundings),
        Use(common, surroundings),
        Show(common, surroundings),
        Set(common, surroundings),
        Delete(common, surroundings),
    };

    private static Command List(CommonOptions common, Surroundings surroundings)
    {
        var command = new Command("list", "List contexts.");
        command.SetAction(parsed => AnswerWriter.Write(View(ContextFile.Read(surroundings.Variable)), common.Form(parsed, surroundings), surroundings));
        return command;
    }

    private static Command Use(CommonOptions common, Surroundings surroundings)
    {
        var name = new Argument<string>("name") { Description = "The context that commands mean from now on." };
        var command = new Command("use", "Make a context the current one.") { name };
        command.SetAction(parsed =>
        {
            var chosen = parsed.GetRequiredValue(name);
            var file = ContextFile.Read(surroundings.Variable);
            SettingsOrder.Find(file, chosen, "The name");
            Change(file with { CurrentContext = chosen }, $"Commands now mean '{chosen}'.", common, parsed, surroundings);
        });
        return command;
    }

    private static Command Show(CommonOptions common, Surroundings surroundings)
    {
        var name = new Argument<string?>("name") { Description = "Default: the one that commands mean.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("show", "Show a context.") { name };
        command.SetAction(parsed =>
        {
            var file = ContextFile.Read(surroundings.Variable);
            var shown = parsed.GetValue(name) ?? parsed.GetValue(common.Context) ?? surroundings.Variable("SWEEP_CONTEXT") ?? file.CurrentContext
                ?? throw new ClientException(ExitCode.NotFound, "No context is the current one.", "'sweep context use NAME' makes one so.");
            var context = SettingsOrder.Find(file, shown, "The name");
            var known = new Known(shown, file.CurrentContext == shown, context);
            var document = Document(known);
            var whole = Document(known);
            whole["apiVersion"] = "sweep/v1";
            AnswerWriter.Write(
                new Answer
                {
                    Document = new(whole),
                    Items = new([document]),
                    Rows = Column.Rows(s_columns, [known]),
                    Show = console =>
                    {
                        foreach (var (key, value) in document)
                        {
                            console.Profile.Out.Writer.WriteLine($"{key}: {value}");
                        }
                    },
                },
                common.Form(parsed, surroundings),
                surroundings);
        });
        return command;
    }

    private static Command Set(CommonOptions common, Surroundings surroundings)
    {
        var name = new Argument<string>("name") { Description = $"{PlainName.Rule}." };
        var output = new Option<string?>("--default-output") { Description = "Form of results where no other is asked for; \"\" for none.", HelpName = "form" };
        var use = new Option<bool>("--use") { Description = "Make it the current one, too." };
        var command = new Command(
            "set", "Make or change a context: --server, --gateway or --state say where it is, --token-file and --ca-file what it is met with; \"\" takes a value away.")
        {
            name, output, use,
        };
        command.SetAction(parsed =>
        {
            var changed = parsed.GetRequiredValue(name);
            if (!PlainName.Fits(changed))
            {
                throw ClientException.BadSetting("A context's name", $"must be {PlainName.Rule}", changed);
            }

            var file = ContextFile.Read(surroundings.Variable);
            var context = Changed(file.Contexts.GetValueOrDefault(changed) ?? new SweepContext(), common, parsed, parsed.GetValue(output));
            var contexts = new SortedDictionary<string, SweepContext>(file.Contexts.ToDictionary(), StringComparer.Ordinal) { [changed] = context };
            var used = parsed.GetValue(use) ? changed : file.CurrentContext;
            var word = used == changed ? $"Commands mean '{changed}'." : $"'{changed}' is set; 'sweep context use {changed}' makes commands mean it.";
            Change(file with { Contexts = contexts, CurrentContext = used }, word, common, parsed, surroundings);
        });
        return command;
    }

    private static Command Delete(CommonOptions common, Surroundings surroundings)
    {
        var name = new Argument<string>("name") { Description = "The context to forget; its cluster is not touched." };
        var command = new Command("delete", "Forget a context.") { name };
        command.SetAction(parsed =>
        {
            var gone = parsed.GetRequiredValue(name);
            var file = ContextFile.Read(surroundings.Variable);
            SettingsOrder.Find(file, gone, "The name");
            var contexts = new SortedDictionary<string, SweepContext>(file.Contexts.Where(context => context.Key != gone).ToDictionary(), StringComparer.Ordinal);
            var used = file.CurrentContext == gone ? null : file.CurrentContext;
            Change(file with { Contexts = contexts, CurrentContext = used }, $"'{gone}' is forgotten.", common, parsed, surroundings);
        });
        return command;
    }

    private static SweepContext Changed(SweepContext context, CommonOptions common, ParseResult parsed, string? output)
    {
        string?[] places = [parsed.GetValue(common.Server), parsed.GetValue(common.Gateway), parsed.GetValue(common.State)];
        if (places.Count(place => !string.IsNullOrEmpty(place)) > 1)
        {
            throw new ClientException(ExitCode.Usage, "A context has at most one of --server, --gateway and --state, but here are more.");
        }

        if (places.Any(place => !string.IsNullOrEmpty(place)))
        {
            context = context with { Server = null, Gateway = null, State = null };
        }

        if (places[0] is { Length: > 0 } server)
        {
            _ = ServerAddress.Parse(server, "--server");
        }

        if (places[1] is { Length: > 0 } gateway)
        {
            _ = GatewayAddress.Parse(gateway, "--gateway");
        }

        if (output is { Length: > 0 } form)
        {
            _ = OutputForms.Parse(form, "--default-output");
        }

        return context with
        {
            Server = New(places[0], context.Server),
            Gateway = New(places[1], context.Gateway),
            State = FullPath(New(places[2], context.State)),
            TokenFile = FullPath(New(parsed.GetValue(common.TokenFile), context.TokenFile)),
            CaFile = FullPath(New(parsed.GetValue(common.CaFile), context.CaFile)),
            Output = New(output, context.Output),
        };
    }

    private static string? New(string? said, string? former) => said switch
    {
        null => former,
        "" => null,
        _ => said,
    };

    /// <summary>The context means the same from wherever a command is given.</summary>
    private static string? FullPath(string? path) => path is null ? null : Path.GetFullPath(path);

    private static void Change(ContextFile file, string word, CommonOptions common, ParseResult parsed, Surroundings surroundings)
    {
        file.Write(surroundings.Variable);
        AnswerWriter.Write(View(file) with { Show = console => console.WriteLine(word) }, common.Form(parsed, surroundings), surroundings);
    }

    private static Answer View(ContextFile file)
    {
        IReadOnlyList<Known> known = [.. file.Contexts.Select(context => new Known(context.Key, context.Key == file.CurrentContext, context.Value))];
        var list = Answer.List("contexts", known.Select(Document).ToList(), [], "There is no context: 'sweep context set' makes one.");
        if (file.CurrentContext is { } current)
        {
            list.Document.Value["currentContext"] = current;
        }

        return list with
        {
            Rows = Column.Rows(s_columns, known),
            Names = [.. file.Contexts.Keys],
            ShowWide = null,
            Show = known.Count == 0 ? list.Show : console => console.Write(Column.Table(console, s_columns, known)),
        };
    }

    private static JsonObject Document(Known known) => new(
    [
        KeyValuePair.Create<string, JsonNode?>("name", known.Name),
        KeyValuePair.Create<string, JsonNode?>("current", known.Current),
        .. ContextFile.ToJson(known.Context).Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone())),
    ]);

    private static readonly IReadOnlyList<Column<Known>> s_columns =
    [
        new("current", "current", known => known.Current ? "*" : "", known => known.Current ? "true" : "false"),
        Text("name", "name", known => known.Name),
        Text("where", null, known => known.Context.Server ?? known.Context.Gateway ?? known.Context.State ?? ""),
        Text(null, ContextKeys.Server, known => known.Context.Server),
        Text(null, ContextKeys.Gateway, known => known.Context.Gateway),
        Text(null, ContextKeys.State, known => known.Context.State),
        Text("token file", ContextKeys.TokenFile, known => known.Context.TokenFile),
        Text("CA file", ContextKeys.CaFile, known => known.Context.CaFile),
        Text("output", ContextKeys.Output, known => known.Context.Output),
    ];

    private static Column<Known> Text(string? heading, string? name, Func<Known, string?> text) => new(heading, name, known => text(known) ?? "", known => text(known) ?? "");
}
