using System.CommandLine;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Planning;

namespace Sweep.Client.Commands;

/// <summary><c>sweep diff</c>: what a sweep file would have differently from an experiment. Like diff, it ends with 1 when there is a difference.</summary>
internal static class DiffCommand
{
    public static Command Create(CommonOptions common, Surroundings surroundings)
    {
        var spec = new SpecArgument();
        var experiment = ExperimentArgument.OrFile();
        var command = new Command("diff", "Show in what a sweep file differs from an experiment, every default filled in. Exit code 1: it does, as of diff.");
        spec.AddTo(command);
        command.Add(experiment);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = common.Settle(parsed, surroundings);
            var given = spec.Read(parsed, surroundings);
            var name = parsed.GetRequiredValue(experiment);
            var submitted = ResultFile.Is(name)
                ? ResultFile.Show(name, surroundings).Spec ?? throw new ClientException(ExitCode.Conflict, $"A sweep file is compared with a spec, but the result file '{name}' has none.")
                : await ExperimentArgument.Ask(settings, surroundings, name, (api, known) => api.GetSpec(known, cancellationToken), cancellationToken);
            var differences = SpecDifferences.Of([submitted, given]);
            AnswerWriter.Write(
                Answer.List(
                    "differences",
                    [.. differences.Select(key => new Difference(key.Path, key.Values[0], key.Values[1]))],
                    [
                        new("key", "key", one => one.Key, one => one.Key),
                        new("experiment", "experiment", one => one.Experiment ?? "absent", one => one.Experiment ?? ""),
                        new("file", "file", one => one.File ?? "absent", one => one.File ?? ""),
                    ],
                    $"'{spec.File(parsed)}' asks for what '{submitted.Name}' does."),
                settings.Form,
                surroundings);
            return (int)(differences.Count == 0 ? ExitCode.Ok : ExitCode.Error);
        });
        return command;
    }

    /// <summary>What a key has on both sides, as canonical JSON; null where it is absent.</summary>
    private sealed record Difference(string Key, string? Experiment, string? File);
}
