using System.Globalization;

namespace Sweep.Planning;

/// <summary>One constraint, read: a comparison of settings and costs, or several under and, or, not.</summary>
public sealed class Constraint
{
    /// <summary>Characters in one constraint.</summary>
    public const int Longest = 1000;

    private readonly TruthExpression _expression;
    private readonly IReadOnlyList<ConstraintName> _names;

    private Constraint(string text, TruthExpression expression)
    {
        Text = text;
        _expression = expression;
        _names = [.. expression.Names.Distinct()];
        NamesPredictions = _names.Any(name => name.Prediction is not null);
    }

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>Whether it needs <see cref="PredictedCosts"/> at all.</summary>
    public bool NamesPredictions { get; }

    /// <exception cref="ConstraintException">It breaks rules; the first is named, with its column.</exception>
    public static Constraint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= Longest
            ? new Constraint(text, ConstraintParser.Parse(text))
            : throw new ConstraintException(Longest + 1, FormattableString.Invariant($"a constraint has at most {Longest} characters, but this one has {text.Length}"));
    }

    /// <returns>True too where it does not apply: a name in it does not exist for the trial, and decides.</returns>
    internal bool Allows(ConstraintPoint point) => _expression.Of(point) ?? true;

    /// <summary>Every name in it with its figure, for the middle of a sentence.</summary>
    internal string Figures(ConstraintPoint point) => string.Join(", ", _names.Select(name => Figure(name, point)));

    private static string Figure(ConstraintName name, ConstraintPoint point)
    {
        var value = name.Word is null ? name.Number!(point)?.ToString("R", CultureInfo.InvariantCulture) : name.Word(point);
        var figure = value is null ? $"there is no {name.Text}" : $"{name.Text} is {value}";
        return name.Prediction?.Invoke(point.Predicted()) is { IsExact: false } estimate
            ? FormattableString.Invariant($"{figure} (an estimate between {estimate.Lowest} and {estimate.Highest})")
            : figure;
    }
}

/// <summary>Which settings an experiment may try. Pure and total: no settings make it fail.</summary>
public sealed class ConstraintSet
{
    private readonly Constraint[] _constraints;

    private ConstraintSet(Constraint[] constraints)
    {
        _constraints = constraints;
        NamesPredictions = constraints.Any(constraint => constraint.NamesPredictions);
    }

    public IReadOnlyList<Constraint> Constraints => _constraints;

    /// <summary>Whether any needs <see cref="PredictedCosts"/>.</summary>
    public bool NamesPredictions { get; }

    /// <param name="texts">One constraint each; all must hold.</param>
    /// <exception cref="ConstraintException">One breaks rules.</exception>
    public static ConstraintSet Parse(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return new ConstraintSet([.. texts.Select(Constraint.Parse)]);
    }

    /// <summary>Whether every constraint holds. One that names what the trial does not have (ρ under VTP) refuses nothing for its sake.</summary>
    public bool Allows(TrialSettings settings, PredictedCosts predicted, DenseCosts dense) => Broken(new ConstraintPoint(settings, () => predicted, dense)) is null;

    /// <summary>The first constraint that does not hold, with the figures in it, as a sentence; null when all hold.</summary>
    public string? Refusal(TrialSettings settings, PredictedCosts predicted, DenseCosts dense) =>
        Refusal(new ConstraintPoint(settings, () => predicted, dense));

    /// <returns>The first that does not hold; null when all do.</returns>
    internal Constraint? Broken(ConstraintPoint point) => Array.Find(_constraints, constraint => !constraint.Allows(point));

    internal string? Refusal(ConstraintPoint point) =>
        Broken(point) is { } broken ? $"The constraint '{broken.Text}' must hold, but does not: {broken.Figures(point)}." : null;
}
