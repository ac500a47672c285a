using System.Globalization;
using Sweep.Planning.Schema;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// A spec's axes as a search space, and back: points as settings. A coefficient that the space does not have is the method's default in the
/// settings, and is no parameter.
/// </summary>
public sealed class TrialSpace
{
    /// <summary>
    /// Digits that drawn numbers keep: powers may differ in the last bits between machines, and settings are part of stage ids.
    /// </summary>
    private const string DrawnFormat = "G12";

    private static readonly Dictionary<string, PruningMethod> s_methods = Enum.GetValues<PruningMethod>().ToDictionary(RuleWords.Name);
    private static readonly Dictionary<string, BudgetTarget> s_targets = Enum.GetValues<BudgetTarget>().ToDictionary(RuleWords.Name);

    private readonly SweepSpec _spec;
    private readonly Dictionary<string, SpaceParameter> _parameters;

    public TrialSpace(SweepSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        _spec = spec;
        var space = spec.Space;
        SpaceParameter?[] parameters =
        [
            new ChoiceParameter { Name = "method", Values = [.. space.Method.Values.Select(RuleWords.Name)] },
            Number("sparsity", space.Sparsity, _ => true),
            Choice("target", space.Target, RuleWords.Name, MethodTraits.IsStructured),
            Number("lambda", space.Lambda, MethodTraits.HasLambda),
            Number("rho", space.Rho, MethodTraits.HasRho),
            Choice("seed", space.Seed, Text, _ => true),
            space.FinetuneSeed?.Range is null ? Choice("finetuneSeed", space.FinetuneSeed, Text, _ => true) : Whole("finetuneSeed", space.FinetuneSeed),
            Whole("finetuneEpochs", space.FinetuneEpochs),
            Number("finetuneLearningRate", space.FinetuneLearningRate, _ => true),
        ];
        Space = new SearchSpace
        {
            Parameters = [.. parameters.OfType<SpaceParameter>()],
            Allows = SettingsFilter.Of(spec) is { } filter ? point => filter.Allows(Settings(point)) : null,
        };
        _parameters = Space.Parameters.ToDictionary(parameter => parameter.Name);
    }

    public SearchSpace Space { get; }

