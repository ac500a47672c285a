using System.Text;
using Sweep.Grains;

namespace Sweep.Client.Settings;

/// <summary>Where the token for a cluster's HTTP comes from: a file, or SWEEP_TOKEN. Never the command line, which every process can see.</summary>
/// <param name="File">Null for none.</param>
/// <param name="Value">The token itself, when it is in the environment.</param>
/// <param name="Said">Who said so, for messages.</param>
internal sealed record TokenSource(string? File, string? Value, string Said)
{
    /// <summary>A token has 49; a file may have blanks around it.</summary>
    private const int LongestFile = 4096;

    public static TokenSource None { get; } = new(null, null, "");

    /// <summary>Not before it is wanted: most commands need none.</summary>
    /// <returns>Null when there is none, as a silo without tokens needs none.</returns>
    /// <exception cref="ClientException">The file cannot be read, or what is there is no token.</exception>
    public string? Read()
    {
        if (Value is not null)
        {
            return Checked(Value, Said);
        }

        if (File is null)
        {
            return null;
        }

        try
        {
            using var stream = System.IO.File.OpenRead(File);
            var bytes = new byte[LongestFile];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return Checked(Encoding.UTF8.GetString(bytes, 0, length).TrimStart('\uFEFF'), $"'{File}' ({Said})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ExitCode.Usage, $"{Said} must name a file that can be read, but '{File}' cannot: {e.Message}");
        }
    }

    /// <summary>Says nothing of the value: whatever it is, it is likely a secret.</summary>
    private static string Checked(string text, string source)
    {
        var token = text.Trim();
        return token.StartsWith(TokenEntry.Prefix, StringComparison.Ordinal) && token.Length < LongestFile && token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? token
            : throw new ClientException(
                ExitCode.Usage,
                $"{source} must have a token, '{TokenEntry.Prefix}' and letters, digits, - and _, but has something else.",
                "'sweep token new' makes tokens.");
    }
}
