using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Sweep.Silo.Files;

/// <summary>
/// Something made of PEM files. They are looked at again, when somebody connects, once a second; files that cannot be used leave what was made
/// of those before as it is.
/// </summary>
/// <param name="flags">The options that name them, for messages.</param>
/// <param name="paths">In the order of the options.</param>
/// <param name="make">Of the files' texts; throws <see cref="CryptographicException"/> or <see cref="ArgumentException"/> for texts that are something else.</param>
/// <param name="describe">For the log.</param>
internal sealed class PemFiles<T>(
    string flags, IReadOnlyList<string> paths, Func<IReadOnlyList<string>, T> make, Func<T, string> describe, TimeProvider time, ILogger log)
    where T : class
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private ILogger _log = log;
    private T? _current;
    private IReadOnlyList<string> _texts = [];
    private long _looked;

    /// <exception cref="CertificateFileException">The files cannot be used, and never could.</exception>
    public T Current
    {
        get
        {
            lock (_gate)
            {
                if (_current is null)
                {
                    _texts = Read();
                    _current = Make(_texts);
                    _looked = time.GetTimestamp();
                }
                else if (time.GetElapsedTime(_looked) >= s_look)
                {
                    _looked = time.GetTimestamp();
                    Look();
                }

                return _current;
            }
        }
    }

    /// <summary>From now on tells another log.</summary>
    public void LogTo(ILogger log)
    {
        lock (_gate)
        {
            _log = log;
        }
    }

    private void Look()
    {
        try
        {
            // The texts themselves: Kubernetes points a link elsewhere when a secret changes, and a clock may stand still.
            var texts = Read();
            if (texts.SequenceEqual(_texts))
            {
                return;
            }

            // Connections that have begun go on with the one before, so it is not disposed. What is broken is complained of once.
            _texts = texts;
            _current = Make(texts);
            _log.LogInformation("{Path} has changed; {Certificate}", paths[0], describe(_current));
        }
        catch (CertificateFileException e)
        {
            _log.LogError("{Message} The certificate of before stays in use", e.Message);
        }
    }

    private string[] Read()
    {
        try
        {
            return [.. paths.Select(File.ReadAllText)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CertificateFileException($"The files of {flags} must be readable, but: {e.Message}");
        }
    }

    private T Make(IReadOnlyList<string> texts)
    {
        try
        {
            return make(texts);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new CertificateFileException(
                $"{flags} must name PEM files of a certificate that can be used, but {string.Join(", ", paths.Select(path => $"'{path}'"))} are not: {e.Message}");
        }
    }
}

/// <summary>TLS was asked for with files that cannot be used.</summary>
internal sealed class CertificateFileException(string message) : Exception(message);
