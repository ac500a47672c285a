using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Sweep.Client.Cluster;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Client.Watching;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Commands;

/// <summary>
/// Commands that change what an experiment is to do. What may change while it runs (<see cref="SpecChanges"/>) is changed by submitting its spec
/// again with other values, so that a command that was lost or came twice is harmless; everything else makes another experiment.
/// </summary>
internal static class ChangeCommands
{
    public static Command Set(CommonOptions common, Surroundings surroundings)
    {
        var experiment = ExperimentArgument.Create();
        var values = new Argument<string[]>("path=value")
        {
            Description = $"For example priority=5 or limits.trials=200. May change: {string.Join(", ", SpecChanges.Paths)}.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("set", "Change priority, weight, parallelism, limits or the number of trials of an experiment, while it runs or after.") { experiment, values };
        command.SetAction((parsed, cancellationToken) =>
            Resubmit(parsed.GetRequiredValue(experiment), parsed.GetRequiredValue(values), common.Settle(parsed, surroundings), surroundings, cancellationToken));
        return command;
    }

    public static Command Extend(CommonOptions common, Surroundings surroundings)
    {
        var experiment = ExperimentArgument.Create();
        var trials = Count("--trials", "How many more than it has now. Given twice, they are added twice.");
        var to = Count("--to", "How many it is to have in all. Given twice, nothing changes.");
        var command = new Command("extend", "Let an experiment propose more trials, while it runs or after. What was computed is not computed again.") { experiment, trials, to };
        command.Validators.Add(result =>
        {
            if (result.GetResult(trials) is null == result.GetResult(to) is null)
            {
                result.AddError("One of --trials and --to says how far.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = common.Settle(parsed, surroundings);
            await using var session = await ClusterSession.Join(settings, surroundings, cancellationToken);
            var spec = await ExperimentArgument.Named(session.Api, parsed.GetRequiredValue(experiment), known => session.Api.GetSpec(known, cancellationToken), cancellationToken);
            var name = spec.Name;
            if (spec.Search.Trials is not { } before)
            {
                throw new ClientException(
                    ExitCode.Conflict,
                    $"An experiment can be extended when search.trials says how many it has, but '{name}' is a whole grid.",
                    $"A wider space is another experiment, which shares what this one has computed: sweep fork {name} NAME --set space.sparsity.values=[…]");
            }

            var after = parsed.GetValue(to) ?? checked(before + parsed.GetValue(trials)!.Value);
            if (after < before)
            {
                throw new ClientException(ExitCode.Conflict, FormattableString.Invariant($"An experiment is extended to no fewer trials than it has, but '{name}' has {before}, and --to is {after}."));
            }

            try
            {
                Tell(await session.Api.Submit(spec with { Search = spec.Search with { Trials = after } }, cancellationToken), settings, surroundings);
            }
            catch (Exception e) when (ExperimentWatch.IsOutage(e))
            {
                throw new ClientException(
                    ExitCode.Unreachable,
                    $"Nobody answered, so it is not known whether '{name}' has {Words.Many(after, "trial")} now: {e.Message}",
                    FormattableString.Invariant($"This is safe either way: sweep extend {name} --to {after}"));
            }
        });
        return command;
    }

    public static Command Fork(CommonOptions common, Surroundings surroundings)
    {
        var experiment = ExperimentArgument.Create();
        var name = new Argument<string>("name") { Description = "Of the new experiment." };
        var set = new Option<string[]>("--set")
        {
            Description = "Sets a value of the new experiment's spec, for example --set finetune.epochs=8. May be given more than once.",
            HelpName = "path=value",
            Arity = ArgumentArity.OneOrMore,
            DefaultValueFactory = _ => [],
        };
        var command = new Command("fork", "Submit the spec of an experiment under another name, changed as you like. Stages that both have are computed once.") { experiment, name, set };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = common.Settle(parsed, surroundings);
            await using var session = await ClusterSession.Join(settings, surroundings, cancellationToken);
            var spec = await ExperimentArgument.Named(session.Api, parsed.GetRequiredValue(experiment), known => session.Api.GetSpec(known, cancellationToken), cancellationToken);
            var forked = Changed(spec with { Name = parsed.GetRequiredValue(name) }, parsed.GetValue(set) ?? []);
            Tell(await session.Api.Submit(forked, cancellationToken), settings, surroundings);
        });
        return command;
    }

    public static Command Stop(CommonOptions common, Surroundings surroundings) => OfTrials(
        "stop",
        "End trials of a running experiment. What they have finished is kept; what others want goes on.",
        (api, experiment, trial, cancellationToken) => api.StopTrial(experiment, trial, cancellationToken),
        common,
        surroundings);

    public static Command Retry(CommonOptions common, Surroundings surroundings) => OfTrials(
        "retry",
        "Try failed trials once more, whatever they failed for, and let stopped ones go on.",
        (api, experiment, trial, cancellationToken) => api.RetryTrial(experiment, trial, cancellationToken),
        common,
        surroundings);

    private static Option<int?> Count(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "count" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out var count) && count < 1)
            {
                result.AddError(FormattableString.Invariant($"{name} must be at least 1, but is {count}."));
            }
        });
        return option;
    }

    private static Command OfTrials(
        string verb, string description, Func<ISweepApi, string, string, CancellationToken, Task> order, CommonOptions common, Surroundings surroundings)
    {
        var experiment = ExperimentArgument.Create();
        var trials = new Argument<string[]>("trial") { Description = "Ids, for example t0003; 'sweep trials' tells them.", Arity = ArgumentArity.OneOrMore };
        var command = new Command(verb, description) { experiment, trials };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = common.Settle(parsed, surroundings);
            await using var session = await ClusterSession.Join(settings, surroundings, cancellationToken);
            var name = parsed.GetRequiredValue(experiment);
            foreach (var trial in parsed.GetRequiredValue(trials))
            {
                name = await ExperimentArgument.Named(session.Api, name, known => Obey(known, trial), cancellationToken);
            }

            Tell(await session.Api.GetStatus(name, cancellationToken), settings, surroundings);

            async Task<string> Obey(string name, string trial)
            {
                try
                {
                    await order(session.Api, name, trial, cancellationToken);
                    return name;
                }
                catch (TrialNotFoundException e)
                {
                    throw new ClientException(ExitCode.NotFound, e.Message, $"'sweep trials {name}' lists them.");
                }
            }
        });
        return command;
    }

    private static async Task Resubmit(string name, string[] values, CommonSettings settings, Surroundings surroundings, CancellationToken cancellationToken)
    {
        await using var session = await ClusterSession.Join(settings, surroundings, cancellationToken);
        var spec = await ExperimentArgument.Named(session.Api, name, known => session.Api.GetSpec(known, cancellationToken), cancellationToken);
        Tell(await session.Api.Submit(Changed(spec, values), cancellationToken), settings, surroundings);
    }

    /// <summary>The canonical JSON of a spec is itself a sweep file, as YAML with a line for each key: one reader, one set of rules and messages.</summary>
    private static SweepSpec Changed(SweepSpec spec, IReadOnlyList<string> values) =>
        SweepSpecReader.Read(SpecOverrides.Apply(YamlText.Of(JsonNode.Parse(CanonicalJson.Serialize(spec))), values), $"the spec of '{spec.Name}'");

    private static void Tell(ExperimentStatus status, CommonSettings settings, Surroundings surroundings) => AnswerWriter.Write(
        StatusView.Experiments([status]) with { Show = console => console.WriteLine($"'{status.Name}' is {Words.Name(status.State)}. Watch it with: sweep watch {status.Name}") },
        settings.Form,
        surroundings);
}
