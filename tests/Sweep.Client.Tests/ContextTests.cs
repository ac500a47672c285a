using System.Text.Json.Nodes;
using Sweep.Client.Settings;

namespace Sweep.Client.Tests;

public sealed class ContextTests : IDisposable
{
    private const string Two = """
        currentContext: prod
        contexts:
          prod:
            server: https://sweep.example/base
            tokenFile: secret/prod
            caFile: /etc/ca.pem
            output: csv
          near: { gateway: "localhost:30000" }
          here:
            state: lab

        """;

    private readonly SweepShell _shell = new();

    public ContextTests()
    {
        _shell.Cluster.Results["two-methods"] = Samples.Result();
        _shell.Write(".config/sweep/secret/prod", "sweep_prod\n");
    }

    public void Dispose() => _shell.Dispose();

    private string ConfigFile => _shell.At(".config/sweep/config.yaml");

    private void Config(string text) => _shell.Write(".config/sweep/config.yaml", text);

    [Fact]
    public async Task CurrentContext_IsWhatCommandsMean()
    {
        Config(Two);

        var outcome = await _shell.Run("list");

        Assert.Equal(0, outcome.Code);
        Assert.StartsWith("experiment,state,", outcome.Output);
        var server = Assert.Single(_shell.Servers.Servers);
        Assert.Equal(("https://sweep.example/base/", "sweep_prod", "/etc/ca.pem"), (server.Address.ToString(), server.Token, server.CaFile));
    }

    [Fact]
    public async Task Context_IsNamedByFlagElseEnvironmentElseFile()
    {
        Config(Two);
        _shell.Variables["SWEEP_CONTEXT"] = "near";
        await _shell.Run("list");
        Assert.Equal(["localhost:30000"], _shell.Connector.Addresses);
        await _shell.Run("list", "--context", "prod");
        Assert.Single(_shell.Servers.Servers);
        var silo = await _shell.Run("silos", "--context", "here");
        Assert.Equal(7, silo.Code);
        Assert.Contains($"'{_shell.At(".config/sweep/lab")}'", silo.Error);
    }

    [Fact]
    public async Task Environment_StandsAboveTheContext_AndAFlagAboveBoth()
    {
        Config(Two);
        _shell.Variables["SWEEP_SERVER"] = "https://env.example";
        await _shell.Run("list");
        await _shell.Run("list", "--server", "https://flag.example");
        await _shell.Run("list", "--context", "prod");
        Assert.Equal(
            ["https://env.example/", "https://flag.example/", "https://sweep.example/base/"],
            _shell.Servers.Servers.Select(server => server.Address.ToString()));
    }

    [Fact]
    public async Task Token_OfAContext_GoesToItsOwnClusterOnly()
    {
        Config(Two);
        await _shell.Run("list", "--server", "https://other.example");
        await _shell.Run("list", "--context", "prod", "--server", "https://other.example");
        Assert.All(_shell.Servers.Servers, server => Assert.Equal((null, null), (server.Token, server.CaFile)));
        _shell.Variables["SWEEP_TOKEN_FILE"] = _shell.Write("mine", "sweep_mine");
        await _shell.Run("list");
        Assert.Equal("sweep_mine", _shell.Servers.Servers[^1].Token);
        await _shell.Run("list", "--context", "prod");
        Assert.Equal("sweep_prod", _shell.Servers.Servers[^1].Token);
        _shell.Variables["SWEEP_TOKEN"] = "sweep_variable";
        await _shell.Run("list");
        Assert.Equal("sweep_variable", _shell.Servers.Servers[^1].Token);
        await _shell.Run("list", "--token-file", _shell.Write("third", "sweep_third"));
        Assert.Equal("sweep_third", _shell.Servers.Servers[^1].Token);
    }

    [Fact]
    public async Task StateFolder_OfAFlag_MeansItsSilo()
    {
        Config(Two);

        Assert.Equal(7, (await _shell.Run("list", "--state", _shell.At("other"))).Code);
        Assert.Empty(_shell.Servers.Servers);
    }

    [Theory]
    [InlineData("run", "x.yaml", "--server", "https://x.example")]
    [InlineData("run", "x.yaml", "--context", "prod")]
    [InlineData("list", "--server", "https://x.example", "--gateway", "localhost:1")]
    [InlineData("list", "--context", "prd")]
    public async Task Contradictions_AreUsage(params string[] arguments)
    {
        Config(Two);

        Assert.Equal(2, (await _shell.Run(arguments)).Code);
        Assert.Empty(_shell.Servers.Servers);
    }

    [Fact]
    public async Task UnknownContext_IsNamedWithItsLike()
    {
        Config(Two.Replace("currentContext: prod", "currentContext: prd", StringComparison.Ordinal));

        var outcome = await _shell.Run("list");

        Assert.Equal(2, outcome.Code);
        Assert.Contains("there is no 'prd'", outcome.Error);
        Assert.Contains("'prod'", outcome.Error);
        Assert.Equal(0, (await _shell.Run("context", "use", "prod")).Code);
        Assert.Equal(0, (await _shell.Run("list")).Code);
    }

