using System.Text;
using Sweep.Client.Cluster;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client.Commands;

/// <summary>What results can be exported as.</summary>
internal enum ResultFormat
{
    /// <summary>A line a trial.</summary>
    Csv,

    /// <summary>A trial of the result document a line.</summary>
    Jsonl,

    /// <summary>Spec and result document: the one that Sweep reads again.</summary>
    Json,

    Parquet,

    /// <summary>The log of Optuna's journal storage.</summary>
    Optuna,

    /// <summary>A folder in the layout of MLflow's file store.</summary>
    Mlflow,
}

/// <summary>Results for other programs.</summary>
internal static class ResultExport
{
    private const string StandardOutput = "-";

    public static IReadOnlyList<string> Formats { get; } = Enum.GetNames<ResultFormat>();

    /// <returns>Null for a format of models.</returns>
    public static ResultFormat? Of(string format) => Enum.TryParse<ResultFormat>(format, ignoreCase: true, out var known) ? known : null;

    public static async Task Write(
        string experiment, ResultFormat format, string? to, CommonSettings settings, Surroundings surroundings, CancellationToken cancellationToken)
    {
        if (to == StandardOutput && format is (ResultFormat.Parquet or ResultFormat.Mlflow))
        {
            throw new ClientException(ExitCode.Usage, $"Only text goes to standard output, but --format is {Words.Name(format)}.", "Name a path with --to.");
        }

        var exported = (await Read([experiment], Curves.Add, settings, surroundings, cancellationToken))[0];
        if (to == StandardOutput)
        {
            await surroundings.Output.WriteAsync(Text(exported, format));
            return;
        }

        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(to ?? exported.Result.Experiment + Ending(format)));
        if (Path.Exists(target))
        {
            throw new ClientException(ExitCode.Conflict, $"Results are written to a new place, but '{target}' is there already.", "Name another with --to.");
        }

        WriteWhole(target, format, exported);
        AnswerWriter.Write(
            Answer.List<string>("files", [target], [new("file", "file", path => path, path => path)], "") with { Show = console => console.Profile.Out.Writer.WriteLine($"Written to {target}") },
            settings.Form,
            surroundings);
    }

    /// <summary>The results with the specs they came from, in one session with the cluster, or in none where all are files.</summary>
    /// <param name="experiments">Names, or files.</param>
    /// <param name="complete">What is asked for beside the result of an experiment.</param>
    /// <param name="settings">Where to ask.</param>
    /// <param name="surroundings">What there is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<ExportedResult>> Read(
        IReadOnlyList<string> experiments,
        Func<ISweepApi, ExperimentResult, CancellationToken, Task<ExperimentResult>> complete,
        CommonSettings settings,
        Surroundings surroundings,
        CancellationToken cancellationToken)
    {
        await using var session = experiments.All(ResultFile.Is) ? null : await ClusterSession.Ask(settings, surroundings, cancellationToken);
        var read = new List<ExportedResult>();
        foreach (var name in experiments)
        {
            read.Add(session is null || ResultFile.Is(name) ? ResultFile.Read(name) : await ExperimentArgument.Named(
                session.Api,
                name,
                async known => new ExportedResult { Result = await complete(session.Api, await session.Api.GetResult(known, cancellationToken), cancellationToken), Spec = await session.Api.GetSpec(known, cancellationToken) },
                cancellationToken));
        }

        return read;
    }

    private static string Text(ExportedResult exported, ResultFormat format) => format switch
    {
        ResultFormat.Csv => TrialLines.Csv(exported.Result),
        ResultFormat.Jsonl => TrialLines.Jsonl(exported.Result),
        ResultFormat.Optuna => OptunaJournal.Write(exported),
        _ => exported.Write(),
    };

    private static string Ending(ResultFormat format) => format switch
    {
        ResultFormat.Optuna => ".journal",
        ResultFormat.Mlflow => "-mlruns",
        _ => "." + Words.Name(format),
    };

    /// <summary>Whole or not at all: written beside its place, then renamed.</summary>
    private static void WriteWhole(string target, ResultFormat format, ExportedResult exported)
    {
        var partial = FormattableString.Invariant($"{target}.{Environment.ProcessId}.new");
        try
        {
            if (format == ResultFormat.Mlflow)
            {
                foreach (var (path, text) in MlflowRuns.Write(exported, new Uri(target).AbsoluteUri))
                {
                    var file = Path.Combine(partial, path);
                    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                    File.WriteAllText(file, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
                }

                Directory.Move(partial, target);
                return;
            }

            File.WriteAllBytes(partial, format == ResultFormat.Parquet ? ParquetTrials.Write(exported) : Encoding.UTF8.GetBytes(Text(exported, format)));
            File.Move(partial, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ExitCode.Error, $"Results must be written to '{target}', but cannot be: {e.Message}", "Name another place with --to.");
        }
        finally
        {
            if (Directory.Exists(partial))
            {
                Directory.Delete(partial, recursive: true);
            }

            File.Delete(partial);
        }
    }
}
