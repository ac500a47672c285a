using System.CommandLine;
using System.Globalization;

namespace Sweep.Client.Commands;

/// <summary>How long a command waits for an experiment.</summary>
internal static class WatchLimit
{
    public static Option<double?> Option()
    {
        var limit = new Option<double?>("--timeout") { Description = "Give up after so many seconds, with exit code 8.", HelpName = "seconds" };
        limit.Validators.Add(option =>
        {
            // What is no number at all, the parser itself refuses.
            if (option.Tokens is [var token] && double.TryParse(token.Value, CultureInfo.InvariantCulture, out var seconds) && !(seconds > 0))
            {
                option.AddError(FormattableString.Invariant($"--timeout must be more than 0 seconds, but is {seconds}."));
            }
        });
        return limit;
    }

    public static TimeSpan? Of(ParseResult parsed, Option<double?> limit) => parsed.GetValue(limit) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}
