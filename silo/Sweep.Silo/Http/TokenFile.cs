using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Sweep.Grains;

namespace Sweep.Silo.Http;

/// <summary>
/// The tokens that HTTP takes: a <see cref="TokenEntry"/> a line, empty lines and lines that begin with # aside. Looked at again, when it
/// is asked, once a second; a file that cannot be used leaves the tokens as they are.
/// </summary>
internal sealed class TokenFile
{
    private const int LargestFile = 1 << 20;

    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private IReadOnlyList<(TokenEntry Entry, byte[] Digest)> _tokens;
    private FileStamp _stamp;
    private long _looked;

    /// <exception cref="TokenFileException">The file cannot be read or breaks rules: nobody could come in.</exception>
    public TokenFile(string path, TimeProvider time, ILogger log)
    {
        (_path, _time, _log) = (path, time, log);
        _tokens = Read(FileStamp.None, out _stamp)!;
        _looked = time.GetTimestamp();
    }

    /// <returns>Null when no line has the token's digest.</returns>
    public TokenEntry? Find(string token)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(token));
        TokenEntry? found = null;
        foreach (var (entry, known) in Current())
        {
            // All are compared, each in constant time: how long it takes tells nothing.
            found = CryptographicOperations.FixedTimeEquals(known, digest) ? entry : found;
        }

        return found;
    }

    private IReadOnlyList<(TokenEntry Entry, byte[] Digest)> Current()
    {
        lock (_gate)
        {
            if (_time.GetElapsedTime(_looked) >= s_look)
            {
                _looked = _time.GetTimestamp();
                Look();
            }

            return _tokens;
        }
    }

    private void Look()
    {
        var before = _stamp;
        try
        {
            if (Read(before, out _stamp) is { } tokens)
            {
                _tokens = tokens;
                _log.LogInformation("{Path} has changed; tokens: {Names}", _path, string.Join(", ", tokens.Select(token => token.Entry.Name)));
            }
        }
        catch (TokenFileException e) when (_stamp == before)
        {
            // Said when it became so.
            _log.LogDebug("{Message}", e.Message);
        }
        catch (TokenFileException e)
        {
            _log.LogError("{Message} The tokens of before stay good", e.Message);
        }
    }

    /// <param name="known">Of the content that is known.</param>
    /// <returns>Null when the file is as it was.</returns>
    private List<(TokenEntry Entry, byte[] Digest)>? Read(FileStamp known, out FileStamp stamp)
    {
        stamp = FileStamp.None;
        try
        {
            // The stamp of what is read, also where the path is a link that is pointed elsewhere, as Kubernetes does with secrets.
            using var file = File.OpenHandle(_path);
            stamp = new FileStamp(File.GetLastWriteTimeUtc(file), RandomAccess.GetLength(file));
            if (stamp == known)
            {
                return null;
            }

            if (stamp.Length > LargestFile)
            {
                throw new TokenFileException(FormattableString.Invariant($"A token file has at most {LargestFile} bytes, but '{_path}' has {stamp.Length}."));
            }

            var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            using var reader = new StreamReader(new FileStream(file, FileAccess.Read), utf8, detectEncodingFromByteOrderMarks: false);
            return Parse(reader.ReadToEnd().TrimStart('\uFEFF'));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new TokenFileException($"The token file (--tokens) must be readable text, but '{_path}' is not: {e.Message}");
        }
    }

    private List<(TokenEntry Entry, byte[] Digest)> Parse(string text)
    {
        List<(TokenEntry Entry, byte[] Digest)> tokens = [];
        List<string> faults = [];
        var number = 0;
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            try
            {
                var entry = TokenEntry.Parse(line);
                if (tokens.Exists(token => token.Entry.Name == entry.Name || token.Entry.Digest == entry.Digest))
                {
                    throw new FormatException($"a name and a token stand once, but '{entry.Name}' or its token stands above already");
                }

                tokens.Add((entry, Convert.FromHexString(entry.Digest)));
            }
            catch (FormatException e)
            {
                faults.Add(FormattableString.Invariant($"{_path}:{number}: {e.Message}."));
            }
        }

        // An empty one is more likely a write that was cut short than the wish to lock everybody out.
        return faults.Count > 0 ? throw new TokenFileException(string.Join('\n', faults))
            : tokens.Count == 0 ? throw new TokenFileException($"A token file (--tokens) must have a token, but '{_path}' has none.")
            : tokens;
    }

    private readonly record struct FileStamp(DateTime Written, long Length)
    {
        public static FileStamp None { get; } = new(DateTime.MinValue, -1);
    }
}

/// <summary>A token file cannot be used; the message says which and, where it is one, the line.</summary>
internal sealed class TokenFileException(string message) : Exception(message);
