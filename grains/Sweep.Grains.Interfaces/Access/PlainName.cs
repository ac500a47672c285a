namespace Sweep.Grains;

/// <summary>What silos, tokens and experiments are called: sound in paths, files, logs and labels alike.</summary>
public static class PlainName
{
    public const int Longest = 63;

    public const string Rule = "1 to 63 lower-case letters, digits and inner hyphens";

    public static bool Fits(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is >= 1 and <= Longest && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && text[0] != '-' && text[^1] != '-';
    }
}
