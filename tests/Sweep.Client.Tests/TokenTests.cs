using System.Text.Json.Nodes;
using Sweep.Grains;

namespace Sweep.Client.Tests;

public sealed class TokenTests : IDisposable
{
    private readonly SweepShell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task New_PrintsTheTokenAndItsLine()
    {
        var outcome = await _shell.Run("token", "new", "ci", "--scope", "read,submit");

        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        var lines = outcome.Output.Split('\n');
        var token = lines[1];
        Assert.Matches("^sweep_[A-Za-z0-9_-]{43}$", token);
        var entry = TokenEntry.Parse(lines[4]);
        Assert.Equal(("ci", TokenEntry.DigestOf(token)), (entry.Name, entry.Digest));
        Assert.Equal([AccessScope.Read, AccessScope.Submit], entry.Scopes);
        Assert.DoesNotContain(token, lines[4]);
    }

    [Fact]
    public async Task New_IsNewEveryTime()
    {
        async Task<string> Token() => (string)JsonNode.Parse((await _shell.Run("token", "new", "ci", "--scope", "admin", "-o", "json")).Output)!["token"]!;

        Assert.NotEqual(await Token(), await Token());
    }

    [Theory]
    [InlineData("CI", "read", "The name must be 1 to 63 lower-case letters")]
    [InlineData("ci", "write", "--scope: scopes must be of read, submit, admin")]
    [InlineData("ci", "", "--scope: scopes must be of read, submit, admin")]
    public async Task New_RefusesWhatNoFileMayHold(string name, string scope, string message)
    {
        var outcome = await _shell.Run("token", "new", name, "--scope", scope);

        Assert.Equal((2, ""), (outcome.Code, outcome.Output));
        Assert.Contains(message, outcome.Error);
    }
}
