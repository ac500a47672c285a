using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sweep.Grains;

/// <summary>
/// One line of a token file: <c>NAME SHA-256 SCOPE[,SCOPE…]</c>. A plain digest is enough to keep a token at rest, without salt or
/// stretching: tokens are 256 random bits, which nobody guesses.
/// </summary>
public sealed record TokenEntry
{
    /// <summary>By which scanners for leaked secrets, and people, know one.</summary>
    public const string Prefix = "sweep_";

    private const int SecretBytes = 32;
    private const int DigestDigits = 64;

    /// <summary>For logs and for whoever revokes it.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the token's UTF-8 text: 64 hexadecimal digits in lower case.</summary>
    public required string Digest { get; init; }

    public required IReadOnlyList<AccessScope> Scopes { get; init; }

    /// <returns>A fresh token: the prefix, then 32 random bytes in base64url.</returns>
    public static string NewToken() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    public static string DigestOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <exception cref="FormatException">The line breaks a rule. The message shows no token that was put there by mistake.</exception>
    public static TokenEntry Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Any(word => word.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            throw new FormatException("a token is kept as its SHA-256, but here stands a token itself, which whoever reads the file could use");
        }

        if (words is not [var name, var digest, var scopes])
        {
            throw new FormatException(FormattableString.Invariant($"a token is NAME SHA-256 SCOPE[,SCOPE], but there are {words.Length} words"));
        }

        if (!PlainName.Fits(name))
        {
            throw new FormatException($"a token's name must be {PlainName.Rule}, but is '{name}'");
        }

        if (digest.Length != DigestDigits || !digest.All(char.IsAsciiHexDigitLower))
        {
            throw new FormatException(FormattableString.Invariant(
                $"a token is kept as its SHA-256, {DigestDigits} hexadecimal digits in lower case, but '{name}' has {digest.Length} other characters"));
        }

        return new TokenEntry { Name = name, Digest = digest, Scopes = ParseScopes(scopes) };
    }

    /// <param name="text">Scopes with commas between.</param>
    /// <exception cref="FormatException">One is no scope, or stands twice.</exception>
    public static IReadOnlyList<AccessScope> ParseScopes(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<AccessScope> scopes = [];
        foreach (var word in text.Split(','))
        {
            var scope = Enum.GetValues<AccessScope>().Cast<AccessScope?>().FirstOrDefault(known => Word(known!.Value) == word);
            if (scope is not { } found || scopes.Contains(found))
            {
                throw new FormatException($"scopes must be of {string.Join(", ", Enum.GetValues<AccessScope>().Select(Word))}, each once, but there is '{text}'");
            }

            scopes.Add(found);
        }

        return scopes;
    }

    /// <summary>As files and messages spell it.</summary>
    public static string Word(AccessScope scope) => scope switch
    {
        AccessScope.Read => "read",
        AccessScope.Submit => "submit",
        _ => "admin",
    };

    public bool Allows(AccessScope scope) => Scopes.Contains(scope) || Scopes.Contains(AccessScope.Admin);

    /// <summary>The line.</summary>
    public override string ToString() => $"{Name} {Digest} {string.Join(',', Scopes.Select(Word))}";
}
