using System.Globalization;
using Sweep.Planning.Schema;

namespace Sweep.Planning;

/// <summary>Takes a constraint's text apart: numbers, names with dots, words in quotes, signs.</summary>
internal static class ConstraintLexer
{
    private const string Digits = "0123456789";

    /// <summary>Longer signs first.</summary>
    private static readonly string[] s_signs = ["<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "/", "(", ")"];

    /// <summary>What other languages write.</summary>
    private static readonly (string Other, string Own)[] s_foreign = [("&&", "and"), ("&", "and"), ("||", "or"), ("|", "or"), ("!", "not"), ("=", "==")];

    /// <exception cref="ConstraintException">A character or a number that no constraint has.</exception>
    public static List<ConstraintToken> Read(string text)
    {
        var tokens = new List<ConstraintToken>();
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var (token, length) = Next(text, at);
            tokens.Add(token);
            at += length;
        }

        tokens.Add(new ConstraintToken(ConstraintTokenKind.End, "", text.Length + 1));
        return tokens;
    }

    private static (ConstraintToken Token, int Length) Next(string text, int at)
    {
        var c = text[at];
        if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
        {
            return Number(text, at);
        }

        if (IsNameStart(c))
        {
            var length = text.AsSpan(at).IndexOfAnyExcept(s_nameCharacters) is >= 0 and var end ? end : text.Length - at;
            var name = text.Substring(at, length);
            var kind = name is "and" or "or" or "not" ? ConstraintTokenKind.Operator : ConstraintTokenKind.Name;
            return (new ConstraintToken(kind, name, at + 1), length);
        }

        if (c is '\'' or '"')
        {
            var end = text.IndexOf(c, at + 1);
            return end > 0
                ? (new ConstraintToken(ConstraintTokenKind.Text, text[(at + 1)..end], at + 1), end + 1 - at)
                : throw new ConstraintException(at + 1, $"a word in quotes must end with {c}, but this one does not");
        }

        foreach (var sign in s_signs)
        {
            if (string.CompareOrdinal(text, at, sign, 0, sign.Length) == 0)
            {
                return (new ConstraintToken(ConstraintTokenKind.Operator, sign, at + 1), sign.Length);
            }
        }

        throw Unknown(text, at);
    }

    private static (ConstraintToken Token, int Length) Number(string text, int at)
    {
        var end = Past(text, at, Digits);
        if (end < text.Length && text[end] == '.')
        {
            end = Past(text, end + 1, Digits);
        }

        if (end < text.Length && text[end] is 'e' or 'E')
        {
            var digits = end + 1 < text.Length && text[end + 1] is '+' or '-' ? end + 2 : end + 1;
            end = Past(text, digits, Digits) is var past && past > digits ? past : end;
        }

        var number = text[at..end];
        if (end < text.Length && IsNameStart(text[end]))
        {
            throw new ConstraintException(at + 1, $"a number has neither unit nor prefix, as 2.5e9 has none, but this one is followed by '{text[end]}'");
        }

        return double.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? (new ConstraintToken(ConstraintTokenKind.Number, number, at + 1, value), number.Length)
            : throw new ConstraintException(at + 1, $"must be a finite number, but is {FaultList.Show(number)}");
    }

    private static int Past(string text, int from, string characters) =>
        from >= text.Length ? text.Length : text.AsSpan(from).IndexOfAnyExcept(characters) is >= 0 and var length ? from + length : text.Length;

    private static ConstraintException Unknown(string text, int at)
    {
        foreach (var (other, own) in s_foreign)
        {
            if (string.CompareOrdinal(text, at, other, 0, other.Length) == 0)
            {
                return new ConstraintException(at + 1, $"a constraint writes {own}, but this one writes {other}");
            }
        }

        return new ConstraintException(at + 1, $"a constraint has names, numbers, words in quotes, and, or, not, < <= > >= == != + - * / ( ), but this one has {FaultList.Show(text[at].ToString())}");
    }

    private static readonly System.Buffers.SearchValues<char> s_nameCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.");

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';
}
