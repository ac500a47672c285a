using Sweep.Planning.Schema;

namespace Sweep.Planning;

/// <summary>
/// Reads a constraint by precedence climbing (Pratt 1973): or, and, not, comparisons, + −, * /, − in front of a number, from loose to
/// tight. A chain a &lt; b &lt; c is a &lt; b and b &lt; c. Types are checked here, so that evaluation cannot fail.
/// </summary>
internal sealed class ConstraintParser
{
    /// <summary>Parentheses, not and − inside each other.</summary>
    public const int Deepest = 32;

    private const int OrStrength = 1;
    private const int AndStrength = 2;
    private const int NotStrength = 3;
    private const int ComparisonStrength = 4;
    private const int SumStrength = 5;
    private const int ProductStrength = 6;
    private const int MinusStrength = 7;

    private readonly List<ConstraintToken> _tokens;
    private int _at;
    private int _depth;

    private ConstraintParser(List<ConstraintToken> tokens) => _tokens = tokens;

    private ConstraintToken Next => _tokens[_at];

    /// <exception cref="ConstraintException">It breaks rules; the first is named.</exception>
    public static TruthExpression Parse(string text)
    {
        var parser = new ConstraintParser(ConstraintLexer.Read(text));
        var expression = parser.Read(0);
        if (parser.Next.Kind != ConstraintTokenKind.End)
        {
            throw new ConstraintException(parser.Next.Column, $"must go on with and, or, a comparison or a sign of arithmetic, or end, but goes on with {parser.Next.Shown}");
        }

        var truth = Truth(expression, "a constraint");
        return truth.Names.Any() ? truth
            : throw new ConstraintException(1, $"a constraint names a setting or a cost, but this one has only fixed values: {FaultList.Show(text)}");
    }

    private static int StrengthOf(ConstraintToken token) => token.Kind != ConstraintTokenKind.Operator ? 0 : token.Text switch
    {
        "or" => OrStrength,
        "and" => AndStrength,
        "<" or "<=" or ">" or ">=" or "==" or "!=" => ComparisonStrength,
        "+" or "-" => SumStrength,
        "*" or "/" => ProductStrength,
        _ => 0,
    };

    /// <param name="least">Only operators that bind more tightly are taken.</param>
    private ConstraintExpression Read(int least)
    {
        if (++_depth > Deepest)
        {
            throw new ConstraintException(Next.Column, FormattableString.Invariant($"a constraint is at most {Deepest} levels deep, but this one is deeper"));
        }

        var left = Front();
        while (StrengthOf(Next) is var strength && strength > least)
        {
            left = strength == ComparisonStrength ? Chain(left) : Pair(left, Take(), strength);
        }

        _depth--;
        return left;
    }

    private ConstraintToken Take() => _tokens[_at++];

    private ConstraintExpression Front()
    {
        var token = Take();
        switch (token.Kind)
        {
            case ConstraintTokenKind.Number:
                return new LiteralNumber(token.Column, token.Number);
            case ConstraintTokenKind.Text:
                return new LiteralWord(token.Column, token.Text);
            case ConstraintTokenKind.Name:
                return Named(token);
            case ConstraintTokenKind.Operator when token.Is("not"):
                return new Opposite(token.Column, Truth(Read(NotStrength), "what follows not"));
            case ConstraintTokenKind.Operator when token.Is("-"):
                return new NegativeNumber(token.Column, Number(Read(MinusStrength), "what follows -"));
            case ConstraintTokenKind.Operator when token.Is("("):
                var inside = Read(0);
                return Take() is var closing && closing.Is(")") ? inside
                    : throw new ConstraintException(closing.Column, FormattableString.Invariant($"the ( of column {token.Column} must be closed by ), but there is {closing.Shown}"));
            default:
                throw new ConstraintException(token.Column, $"must be a name, a number, a word in quotes, not, - or (, but is {token.Shown}");
        }
    }

    private static ConstraintExpression Named(ConstraintToken token)
    {
        if (ConstraintName.Find(token.Text) is { } name)
        {
            return name.Number is null ? new NameWord(token.Column, name) : new NameNumber(token.Column, name);
        }

        var word = ConstraintName.All.Any(name => name.Words.Contains(token.Text)) ? $"; a word stands in quotes: '{token.Text}'"
            : Spelling.DidYouMean(token.Text, ConstraintName.All.Select(name => name.Text));
        throw new ConstraintException(token.Column, $"must be one of {string.Join(", ", ConstraintName.All.Select(name => name.Text))}, but is {FaultList.Show(token.Text)}{word}");
    }

    private ConstraintExpression Pair(ConstraintExpression left, ConstraintToken sign, int strength)
    {
        var right = Read(strength);
        var side = $"each side of {sign.Text}";
        return strength switch
        {
            OrStrength => new Either(Truth(left, side), Truth(right, side)),
            AndStrength => new Both(Truth(left, side), Truth(right, side)),
            _ => new Arithmetic(Number(left, side), sign.Text, Number(right, side)),
        };
    }

    private TruthExpression Chain(ConstraintExpression left)
    {
        TruthExpression? chain = null;
        while (StrengthOf(Next) == ComparisonStrength)
        {
            var sign = Take();
            var right = Read(ComparisonStrength);
            var comparison = Comparison(left, sign, right);
            chain = chain is null ? comparison : new Both(chain, comparison);
            left = right;
        }

        return chain!;
    }

    private static TruthExpression Comparison(ConstraintExpression left, ConstraintToken sign, ConstraintExpression right)
    {
        if (left is not WordExpression && right is not WordExpression)
        {
            var side = $"each side of {sign.Text}";
            return new NumberComparison(Number(left, side), sign.Text, Number(right, side));
        }

        if (left is not WordExpression one || right is not WordExpression other)
        {
            var stranger = left is WordExpression ? right : left;
            throw new ConstraintException(stranger.Column, $"a word is compared with a word, but this is {KindOf(stranger)}");
        }

        if (sign.Text is not ("==" or "!="))
        {
            throw new ConstraintException(sign.Column, $"words have no order and are compared by == or !=, but this is {sign.Text}");
        }

        CheckWord(one, other);
        CheckWord(other, one);
        return new WordComparison(one, sign.Text == "==", other);
    }

    private static void CheckWord(WordExpression name, WordExpression word)
    {
        if (name is NameWord { Name: var known } && word is LiteralWord literal && !known.Words.Contains(literal.Value))
        {
            throw new ConstraintException(
                literal.Column,
                $"{known.Text} is one of {string.Join(", ", known.Words)}, but is compared with {FaultList.Show(literal.Value)}{Spelling.DidYouMean(literal.Value, known.Words)}");
        }
    }

    private static NumberExpression Number(ConstraintExpression expression, string place) => expression as NumberExpression
        ?? throw new ConstraintException(expression.Column, $"{place} must be a number, but is {KindOf(expression)}");

    private static TruthExpression Truth(ConstraintExpression expression, string place) => expression as TruthExpression
        ?? throw new ConstraintException(expression.Column, $"{place} must be true or false, as a comparison is, but is {KindOf(expression)}");

    private static string KindOf(ConstraintExpression expression) => expression switch
    {
        NumberExpression => "a number",
        WordExpression => "a word",
        _ => "true or false",
    };
}
