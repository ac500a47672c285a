using Microsoft.Extensions.Logging;
using Sweep.Grains;
using Sweep.Silo.Http;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Http;

public sealed class TokenFileTests : IDisposable
{
    private static readonly string s_one = Entry("one", "first");

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _errors = [];
    private int _writes;

    public void Dispose() => _folder.Dispose();

    private static string Entry(string name, string token) => $"{name} {TokenEntry.DigestOf(token)} read";

    private TokenFile Open(string content)
    {
        Write(content);
        return new TokenFile(_folder["tokens"], _time, new Errors(_errors));
    }

    /// <summary>With a time of its own each: a file system's clock may not tell two writes apart.</summary>
    private void Write(string content) => File.SetLastWriteTimeUtc(_folder.Write("tokens", content), new DateTime(2030, 1, 1, 0, 0, ++_writes, DateTimeKind.Utc));

    [Fact]
    public void Tokens_AreFoundByTheirDigest()
    {
        var file = Open($"# people\r\n\r\n{s_one}\r\n  two\t{TokenEntry.DigestOf("second")}  read,submit \n");

        Assert.Equal("one", file.Find("first")?.Name);
        Assert.Equal([AccessScope.Read, AccessScope.Submit], file.Find("second")!.Scopes);
        Assert.Null(file.Find(TokenEntry.DigestOf("first")));
        Assert.Null(file.Find(""));
    }

    [Theory]
    [InlineData("", "A token file (--tokens) must have a token, but '{0}' has none.")]
    [InlineData("one two", "{0}:1: a token is NAME SHA-256 SCOPE[,SCOPE], but there are 2 words.")]
    [InlineData("\none secret read", "{0}:2: a token is kept as its SHA-256, 64 hexadecimal digits in lower case, but 'one' has 6 other characters.")]
    [InlineData("one sweep_secret read", "{0}:1: a token is kept as its SHA-256, but here stands a token itself, which whoever reads the file could use.")]
    [InlineData("sweep_secret", "{0}:1: a token is kept as its SHA-256, but here stands a token itself, which whoever reads the file could use.")]
    [InlineData("# x\n\nOne 00 read", "{0}:3: a token's name must be 1 to 63 lower-case letters, digits and inner hyphens, but is 'One'.")]
    public void Damage_IsNamedByItsLine(string content, string message) =>
        Assert.Equal(string.Format(null, message, _folder["tokens"]), Assert.Throws<TokenFileException>(() => Open(content)).Message);

    [Theory]
    [InlineData("write")]
    [InlineData("read,read")]
    [InlineData("read,")]
    [InlineData("Read")]
    [InlineData("1")]
    public void Scopes_AreKnownWords(string scopes) => Assert.Contains(
        $"scopes must be of read, submit, admin, each once, but there is '{scopes}'",
        Assert.Throws<TokenFileException>(() => Open(s_one.Replace(" read", $" {scopes}", StringComparison.Ordinal))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Faults_AreAllNamedAtOnce() =>
        Assert.Equal(2, Assert.Throws<TokenFileException>(() => Open($"one\n{s_one}\n{s_one}\n")).Message.Split('\n').Length);

    [Fact]
    public void MissingFile_IsRefused() => Assert.Contains(
        _folder["tokens"], Assert.Throws<TokenFileException>(() => new TokenFile(_folder["tokens"], _time, new Errors(_errors))).Message, StringComparison.Ordinal);

    [Fact]
    public void BytesThatAreNoText_AreRefused()
    {
        File.WriteAllBytes(_folder["tokens"], [0xff, 0xfe, 0xfd]);

        Assert.Contains("readable text", Assert.Throws<TokenFileException>(() => new TokenFile(_folder["tokens"], _time, new Errors(_errors))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AChange_CountsWithinASecond()
    {
        var file = Open(s_one);
        Write(Entry("two", "second"));
        Assert.NotNull(file.Find("first"));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(file.Find("first"));
        Assert.Equal("two", file.Find("second")?.Name);
        Assert.Empty(_errors);
    }

    [Fact]
    public void ALinkPointedElsewhere_IsAChange()
    {
        Directory.CreateDirectory(_folder["a"]);
        Directory.CreateDirectory(_folder["b"]);
        File.SetLastWriteTimeUtc(_folder.Write("a/tokens", s_one), new DateTime(2030, 1, 1, 0, 0, 1, DateTimeKind.Utc));
        File.SetLastWriteTimeUtc(_folder.Write("b/tokens", Entry("two", "second")), new DateTime(2030, 1, 1, 0, 0, 2, DateTimeKind.Utc));
        Directory.CreateSymbolicLink(_folder["now"], "a");
        File.CreateSymbolicLink(_folder["tokens"], "now/tokens");
        var file = new TokenFile(_folder["tokens"], _time, new Errors(_errors));
        Directory.Delete(_folder["now"]);
        Directory.CreateSymbolicLink(_folder["now"], "b");

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("two", file.Find("second")?.Name);
    }

    [Theory]
    [InlineData("one")]
    [InlineData("")]
    [InlineData(null)]
    public void Damage_LeavesTheTokensAndIsSaidOnce(string? content)
    {
        var file = Open(s_one);
        if (content is null)
        {
            File.Delete(_folder["tokens"]);
        }
        else
        {
            Write(content);
        }

        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.NotNull(file.Find("first"));
        }

        Assert.Contains(_folder["tokens"], Assert.Single(_errors), StringComparison.Ordinal);
        Write(Entry("two", "second"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(file.Find("first"));
    }

    private sealed class Errors(List<string> errors) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error)
            {
                errors.Add(formatter(state, exception));
            }
        }
    }
}
