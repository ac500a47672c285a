using System.CommandLine;
using Sweep.Grains;

namespace Sweep.Client.Settings;

/// <summary>Where the token for a silo's HTTP comes from: a file, or SWEEP_TOKEN. Never the command line, which every process can see.</summary>
internal static class TokenSource
{
    private const string Variable = "SWEEP_TOKEN";

    public static Option<string?> Option() => new("--token-file")
    {
        Description = $"File with the token for the silo's HTTP. Environment: {Variable}, the token itself.",
        HelpName = "file",
    };

    /// <returns>Null when there is none, as a silo without tokens needs none.</returns>
    /// <exception cref="ClientException">The file cannot be read, or what is there is no token.</exception>
    public static string? Read(string? file, Func<string, string?> variable)
    {
        if (file is null)
        {
            return variable(Variable) is { } value ? Checked(value, Variable) : null;
        }

        try
        {
            return Checked(File.ReadAllText(file), $"'{file}' (--token-file)");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ExitCode.Usage, $"--token-file must name a file that can be read, but '{file}' cannot: {e.Message}");
        }
    }

    /// <summary>Says nothing of the value: whatever it is, it is likely a secret.</summary>
    private static string Checked(string text, string source)
    {
        var token = text.Trim();
        return token.StartsWith(TokenEntry.Prefix, StringComparison.Ordinal) && token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? token
            : throw new ClientException(
                ExitCode.Usage,
                $"{source} must have a token, '{TokenEntry.Prefix}' and letters, digits, - and _, but has something else.",
                "'sweep token new' makes tokens.");
    }
}
