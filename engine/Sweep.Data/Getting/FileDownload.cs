using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Sweep.Recipes;

namespace Sweep.Data;

/// <summary>
/// Downloads one file. What came stays in <c>NAME.part</c> when the connection breaks or the command is stopped, and the next attempt
/// asks for the rest alone. The name without <c>.part</c> only ever holds the registered bytes.
/// </summary>
/// <param name="stall">How long nothing may come before an address counts as broken.</param>
internal sealed class FileDownload(HttpClient http, KnownDownload file, string folder, TimeProvider time, TimeSpan stall)
{
    private readonly string _part = Path.Combine(folder, file.Name + ".part");
    private readonly string _whole = Path.Combine(folder, file.Name);

    /// <returns>The path of the whole file.</returns>
    /// <exception cref="DataSetUnavailableException">No address gave it.</exception>
    public async Task<string> Run(IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        if (File.Exists(_whole))
        {
            return _whole;
        }

        List<string> reasons = [];
        foreach (var address in file.Addresses)
        {
            if (await Try(address, progress, cancellationToken) is not { } reason)
            {
                return _whole;
            }

            reasons.Add($"{address}: {reason}");
        }

        throw new DataSetUnavailableException(
            $"{file.Name} must come whole from one of its addresses, but none gave it:{string.Concat(reasons.Select(reason => $"{Environment.NewLine}  {reason}"))}");
    }

    /// <returns>Null when the file is there; else why it is not.</returns>
    private async Task<string?> Try(string address, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        using var stalled = new CancellationTokenSource(stall, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stalled.Token);
        try
        {
            await Receive(address, () => stalled.CancelAfter(stall), progress, either.Token);
        }
        catch (HttpRequestException e)
        {
            return (e.HttpRequestError is HttpRequestError.ResponseEnded ? e : Innermost(e)).Message.TrimEnd('.');
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return string.Create(CultureInfo.InvariantCulture, $"nothing came for {stall.TotalSeconds:0} seconds");
        }

        return Accept();
    }

    private async Task Receive(string address, Action alive, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var have = Length(_part);
        if (have >= file.Bytes)
        {
            return;
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (have > 0)
        {
            request.Headers.Range = new RangeHeaderValue(have, null);
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();

        // A server that does not know ranges answers with all of it.
        var resumed = response.StatusCode is HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == have;
        if (!resumed && response.StatusCode is HttpStatusCode.PartialContent)
        {
            throw new HttpRequestException($"the rest from byte {Count(have)} on was asked for, but another part came");
        }

        using var output = new FileStream(_part, resumed ? FileMode.Append : FileMode.Create, FileAccess.Write);
        using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[1 << 17];
        var done = resumed ? have : 0;
        while (done <= file.Bytes && await Read(body, buffer, done, cancellationToken) is > 0 and var read)
        {
            alive();
            await output.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None); // what came is kept
            done += read;
            progress?.Report(new DownloadProgress(file.Name, done, file.Bytes));
        }

        output.Flush(flushToDisk: true);
    }

    /// <summary>Tells a broken connection from a broken disk.</summary>
    private async Task<int> Read(Stream body, byte[] buffer, long done, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException e)
        {
            throw new HttpRequestException(
                HttpRequestError.ResponseEnded, $"the connection broke after {Count(done)} of {Count(file.Bytes)} bytes; the same command goes on from there", e);
        }
    }

    /// <returns>Null when the bytes are the registered ones.</returns>
    private string? Accept()
    {
        var bytes = Length(_part);
        if (bytes < file.Bytes)
        {
            return $"the file ended after {Count(bytes)} of {Count(file.Bytes)} bytes; the same command goes on from there";
        }

        string actual;
        using (var content = File.OpenRead(_part))
        {
            actual = Convert.ToHexStringLower(SHA256.HashData(content));
        }

        if (actual != file.Sha256)
        {
            File.Delete(_part);
            return $"the SHA-256 must be {file.Sha256}, but is {actual}; it was deleted";
        }

        File.Move(_part, _whole);
        return null;
    }

    private static long Length(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    private static string Count(long bytes) => bytes.ToString("#,0", CultureInfo.InvariantCulture);

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
