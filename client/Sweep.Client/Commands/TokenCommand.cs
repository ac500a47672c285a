using System.CommandLine;
using System.Text.Json.Nodes;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Grains;

namespace Sweep.Client.Commands;

/// <summary><c>sweep token</c>: tokens for a silo's HTTP.</summary>
internal static class TokenCommand
{
    public static Command Create(CommonOptions common, Surroundings surroundings) => new("token", "Make tokens for a silo's HTTP.") { New(common, surroundings) };

    private static Command New(CommonOptions common, Surroundings surroundings)
    {
        var name = new Argument<string>("name") { Description = "Whose it is: lower-case letters, digits and inner hyphens." };
        var scope = new Option<string>("--scope")
        {
            Description = "What it allows: read, submit and admin, with commas between. admin allows everything.",
            HelpName = "scopes",
            Required = true,
        };
        var command = new Command("new", "Make a token, print it once, and the line that a silo knows it by.") { name, scope };
        command.SetAction(parsed =>
        {
            var settings = common.Settle(parsed, surroundings);
            var token = TokenEntry.NewToken();
            var entry = Entry(parsed.GetRequiredValue(name), token, parsed.GetRequiredValue(scope));
            var document = new JsonObject { ["apiVersion"] = "sweep/v1", ["name"] = entry.Name, ["token"] = token, ["line"] = entry.ToString() };
            AnswerWriter.Write(
                new Answer
                {
                    Document = new(document),
                    Items = new([document]),
                    Rows = [["name", "token", "line"], [entry.Name, token, entry.ToString()]],
                    Show = console =>
                    {
                        // Raw lines: nothing of them may be wrapped or styled.
                        var output = console.Profile.Out.Writer;
                        output.WriteLine($"Token, shown only now:\n{token}\n");
                        output.WriteLine($"Line for the silo's token file (--tokens):\n{entry}");
                    },
                },
                settings.Form,
                surroundings);
        });
        return command;
    }

    private static TokenEntry Entry(string name, string token, string scopes)
    {
        try
        {
            return PlainName.Fits(name)
                ? new TokenEntry { Name = name, Digest = TokenEntry.DigestOf(token), Scopes = TokenEntry.ParseScopes(scopes) }
                : throw ClientException.BadSetting("The name", $"must be {PlainName.Rule}", name);
        }
        catch (FormatException e)
        {
            throw new ClientException(ExitCode.Usage, $"--scope: {e.Message}.");
        }
    }
}