    [Fact]
    public async Task Contexts_AreMadeUsedShownAndForgotten()
    {
        Assert.Equal("There is no context: 'sweep context set' makes one.\n", (await _shell.Run("context", "list")).Output);

        Assert.Equal(0, (await _shell.Run("context", "set", "prod", "--server", "https://sweep.example", "--token-file", _shell.At("token"), "--use")).Code);
        Assert.Equal(0, (await _shell.Run("context", "set", "near", "--gateway", "host:1", "--default-output", "json")).Code);

        var list = JsonNode.Parse((await _shell.Run("context", "list", "-o", "json")).Output)!;
        Assert.Equal("prod", (string)list["currentContext"]!);
        Assert.Equal(["near", "prod"], list["contexts"]!.AsArray().Select(context => (string)context!["name"]!));
        Assert.Equal(["current", "name", "where", "token", "file", "CA", "file", "output"], (await _shell.Run("context", "list")).Output.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var shown = JsonNode.Parse((await _shell.Run("context", "show", "-o", "json")).Output)!;
        Assert.Equal(("https://sweep.example", _shell.At("token")), ((string)shown["server"]!, (string)shown["tokenFile"]!));

        Assert.Equal(0, (await _shell.Run("context", "use", "near")).Code);
        Assert.StartsWith("name: near\ncurrent: true\ngateway: host:1\n", (await _shell.Run("context", "show")).Output);
        Assert.Equal(0, (await _shell.Run("context", "set", "near", "--server", "https://moved.example", "--default-output", "")).Code);
        Assert.Equal(
            "current,name,server,gateway,state,tokenFile,caFile,output\ntrue,near,https://moved.example,,,,,\n", (await _shell.Run("context", "show", "-o", "csv")).Output);
        Assert.Contains("server: \"https://moved.example\"", await File.ReadAllTextAsync(ConfigFile));
        Assert.DoesNotContain("gateway", await File.ReadAllTextAsync(ConfigFile));

        Assert.Equal(0, (await _shell.Run("context", "delete", "near")).Code);
        Assert.Equal(4, (await _shell.Run("context", "show")).Code);
        Assert.Equal(2, (await _shell.Run("context", "delete", "near")).Code);
    }

    [Fact]
    public async Task File_IsForItsOwnerAlone_AndKeepsItsOtherKeys()
    {
        Config("output: yaml\nstate: here\n" + Two);

        Assert.Equal(0, (await _shell.Run("context", "use", "here")).Code);

        var read = ContextFileReader.Parse(ConfigFile, await File.ReadAllTextAsync(ConfigFile));
        Assert.Equal(("yaml", "here", "here", 3), (read.Output, read.State, read.CurrentContext, read.Contexts.Count));
        Assert.Equal(_shell.At(".config/sweep/secret/prod"), read.Contexts["prod"].TokenFile);
        Assert.Single(Directory.EnumerateFiles(_shell.At(".config/sweep")));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(ConfigFile));
        }
    }

    [Fact]
    public async Task File_ThatIsALink_StaysOne()
    {
        Directory.CreateDirectory(_shell.At(".config/sweep"));
        var target = _shell.Write("dotfiles/sweep.yaml", Two);
        File.CreateSymbolicLink(ConfigFile, target);

        Assert.Equal(0, (await _shell.Run("context", "use", "near")).Code);

        Assert.Equal(target, new FileInfo(ConfigFile).LinkTarget);
        Assert.Contains("currentContext: near", await File.ReadAllTextAsync(target));
    }

    [Theory]
    [InlineData("contexts:\n  prod:\n    sever: x\n", 3, "sever")]
    [InlineData("contexts:\n  prod:\n    server: x\n    state: y\n", 2, "at most one")]
    [InlineData("contexts:\n  Prod Uction: {}\n", 2, "Prod Uction")]
    [InlineData("contexts: [a]\n", 1, "contexts")]
    [InlineData("output: csv\noutput: csv\n", 2, "stands once")]
    [InlineData("output: [csv]\n", 1, "output")]
    [InlineData("output: &a csv\ngateway: *a\n", 1, "anchors")]
    [InlineData("output: \"a\\u001b[2J\"\n", 1, "control")]
    [InlineData("---\noutput: csv\n---\noutput: csv\n", 3, "one document")]
    [InlineData("output: csv\n\t- x\n", 1, "YAML")]
    public async Task Faults_AreNamedWithTheirLine(string text, int line, string word)
    {
        Config(text);

        var outcome = await _shell.Run("list");

        Assert.Equal(2, outcome.Code);
        Assert.Contains(FormattableString.Invariant($"{ConfigFile}:{line} "), outcome.Error);
        Assert.Contains(word, outcome.Error);
        Assert.DoesNotContain("\u001b", outcome.Error);
    }
}
