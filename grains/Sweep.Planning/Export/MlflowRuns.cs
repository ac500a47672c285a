using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// An experiment in the layout of MLflow's file store: a folder for the experiment, in it one for each trial that has begun, a run, with <c>meta.yaml</c>,
/// <c>params</c>, <c>metrics</c> and <c>tags</c>, one file each. The unpruned net is a run, too. Rungs are steps of the metrics, in epochs after the cut; steps of
/// the training that the document carries (<see cref="FrontCurves"/>) are epochs of the whole net. Ids are
/// hashes of the names, so that the same experiment gives the same folders.
/// </summary>
public static class MlflowRuns
{
    private const int Running = 1;
    private const int Finished = 3;
    private const int Failed = 4;
    private const int Killed = 5;

    /// <summary>The file store wants a time of every run and metric; 0 stands for one that was not recorded.</summary>
    private const long UnknownTime = 0;

    private static readonly HashSet<string> s_settings =
        ["method", "sparsity", "target", "lambda", "rho", "seed", "finetuneSeed", "finetuneEpochs", "finetuneLearningRate"];

    /// <param name="exported">What to write.</param>
    /// <param name="root">Where the store will lie, as a URI without a slash at its end: MLflow keeps places of artifacts whole.</param>
    /// <returns>Path in the store, with slashes, and text of every file.</returns>
    public static IEnumerable<(string Path, string Text)> Write(ExportedResult exported, string root)
    {
        ArgumentNullException.ThrowIfNull(exported);
        var result = exported.Result;
        var id = (BinaryPrimitives.ReadUInt64BigEndian(Hash(result.Experiment)) >> 4).ToString(CultureInfo.InvariantCulture);
        yield return ($"{id}/meta.yaml", Yaml(
            ("artifact_location", Quoted($"{root}/{id}")),
            ("creation_time", Number(UnknownTime)),
            ("experiment_id", Quoted(id)),
            ("last_update_time", Number(UnknownTime)),
            ("lifecycle_stage", "active"),
            ("name", Quoted(result.Experiment))));
        yield return ($"{id}/tags/sweep.objectives", CanonicalJson.Serialize(result.Objectives));
        yield return ($"{id}/tags/sweep.scope", CanonicalJson.Serialize(result.Scope));
        if (exported.Spec is { } spec)
        {
            yield return ($"{id}/tags/sweep.spec", CanonicalJson.Serialize(spec));
        }

        var fields = TrialField.All(result).Where(field => field.Name is not ("experiment" or "rungs")).ToList();
        var trained = result.Curves is null ? [] : FrontCurves.Trials(result).Select(trial => trial.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var trial in result.Trials.Where(trial => trial.State != TrialState.Waiting))
        {
            var training = trained.Contains(trial.Id) ? Training(FrontCurves.Of(result, trial.Id, trial.Stages)) : [];
            foreach (var file in RunOf(result.Experiment, id, root, trial.Id, Status(trial.State), Members(trial, fields).Concat(training)))
            {
                yield return file;
            }
        }

        if (result.Dense is { } dense)
        {
            foreach (var file in RunOf(result.Experiment, id, root, TrialPlanner.DenseId, Finished, [
                .. Metrics(dense, 0), .. Training(FrontCurves.Of(result, TrialPlanner.DenseId, result.DenseStages)), ("params/method", "dense"),
            ]))
            {
                yield return file;
            }
        }
    }

