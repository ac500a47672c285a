namespace Sweep.Planning;

/// <summary>
/// A typed part of a constraint. A value that does not exist for a trial (ρ under VTP) is null, what is reckoned with it is null, and a
/// comparison with it is null: it says nothing of that trial. Three truth values then, as Kleene's: what a null cannot change, holds.
/// </summary>
/// <param name="Column">Where it begins in the text, from 1.</param>
internal abstract record ConstraintExpression(int Column)
{
    public abstract IEnumerable<ConstraintExpression> Parts { get; }

    /// <summary>Every name below, in the order of the text.</summary>
    public IEnumerable<ConstraintName> Names => this is NameNumber { Name: var number } ? [number]
        : this is NameWord { Name: var word } ? [word]
        : Parts.SelectMany(part => part.Names);
}

internal abstract record NumberExpression(int Column) : ConstraintExpression(Column)
{
    /// <returns>Null where a name in it does not exist for the trial.</returns>
    public abstract double? Of(ConstraintPoint point);
}

internal abstract record WordExpression(int Column) : ConstraintExpression(Column)
{
    /// <returns>Null where it does not exist for the trial.</returns>
    public abstract string? Of(ConstraintPoint point);
}

internal abstract record TruthExpression(int Column) : ConstraintExpression(Column)
{
    /// <returns>Null where it does not apply to the trial.</returns>
    public abstract bool? Of(ConstraintPoint point);
}

internal sealed record LiteralNumber(int Column, double Value) : NumberExpression(Column)
{
    public override IEnumerable<ConstraintExpression> Parts => [];

    public override double? Of(ConstraintPoint point) => Value;
}

internal sealed record NameNumber(int Column, ConstraintName Name) : NumberExpression(Column)
{
    public override IEnumerable<ConstraintExpression> Parts => [];

    public override double? Of(ConstraintPoint point) => Name.Number!(point);
}

/// <param name="Column">Of the sign.</param>
/// <param name="Operand">What is negated.</param>
internal sealed record NegativeNumber(int Column, NumberExpression Operand) : NumberExpression(Column)
{
    public override IEnumerable<ConstraintExpression> Parts => [Operand];

    public override double? Of(ConstraintPoint point) => -Operand.Of(point);
}

/// <summary>Double arithmetic: a division by 0 is an infinity or no number, which no comparison but != holds for.</summary>
internal sealed record Arithmetic(NumberExpression Left, string Sign, NumberExpression Right) : NumberExpression(Left.Column)
{
    public override IEnumerable<ConstraintExpression> Parts => [Left, Right];

    public override double? Of(ConstraintPoint point) => Sign switch
    {
        "+" => Left.Of(point) + Right.Of(point),
        "-" => Left.Of(point) - Right.Of(point),
        "*" => Left.Of(point) * Right.Of(point),
        _ => Left.Of(point) / Right.Of(point),
    };
}

internal sealed record LiteralWord(int Column, string Value) : WordExpression(Column)
{
    public override IEnumerable<ConstraintExpression> Parts => [];

    public override string? Of(ConstraintPoint point) => Value;
}

internal sealed record NameWord(int Column, ConstraintName Name) : WordExpression(Column)
{
    public override IEnumerable<ConstraintExpression> Parts => [];

    public override string? Of(ConstraintPoint point) => Name.Word!(point);
}

internal sealed record NumberComparison(NumberExpression Left, string Sign, NumberExpression Right) : TruthExpression(Left.Column)
{
    public override IEnumerable<ConstraintExpression> Parts => [Left, Right];

    public override bool? Of(ConstraintPoint point) => Left.Of(point) is not { } left || Right.Of(point) is not { } right ? null : Sign switch
    {
        "<" => left < right,
        "<=" => left <= right,
        ">" => left > right,
        ">=" => left >= right,
        "==" => left == right,
        _ => left != right,
    };
}

internal sealed record WordComparison(WordExpression Left, bool Equal, WordExpression Right) : TruthExpression(Left.Column)
{
    public override IEnumerable<ConstraintExpression> Parts => [Left, Right];

    public override bool? Of(ConstraintPoint point) => Left.Of(point) is not { } left || Right.Of(point) is not { } right ? null : left == right == Equal;
}

/// <summary>Nullable and is Kleene's: false wins over null, null over true.</summary>
internal sealed record Both(TruthExpression Left, TruthExpression Right) : TruthExpression(Left.Column)
{
    public override IEnumerable<ConstraintExpression> Parts => [Left, Right];

    public override bool? Of(ConstraintPoint point) => Left.Of(point) & Right.Of(point);
}

/// <summary>Nullable or is Kleene's: true wins over null, null over false.</summary>
internal sealed record Either(TruthExpression Left, TruthExpression Right) : TruthExpression(Left.Column)
{
    public override IEnumerable<ConstraintExpression> Parts => [Left, Right];

    public override bool? Of(ConstraintPoint point) => Left.Of(point) | Right.Of(point);
}

/// <param name="Column">Of the word not.</param>
/// <param name="Operand">What must not hold.</param>
internal sealed record Opposite(int Column, TruthExpression Operand) : TruthExpression(Column)
{
    public override IEnumerable<ConstraintExpression> Parts => [Operand];

    public override bool? Of(ConstraintPoint point) => !Operand.Of(point);
}
