namespace Sweep.Planning;

internal enum ConstraintTokenKind
{
    Number,
    Name,

    /// <summary>Something in quotes.</summary>
    Text,

    /// <summary>A sign, or one of the words and, or, not.</summary>
    Operator,
    End,
}

/// <param name="Kind">What it is.</param>
/// <param name="Text">As written; of <see cref="ConstraintTokenKind.Text"/> without its quotes.</param>
/// <param name="Column">Of its first character, from 1.</param>
/// <param name="Number">Of <see cref="ConstraintTokenKind.Number"/>; else 0.</param>
internal readonly record struct ConstraintToken(ConstraintTokenKind Kind, string Text, int Column, double Number = 0)
{
    public bool Is(string sign) => Kind == ConstraintTokenKind.Operator && Text == sign;

    /// <summary>For the end of a message.</summary>
    public string Shown => Kind == ConstraintTokenKind.End ? "the end" : Schema.FaultList.Show(Text);
}
