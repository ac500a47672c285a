using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sweep.Silo.Hosting;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Hosting;

/// <summary>Names and an engine's last words reach the log: they write no line of their own, and no terminal obeys them.</summary>
public sealed class LogTests : IDisposable
{
    private const string Evil = "gone\n2026-01-01T00:00:00.000Z Information Silo: all is well\r\u001b[2J\u001b]0;x\u0007\u202Egnp";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void File_HasNoForgedEntry()
    {
        using (var log = new FileLog(_folder["silo.log"], new FakeTimeProvider()))
        {
            log.CreateLogger("Sweep.Silo").LogWarning(new InvalidOperationException(Evil), "{Message}", Evil);
        }

        var lines = File.ReadAllLines(_folder["silo.log"]);
        Assert.Single(lines, line => !line.StartsWith(' '));
        Assert.DoesNotContain(lines, line => line.Any(c => char.IsControl(c) || c == '\u202E'));
        Assert.Contains("\\u001b[2J", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Console_HasOneLineAnEntry()
    {
        using var written = new StringWriter { NewLine = "\n" };
        var entry = new LogEntry<string>(LogLevel.Error, "Sweep.Silo.Worker", 0, Evil, new InvalidOperationException(Evil), (state, _) => state);

        new LineFormatter(new FakeTimeProvider()).Write(entry, scopeProvider: null, written);

        var line = Assert.Single(written.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain(line, char.IsControl);
        Assert.Contains("fail: Sweep.Silo.Worker[0] gone 2026-", line, StringComparison.Ordinal);
    }
}