    private static IEnumerable<(string Path, string Text)> RunOf(
        string experiment, string id, string root, string name, int status, IEnumerable<(string Path, string Text)> members)
    {
        var run = Convert.ToHexStringLower(Hash($"{experiment}/{name}"))[..32];
        yield return ($"{id}/{run}/meta.yaml", Yaml(
            ("artifact_uri", Quoted($"{root}/{id}/{run}/artifacts")),
            ("end_time", status == Running ? "null" : Number(UnknownTime)),
            ("entry_point_name", "''"),
            ("experiment_id", Quoted(id)),
            ("lifecycle_stage", "active"),
            ("run_id", Quoted(run)),
            ("run_name", Quoted(name)),
            ("run_uuid", Quoted(run)),
            ("source_name", "''"),
            ("source_type", "4"),
            ("source_version", "''"),
            ("start_time", Number(UnknownTime)),
            ("status", Number(status)),
            ("tags", "[]"),
            ("user_id", "sweep")));
        yield return ($"{id}/{run}/tags/mlflow.runName", name);
        yield return ($"{id}/{run}/tags/mlflow.user", "sweep");
        yield return ($"{id}/{run}/tags/mlflow.source.type", "LOCAL");
        foreach (var (path, text) in members)
        {
            yield return ($"{id}/{run}/{path}", text);
        }
    }

    /// <summary>Settings are parameters, figures are metrics, everything else is a tag.</summary>
    private static IEnumerable<(string Path, string Text)> Members(TrialResult trial, IReadOnlyList<TrialField> fields)
    {
        foreach (var field in fields)
        {
            var text = TrialLines.Text(field, trial);
            if (text.Length > 0 && s_settings.Contains(field.Name))
            {
                yield return ($"params/{field.Name}", text);
            }
            else if (text.Length > 0 && (field is TextField or FlagField))
            {
                yield return ($"tags/sweep.{field.Name}", text);
            }
        }

        List<(int Epochs, TrialMetrics Metrics)> steps = [.. (trial.Rungs ?? []).Select(rung => (rung.Epochs, rung.Metrics))];
        if (trial.Metrics is { } last)
        {
            // The last rung is what the trial came to, with less known of it.
            steps = steps.Count == 0 ? [(0, last)] : [.. steps[..^1], (steps[^1].Epochs, last)];
        }

        foreach (var metric in steps.SelectMany(step => Metrics(step.Metrics, step.Epochs)).GroupBy(metric => metric.Path))
        {
            yield return (metric.Key, string.Concat(metric.Select(line => line.Text)));
        }
    }

    /// <summary>Each a line: time in milliseconds, value, step.</summary>
    private static IEnumerable<(string Path, string Text)> Metrics(TrialMetrics metrics, int step)
    {
        (string Name, double? Value)[] figures =
        [
            ("accuracy", metrics.Accuracy), ("testAccuracy", metrics.TestAccuracy), ("parameters", metrics.Parameters), ("flops", metrics.Flops),
            ("zeros", metrics.Zeros), ("latency", metrics.Speedups is [var first, ..] ? first.Net.P50 : null),
        ];
        return figures.Where(figure => figure.Value is not null).Select(figure =>
            ($"metrics/{figure.Name}", string.Create(CultureInfo.InvariantCulture, $"{UnknownTime} {figure.Value:R} {step}\n")));
    }

    /// <summary>A file a figure, an epoch a line. Accuracy has its own steps already.</summary>
    private static IEnumerable<(string Path, string Text)> Training(TrainingCurve curve)
    {
        (string Name, Func<CurvePoint, double?> Value)[] figures =
        [
            ("trainingLoss", point => point.Loss), ("validationLoss", point => point.ValidationLoss), ("learningRate", point => point.LearningRate),
            ("primalResidual", point => point.PrimalResidual), ("doomedNormRatio", point => point.DoomedNormRatio), ("meanGate", point => point.MeanGate),
            ("maskedSparsity", point => point.Sparsity),
        ];
        foreach (var (name, value) in figures)
        {
            var lines = string.Concat(curve.Points.Where(point => value(point) is { } number && double.IsFinite(number)).Select(point =>
                string.Create(CultureInfo.InvariantCulture, $"{UnknownTime} {value(point):R} {point.At}\n")));
            if (lines.Length > 0)
            {
                yield return ($"metrics/{name}", lines);
            }
        }
    }

    private static int Status(TrialState state) => state switch
    {
        TrialState.Running => Running,
        TrialState.Failed => Failed,
        TrialState.Stopped => Killed,
        _ => Finished,
    };

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Quoted(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Yaml(params (string Key, string Value)[] members) => string.Concat(members.Select(member => $"{member.Key}: {member.Value}\n"));
}
