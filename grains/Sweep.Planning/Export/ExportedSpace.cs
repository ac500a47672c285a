using System.Text.Json.Nodes;

namespace Sweep.Planning;

/// <summary>
/// The search space in Optuna's words: continua and ranges as its float and int distributions, lists of values as categorical ones. Where the spec is not
/// known, each setting is categorical over the values that trials have.
/// </summary>
internal sealed class ExportedSpace
{
    private readonly TrialSpace? _space;
    private readonly IReadOnlyDictionary<string, SpaceParameter> _parameters;

    public ExportedSpace(ExportedResult exported)
    {
        _space = exported.Spec is { } spec ? new TrialSpace(spec) : null;
        _parameters = (_space?.Space.Parameters ?? Seen(exported.Result.Trials)).ToDictionary(parameter => parameter.Name);
    }

    /// <summary>What a trial has: the place among the values of a categorical parameter, else the number.</summary>
    public IEnumerable<(string Name, double Value)> Values(TrialSettings settings) => All(settings)
        .Where(one => _parameters.ContainsKey(one.Name))
        .Select(one => (one.Name, _parameters[one.Name] switch
        {
            ChoiceParameter choice => choice.Values.ToList().IndexOf(one.Value.Choice ?? ""),
            OrdinalParameter ordinal => ordinal.Values.ToList().IndexOf(one.Value.Number),
            _ => one.Value.Number,
        }))
        .Where(one => _parameters[one.Name] is FloatParameter or IntegerParameter || one.Item2 >= 0);

    public JsonObject Distribution(string name) => _parameters[name] switch
    {
        ChoiceParameter choice => Named("CategoricalDistribution", new JsonObject { ["choices"] = new JsonArray([.. choice.Values.Select(value => (JsonNode)value)]) }),
        OrdinalParameter ordinal => Named("CategoricalDistribution", new JsonObject { ["choices"] = new JsonArray([.. ordinal.Values.Select(value => (JsonNode)value)]) }),
        IntegerParameter whole => Named("IntDistribution", new JsonObject { ["low"] = whole.Low, ["high"] = whole.High, ["step"] = whole.Log ? 1 : whole.Step, ["log"] = whole.Log }),
        FloatParameter number => Named("FloatDistribution", new JsonObject { ["low"] = number.Low, ["high"] = number.High, ["step"] = number.Log ? null : number.Step, ["log"] = number.Log }),
        var other => throw new InvalidOperationException($"There is no distribution for {other.Name}."),
    };

    private static JsonObject Named(string name, JsonObject attributes) => new() { ["name"] = name, ["attributes"] = attributes };

    private IEnumerable<(string Name, ParameterValue Value)> All(TrialSettings settings) =>
        _space?.Values(settings).All ?? Seen(settings);

    private static IReadOnlyList<SpaceParameter> Seen(IReadOnlyList<TrialResult> trials) =>
    [
        .. trials.SelectMany(trial => Seen(trial.Settings)).GroupBy(one => one.Name).Select(group => (SpaceParameter)(group.First().Value.Choice is not null
            ? new ChoiceParameter { Name = group.Key, Values = [.. group.Select(one => one.Value.Choice!).Distinct().Order(StringComparer.Ordinal)] }
            : new OrdinalParameter { Name = group.Key, Values = [.. group.Select(one => one.Value.Number).Distinct().Order()] })),
    ];

    private static IEnumerable<(string Name, ParameterValue Value)> Seen(TrialSettings settings) =>
        from setting in TrialSetting.All
        let value = setting.Word is { } word ? word(settings) is { } text ? ParameterValue.Of(text) : null
            : setting.Number!(settings) is { } number ? ParameterValue.Of(number)
            : (ParameterValue?)null
        where value is not null
        select (setting.Name, value.Value);
}
