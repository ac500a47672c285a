using System.Text;
using Sweep.Client.Settings;
using Sweep.Grains;
using Sweep.Recipes;
using Sweep.Testing;

namespace Sweep.Client.Tests;

/// <summary>What the files and the clusters of others may say to a terminal: it is seen, and never obeyed.</summary>
public sealed class NonsenseTests : IDisposable
{
    private const string Evil = "bad\u001b[2J\u001b]0;owned\u0007\r\n\u009b31m\u202Egnp.exe\ud800";

    private readonly SweepShell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Theory]
    [InlineData("plain λ ρ 日本 🙂", "plain λ ρ 日本 🙂")]
    [InlineData("a\u001b[2J", "a\\u001b[2J")]
    [InlineData("a\u0085b\u009bc\u007f", "a\\u0085b\\u009bc\\u007f")]
    [InlineData("a\nb\tc", "a\\u000ab\\u0009c")]
    [InlineData("\u202Eabc\u2066", "\\u202eabc\\u2066")]
    public void Line_ShowsWhatATerminalObeys(string text, string shown) => Assert.Equal(shown, VisibleText.OfLine(text));

    [Fact]
    public void HalfOfAPair_IsShown() => Assert.Equal("a\\ud800b", VisibleText.OfLine("a\ud800b"));

    [Fact]
    public void Lines_KeepTheirBreaks() => Assert.Equal("a\n\tb\\u001b", VisibleText.OfLines("a\n\tb\u001b"));

    [Theory]
    [InlineData("table")]
    [InlineData("csv")]
    [InlineData("json")]
    [InlineData("yaml")]
    public async Task WordsOfACluster_AreOnlySeen(string form)
    {
        var result = Samples.Result();
        _shell.Cluster.Results["two-methods"] = result with
        {
            Trials =
            [
                .. result.Trials.Select(trial => trial with
                {
                    Device = Evil,
                    Failure = trial.Failure is { } failure ? failure with { Failure = new StageFailure { Reason = FailureReason.BadData, Message = Evil } } : null,
                }),
            ],
        };
        _shell.Cluster.Queue = new QueueStatus
        {
            Depth = 0,
            Workers = [new WorkerStatus { Worker = Evil, Silo = Evil, Device = Evil, Threads = 1, AcceptsWork = true, Silence = TimeSpan.Zero }],
        };

        foreach (var command in new[] { new[] { "trials", "two-methods" }, ["silos"] })
        {
            var outcome = await _shell.Run([.. command, "-o", form, "--gateway", "localhost:1"]);
            Assert.Equal(0, outcome.Code);
            Assert.DoesNotContain(outcome.Output, c => char.IsControl(c) && c != '\n');
            Assert.DoesNotContain('\u202E', form is "table" or "csv" ? outcome.Output : "");
        }
    }

    [Fact]
    public async Task RefusalOfACluster_IsOnlySeen()
    {
        _shell.Cluster.Statuses.Enqueue(() => throw new ExperimentConflictException(Evil));
        Directory.CreateDirectory(_shell.State);

        var outcome = await _shell.Run("show", "two-methods");

        Assert.Equal(5, outcome.Code);
        Assert.Contains("bad\\u001b[2J", outcome.Error);
        Assert.DoesNotContain(outcome.Error, c => char.IsControl(c) && c != '\n');
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void MutatedContextFiles_AreReadOrRefusedWithFileAndLine(int seed)
    {
        const string Sound = "currentContext: prod\ncontexts:\n  prod:\n    server: https://sweep.example\n    tokenFile: token\n  near: { gateway: \"host:1\", output: csv }\nstate: /lab\n";
        var (read, refused) = (0, 0);
        Mutations.Try(seed, rounds: 300, mutations =>
        {
            var text = mutations.Random.Next(2) == 0 ? mutations.Text(Sound) : Encoding.UTF8.GetString(mutations.Bytes(Encoding.UTF8.GetBytes(Sound)));
            try
            {
                var file = ContextFileReader.Parse("/home/me/config.yaml", text);
                Assert.All(file.Contexts.Keys, name => Assert.True(PlainName.Fits(name)));
                read++;
            }
            catch (ClientException e)
            {
                Assert.Equal(ExitCode.Usage, e.Code);
                Assert.Matches("^/home/me/config.yaml:[0-9]+ cannot be used: ", e.Message);
                refused++;
            }
        });
        Assert.True(read > 5 && refused > 20, FormattableString.Invariant($"{read} read, {refused} refused"));
    }

    [Theory]
    [InlineData(3)]
    public void MutatedTokenFiles_AreATokenOrRefusedWithoutBeingShown(int seed) => Mutations.Try(seed, rounds: 300, mutations =>
    {
        var path = _shell.At("token");
        File.WriteAllBytes(path, mutations.Bytes("  sweep_hunter2hunter2\n"u8));
        try
        {
            Assert.Matches("^sweep_[A-Za-z0-9_-]*$", new TokenSource(path, null, "--token-file").Read());
        }
        catch (ClientException e)
        {
            Assert.Equal(ExitCode.Usage, e.Code);
            Assert.DoesNotContain("hunter2", e.Message, StringComparison.Ordinal);
        }
    });
}
