using System.CommandLine;
using Sweep.Client.Cluster;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Grains;
using Sweep.Models;
using Sweep.Models.Export;
using Sweep.Planning;

namespace Sweep.Client.Commands;

/// <summary><c>sweep export</c>: an experiment's models as files for other programs.</summary>
internal static class ExportCommand
{
    public static Command Create(CommonOptions common, Surroundings surroundings)
    {
        var experiment = ExperimentArgument.OrFile();
        var trial = new Argument<string?>("trial")
        {
            Description = "Which one: an id that 'sweep trials' tells, or dense.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var front = new Option<bool>("--front") { Description = "Every trial of the front, each in a folder of its own." };
        var format = new Option<string>("--format")
        {
            Description = "Of a model: safetensors (timm's names, with shape.json), onnx, or all. Of the results: csv, jsonl, json (which commands read again), parquet, optuna (a journal), "
                + "or mlflow (a file store).",
            HelpName = "format",
            DefaultValueFactory = _ => "all",
        };
        format.AcceptOnlyFromAmong([.. Enum.GetNames<ExportFormat>().Concat(ResultExport.Formats).Select(name => name.ToLowerInvariant())]);
        var to = new Option<string?>("--to", "-O")
        {
            Description = "Folder or file to write; it must not exist yet. Default, here: EXPERIMENT-TRIAL, or of results EXPERIMENT with the format's ending. - for standard output.",
            HelpName = "path",
        };
        var http = new Option<string?>("--http") { Description = "Where a silo serves HTTP; needed only with --gateway.", HelpName = "address" };
        var command = new Command(
            "export", "Write a trial's model for use without Sweep: weights, ONNX, and the proof of what it costs; or the results of an experiment for other programs.")
        {
            experiment, trial, front, format, to, http,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = common.Settle(parsed, surroundings);
            var name = parsed.GetRequiredValue(experiment);
            var wanted = parsed.GetValue(trial);
            if (ResultExport.Of(parsed.GetRequiredValue(format)) is { } results)
            {
                if (wanted is not null || parsed.GetValue(front))
                {
                    throw new ClientException(ExitCode.Usage, $"Results are exported whole, but {(wanted is null ? "--front" : $"trial '{wanted}'")} was given.", "The column onFront, or 'sweep front', tells the front.");
                }

                await ResultExport.Write(name, results, parsed.GetValue(to), settings, surroundings, cancellationToken);
                return;
            }

            if (ResultFile.Is(name))
            {
                throw new ClientException(ExitCode.Usage, $"A result file has no models, but '{name}' is asked for one.", "Name the experiment, or a format of results with --format.");
            }

            if (parsed.GetValue(front) == wanted is not null)
            {
                throw new ClientException(ExitCode.Usage, "Either a trial or --front says what to export, and only one of both.", $"'sweep trials {name}' tells the trials.");
            }

            var target = NewFolder(parsed.GetValue(to) ?? $"{name}-{wanted ?? "front"}");
            var kind = Enum.Parse<ExportFormat>(parsed.GetRequiredValue(format), ignoreCase: true);
            var address = parsed.GetValue(http) is { } text ? ServerAddress.Parse(text, "--http").Address : null;
            _ = settings.Token.Read();
            await using var session = await ClusterSession.Ask(settings, surroundings, cancellationToken);
            var server = HttpServer.At(
                address ?? session.Http ?? throw new ClientException(
                    ExitCode.Usage, "Models are downloaded over HTTP, and a gateway does not tell where that is.", "Name the silo's HTTP address with --http."),
                settings);
            var result = await ExperimentArgument.Named(session.Api, name, known => session.Api.GetResult(known, cancellationToken), cancellationToken);
            name = result.Experiment;
            IReadOnlyList<string> trials = wanted is not null ? [Known(result, wanted)] : result.Front.Count > 0 ? result.Front : throw new ClientException(
                ExitCode.NotFound, $"The front of '{name}' must have a trial to export, but is empty.");
            List<ModelProof> proofs = [];
            await WriteWhole(target, async folder =>
            {
                foreach (var id in trials)
                {
                    // The cluster's word becomes a path here.
                    if (!PlainName.Fits(id))
                    {
                        throw new ClientException(ExitCode.Error, $"A trial's id must be {PlainName.Rule}, but '{name}' has '{id}'.");
                    }

                    var place = wanted is not null ? folder : Directory.CreateDirectory(Path.Combine(folder, id)).FullName;
                    proofs.Add(await Export(surroundings.Models, server, name, id, place, kind, cancellationToken));
                }
            });
            var answer = Answer.List("models", proofs, ModelColumns.All, "No model.");
            AnswerWriter.Write(
                answer with
                {
                    Show = console =>
                    {
                        answer.Show(console);
                        console.Profile.Out.Writer.WriteLine($"Written to {target}");
                    },
                },
                settings.Form,
                surroundings);
        });
        return command;
    }

    private static async Task<ModelProof> Export(
        IModelSource models, HttpServer server, string experiment, string trial, string folder, ExportFormat format, CancellationToken cancellationToken)
    {
        var download = Directory.CreateDirectory(Path.Combine(folder, ".download")).FullName;
        await models.Fetch(server, experiment, trial, download, cancellationToken);
        try
        {
            return ModelExport.Write(download, folder, format);
        }
        catch (Exception e) when (e is StageFaultException or InvalidDataException or ArgumentException)
        {
            throw new ClientException(ExitCode.Error, $"The model of '{trial}' cannot be exported: {e.Message}");
        }
        finally
        {
            Directory.Delete(download, recursive: true);
        }
    }

    /// <exception cref="ClientException">The experiment has no such trial.</exception>
    private static string Known(ExperimentResult result, string trial)
    {
        List<string> ids = [ExperimentPlanner.DenseId, .. (result.DenseSeeds ?? []).Select(dense => dense.Id), .. result.Trials.Select(candidate => candidate.Id)];
        if (ids.Contains(trial))
        {
            return trial;
        }

        var close = ids.Where(id => Spelling.IsClose(trial, id)).Take(3).ToList();
        throw new ClientException(
            ExitCode.NotFound,
            $"'{result.Experiment}' has no trial '{trial}'.",
            close.Count > 0 ? $"Did you mean {string.Join(" or ", close.Select(id => $"'{id}'"))}?" : $"'sweep trials {result.Experiment}' tells them.");
    }

    private static string NewFolder(string folder)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return Path.Exists(path)
            ? throw new ClientException(ExitCode.Conflict, $"An export is written to a new folder, but '{path}' is there already.", "Name another with --to.")
            : path;
    }

    /// <summary>Whole or not at all: written beside its place, then renamed.</summary>
    private static async Task WriteWhole(string target, Func<string, Task> write)
    {
        var partial = FormattableString.Invariant($"{target}.{Environment.ProcessId}.new");
        try
        {
            Directory.CreateDirectory(partial);
            await write(partial);
            Directory.Move(partial, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ExitCode.Error, $"The export must be written to '{target}', but cannot be: {e.Message}", "Name another folder with --to.");
        }
        finally
        {
            if (Directory.Exists(partial))
            {
                Directory.Delete(partial, recursive: true);
            }
        }
    }
}
