using System.Globalization;
using Microsoft.Extensions.Logging;
using Sweep.Grains;

namespace Sweep.Silo.Hosting;

/// <summary>Appends log lines to a file, with the time in UTC.</summary>
[ProviderAlias("File")]
internal sealed class FileLog(string path, TimeProvider time) : ILoggerProvider
{
    private readonly StreamWriter _file = new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
    private readonly Lock _gate = new();

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void Dispose() => _file.Dispose();

    private void Write(LogLevel level, string category, string message, Exception? exception)
    {
        var line = string.Create(
            CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {level} {category}: {Indented(message)}{(exception is null ? "" : "\n    " + Indented(exception.ToString()))}");
        lock (_gate)
        {
            try
            {
                _file.WriteLine(line);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // A full disk or the last line of a host that is going: the console still has it.
            }
        }
    }

    /// <summary>Further lines are told from entries, whatever stands in them.</summary>
    private static string Indented(string text) => VisibleText.OfLines(text.ReplaceLineEndings("\n")).Replace("\n", "\n    ", StringComparison.Ordinal);

    private sealed class Category(FileLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Write(logLevel, name, formatter(state, exception), exception);
    }
}
