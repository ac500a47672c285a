using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sweep.Planning.Schema;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// An experiment as a study that Optuna loads: the log of operations of its journal storage, one JSON object a line. A study of the experiment's name
/// with its objectives' directions; every trial with state, values, parameters and their distributions; what Optuna has no place for as user attributes. Optuna calls
/// pruned what Sweep calls stopped.
/// </summary>
public static class OptunaJournal
{
    private const int CreateStudy = 0;
    private const int SetStudyUserAttribute = 2;
    private const int CreateTrial = 4;

    private const int Minimize = 1;
    private const int Maximize = 2;

    public static string Write(ExportedResult exported)
    {
        ArgumentNullException.ThrowIfNull(exported);
        var result = exported.Result;
        var text = new StringBuilder();
        void Add(int operation, JsonObject members)
        {
            members["op_code"] = operation;
            members["worker_id"] = "sweep";
            text.Append(CanonicalJson.Serialize<JsonNode>(members)).Append('\n');
        }

        Add(CreateStudy, new JsonObject
        {
            ["study_name"] = result.Experiment,
            ["directions"] = new JsonArray([.. result.Objectives.Select(objective => (JsonNode)(objective.Goal == Goal.Maximize ? Maximize : Minimize))]),
        });
        foreach (var (name, value) in StudyAttributes(exported))
        {
            Add(SetStudyUserAttribute, new JsonObject { ["study_id"] = 0, ["user_attr"] = new JsonObject { [name] = value } });
        }

        var space = new ExportedSpace(exported);
        foreach (var trial in result.Trials)
        {
            Add(CreateTrial, TrialOf(trial, result, space));
        }

        return text.ToString();
    }

    private static IEnumerable<(string Name, JsonNode? Value)> StudyAttributes(ExportedResult exported)
    {
        yield return ("sweep:objectives", new JsonArray([.. exported.Result.Objectives.Select(objective => (JsonNode)RuleWords.Name(objective.Metric))]));
        yield return ("sweep:scope", ToNode(exported.Result.Scope));
        if (exported.Result.Dense is { } dense)
        {
            yield return ("sweep:dense", ToNode(dense));
        }

        if (exported.Spec is { } spec)
        {
            yield return ("sweep:spec", ToNode(spec));
        }
    }

    private static JsonObject TrialOf(TrialResult trial, ExperimentResult result, ExportedSpace space)
    {
        var values = trial.Metrics is { } metrics ? ObjectiveValues.Of(result.Objectives, metrics) : [];
        var known = values.Count > 0 && values.All(double.IsFinite);
        var (parameters, distributions) = (new JsonObject(), new JsonObject());
        foreach (var (name, value) in space.Values(trial.Settings))
        {
            parameters[name] = value;
            distributions[name] = space.Distribution(name).ToJsonString();
        }

        return new JsonObject
        {
            ["study_id"] = 0,
            ["datetime_start"] = null,
            ["state"] = State(trial.State, known),
            ["value"] = known && values.Count == 1 ? values[0] : null,
            ["values"] = known && values.Count > 1 ? new JsonArray([.. values.Select(value => (JsonNode)value)]) : null,
            ["params"] = parameters,
            ["distributions"] = distributions,
            ["intermediate_values"] = new JsonObject((trial.Rungs ?? []).Where(rung => double.IsFinite(rung.Metrics.Accuracy)).DistinctBy(rung => rung.Epochs).Select(rung =>
                KeyValuePair.Create(rung.Epochs.ToString(CultureInfo.InvariantCulture), (JsonNode?)rung.Metrics.Accuracy))),
            ["system_attrs"] = new JsonObject(),
            ["user_attrs"] = Attributes(trial),
        };
    }

    private static JsonObject Attributes(TrialResult trial)
    {
        var attributes = new JsonObject { ["sweep:trial"] = trial.Id, ["sweep:stages"] = ToNode(trial.Stages) };
        void Add<T>(string name, T? value)
        {
            if (value is not null)
            {
                attributes[name] = ToNode(value);
            }
        }

        Add("sweep:metrics", trial.Metrics);
        Add("sweep:reason", trial.Reason);
        Add("sweep:rungs", trial.Rungs);
        Add("sweep:device", trial.Device);
        Add("sweep:failure", trial.Failure);
        return attributes;
    }

    private static int State(TrialState state, bool known) => state switch
    {
        TrialState.Running => 0,
        TrialState.Complete when known => 1,
        TrialState.Stopped => 2,
        TrialState.Waiting => 4,
        _ => 3,
    };

    private static JsonNode ToNode<T>(T value) => JsonNode.Parse(CanonicalJson.Serialize(value))!;
}