    /// <summary>λ of the method where the space has none; null where the method has none either.</summary>
    public static double? DefaultLambda(SweepSpec spec, PruningMethod method)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return method switch
        {
            PruningMethod.Gohsp => spec.Gohsp.Lambda,
            PruningMethod.Vtp => spec.Vtp.Lambda,
            _ => null,
        };
    }

    /// <summary>ρ of the method where the space has none; null where the method has none either.</summary>
    public static double? DefaultRho(SweepSpec spec, PruningMethod method)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return method.HasRho() ? spec.Gohsp.Rho : null;
    }

    /// <summary>The settings of a point.</summary>
    /// <exception cref="ArgumentException">The point has no method, or one that is none.</exception>
    public TrialSettings Settings(ParameterValues point)
    {
        ArgumentNullException.ThrowIfNull(point);
        if (point.Find("method")?.Choice is not { } name || !s_methods.TryGetValue(name, out var method))
        {
            throw new ArgumentException($"A point must have a method, but has '{point.Find("method")?.Choice}'.", nameof(point));
        }

        return new TrialSettings
        {
            Method = method,
            Sparsity = Drawn("sparsity", point) ?? throw new ArgumentException("A point must have a sparsity, but has none.", nameof(point)),
            Target = point.Find("target")?.Choice is { } target ? s_targets[target] : null,
            Lambda = Drawn("lambda", point) ?? DefaultLambda(_spec, method),
            Rho = Drawn("rho", point) ?? DefaultRho(_spec, method),
            Seed = DrawnWhole("seed", point),
            FinetuneSeed = DrawnWhole("finetuneSeed", point),
            FinetuneEpochs = (int?)DrawnWhole("finetuneEpochs", point),
            FinetuneLearningRate = Drawn("finetuneLearningRate", point),
        };
    }

    /// <summary>The point that has these settings. Settings of another space keep what this one has parameters for.</summary>
    public ParameterValues Values(TrialSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var method = RuleWords.Name(settings.Method);
        return new ParameterValues(
            from parameter in Space.Parameters
            where parameter.When is null || parameter.When.Values.Contains(method)
            let value = ValueOf(parameter, settings)
            where value is not null
            select (parameter.Name, value.Value));
    }

    /// <summary>Whether the settings are a point of the space: they have every parameter that exists for their method, with a value of it.</summary>
    public bool Contains(TrialSettings settings) => Refusal(settings) is null;

    /// <summary>Why the settings are no point of the space, for example <c>lambda outside the space</c>; null when they are one.</summary>
    public string? Refusal(TrialSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var method = RuleWords.Name(settings.Method);
        foreach (var parameter in Space.Parameters.Where(parameter => parameter.When is null || parameter.When.Values.Contains(method)))
        {
            if (ValueOf(parameter, settings) is not { } value)
            {
                return $"no {parameter.Name}";
            }

            if (!Has(parameter, value))
            {
                return $"{parameter.Name} outside the space";
            }
        }

        return null;
    }

    private static bool Has(SpaceParameter parameter, ParameterValue value) => parameter switch
    {
        ChoiceParameter choice => choice.Values.Contains(value.Choice),
        OrdinalParameter ordinal => ordinal.Values.Contains(value.Number),
        IntegerParameter whole => value.Number >= whole.Low && value.Number <= whole.High,
        FloatParameter number => value.Number >= number.Low && value.Number <= number.High,
        _ => false,
    };

    private static ParameterValue? ValueOf(SpaceParameter parameter, TrialSettings settings) => parameter.Name switch
    {
        "method" => ParameterValue.Of(RuleWords.Name(settings.Method)),
        "sparsity" => ParameterValue.Of(settings.Sparsity),
        "target" => settings.Target is { } target ? ParameterValue.Of(RuleWords.Name(target)) : null,
        "lambda" => Of(settings.Lambda),
        "rho" => Of(settings.Rho),
        "seed" => settings.Seed is { } seed ? ParameterValue.Of(Text(seed)) : null,
        "finetuneSeed" when parameter is ChoiceParameter => settings.FinetuneSeed is { } seed ? ParameterValue.Of(Text(seed)) : null,
        "finetuneSeed" => Of(settings.FinetuneSeed),
        "finetuneEpochs" => Of(settings.FinetuneEpochs),
        _ => Of(settings.FinetuneLearningRate),
    };

    private static ParameterValue? Of(double? value) => value is { } number ? ParameterValue.Of(number) : null;

    private double? Drawn(string name, ParameterValues point)
    {
        if (point.Find(name) is not { } value)
        {
            return null;
        }

        var rounded = double.Parse(value.Number.ToString(DrawnFormat, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return _parameters[name] is FloatParameter range ? Math.Clamp(rounded, range.Low, range.High) : value.Number;
    }

    private static long? DrawnWhole(string name, ParameterValues point) => point.Find(name) is not { } value ? null
        : value.Choice is { } text ? long.Parse(text, CultureInfo.InvariantCulture)
        : (long)Math.Round(value.Number, MidpointRounding.AwayFromZero);

    private SpaceParameter? Number(string name, SpaceAxis<double>? axis, Func<PruningMethod, bool> knows) => axis switch
    {
        null => null,
        { Range: [var low, var high] } => new FloatParameter
        {
            Name = name,
            Low = low,
            High = high,
            Step = axis.Step,
            Log = axis.Scale == AxisScale.Log,
            When = Condition(axis, knows),
        },
        _ => new OrdinalParameter { Name = name, Values = [.. axis.Values.Order()], When = Condition(axis, knows) },
    };

    private SpaceParameter? Whole<T>(string name, SpaceAxis<T>? axis)
        where T : struct, IConvertible => axis switch
        {
            null => null,
            { Range: [var low, var high] } => new IntegerParameter
            {
                Name = name,
                Low = (long)low,
                High = (long)high,
                Step = (long)(axis.Step ?? 1),
                Log = axis.Scale == AxisScale.Log,
                When = Condition(axis, _ => true),
            },
            _ => new OrdinalParameter
            {
                Name = name,
                Values = [.. axis.Values.Select(value => value.ToDouble(CultureInfo.InvariantCulture)).Order()],
                When = Condition(axis, _ => true),
            },
        };

    private ChoiceParameter? Choice<T>(string name, SpaceAxis<T>? axis, Func<T, string> text, Func<PruningMethod, bool> knows) =>
        axis is null ? null : new ChoiceParameter { Name = name, Values = [.. axis.Values.Select(text)], When = Condition(axis, knows) };

    /// <returns>Null where every method of the space has the axis.</returns>
    private ParameterCondition? Condition<T>(SpaceAxis<T> axis, Func<PruningMethod, bool> knows)
    {
        var methods = _spec.Space.Method.Values.Where(method => knows(method) && axis.AppliesTo(method)).ToList();
        return methods.Count == _spec.Space.Method.Values.Count ? null
            : new ParameterCondition { Parameter = "method", Values = [.. methods.Select(RuleWords.Name)] };
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
