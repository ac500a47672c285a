using System.Text.Json;
using System.Text.Json.Nodes;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>A result that left its cluster, with the spec it came from: what <c>sweep export --format json</c> writes and every reading command reads.</summary>
public sealed record ExportedResult
{
    public string ApiVersion { get; init; } = "sweep/v1";

    /// <summary>Null where only the result document was kept.</summary>
    public SweepSpec? Spec { get; init; }

    public required ExperimentResult Result { get; init; }

    /// <summary>Of a file of this form, or of a result document alone (<c>sweep show NAME -o json</c>).</summary>
    /// <param name="text">The file.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="InvalidDataException">It is neither, or it contradicts itself.</exception>
    /// <exception cref="SweepSpecException">Its spec breaks rules.</exception>
    public static ExportedResult Read(string text, string file)
    {
        ArgumentNullException.ThrowIfNull(text);
        ExportedResult read;
        try
        {
            var document = JsonNode.Parse(text) as JsonObject ?? throw new JsonException("It is no object.");
            if (HasNull(document))
            {
                throw new JsonException("What is absent is left out, but something is null.");
            }

            read = document.ContainsKey("result")
                ? CanonicalJson.Deserialize<ExportedResult>(text)
                : new ExportedResult { Result = CanonicalJson.Deserialize<ExperimentResult>(text) };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException(
                $"A result must be a file of 'sweep export NAME --format json', or of 'sweep show NAME -o json' of the same version, but '{file}' is not: {e.Message}", e);
        }

        return Fault(read) is { } fault ? throw new InvalidDataException($"A result must be whole, but in '{file}' {fault}.")
            : read.Spec is null ? read
            : read with { Spec = SweepSpecReader.Read(CanonicalJson.SerializeIndented(read.Spec), $"the spec in {file}") };
    }

    /// <summary>Indented, for files that people open.</summary>
    public string Write() => CanonicalJson.SerializeIndented(this) + "\n";

    /// <summary>Nothing that Sweep writes is null, and nothing that reads results expects it.</summary>
    private static bool HasNull(JsonNode? node) => node switch
    {
        null => true,
        JsonObject members => members.Any(member => HasNull(member.Value)),
        JsonArray items => items.Any(HasNull),
        _ => false,
    };

    private static string? Fault(ExportedResult read)
    {
        var result = read.Result;
        var ids = result.Trials.Select(trial => trial.Id).ToHashSet(StringComparer.Ordinal);
        return read.ApiVersion != "sweep/v1" ? $"apiVersion is '{read.ApiVersion}', not 'sweep/v1'"
            : result.Objectives.Count == 0 ? "there are no objectives"
            : result.Scope.Seeds.Count == 0 ? "there are no seeds"
            : ids.Count < result.Trials.Count ? "two trials have the same id"
            : result.Front.FirstOrDefault(id => !ids.Contains(id)) is { } unknown ? $"the front has '{unknown}', which is no trial"
            : result.Trials.FirstOrDefault(trial => trial.State == TrialState.Complete != trial.Metrics is not null) is { } odd ? $"trial '{odd.Id}' is {odd.State.ToString().ToLowerInvariant()}, which goes against its metrics"
            : result.Front.Count > 0 && result.Trials.FirstOrDefault(trial => IsUnmeasured(trial, result)) is { } slow ? $"trial '{slow.Id}' has no latency, which is an objective"
            : (result.Curves ?? []).Select(HistoryRules.Fault).FirstOrDefault(fault => fault is not null) is { } rule ? $"the curves break a rule: {rule}"
            : read.Spec is { } spec && spec.Name != result.Experiment ? $"the spec is of '{spec.Name}', the result of '{result.Experiment}'"
            : null;
    }

    private static bool IsUnmeasured(TrialResult trial, ExperimentResult result) =>
        trial.Metrics is { Speedups: null or [] } && result.Objectives.Any(objective => objective.Metric == Metric.Latency);
}
