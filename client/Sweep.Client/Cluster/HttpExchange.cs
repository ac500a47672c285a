using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;

namespace Sweep.Client.Cluster;

/// <summary>
/// Requests and their answers. A connection that is lost, and a server that asks for patience, are met by asking again, a few times:
/// every request is idempotent, commands too.
/// </summary>
internal sealed class HttpExchange : IDisposable
{
    /// <summary>For one request, until its answer begins.</summary>
    private static readonly TimeSpan s_answerLimit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Longer than a silo's window of a minute; who says to wait longer is not waited for.</summary>
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(90);

    private readonly HttpClient _http;
    private readonly HttpServer _server;
    private readonly TimeProvider _time;

    /// <param name="handler">Disposed with this.</param>
    public HttpExchange(HttpMessageHandler handler, HttpServer server, TimeProvider time)
    {
        _http = new HttpClient(handler) { Timeout = s_answerLimit };
        (_server, _time) = (server, time);
    }

    /// <summary>How often a request is made, the first time included.</summary>
    public static int Attempts => 4;

    /// <param name="route">Below the server's address.</param>
    /// <param name="content">Made anew for each attempt; null for none.</param>
    /// <param name="read">Reads an answer, from its beginning at each attempt.</param>
    /// <param name="refused">Knows a refusal that only this request meets; null leaves it to what is common to all.</param>
    /// <exception cref="ClientException">Nobody answers, or the request is refused.</exception>
    public async Task<T> Ask<T>(
        HttpMethod method,
        string route,
        Func<HttpContent>? content,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        Func<HttpRefusal, Exception?> refused,
        CancellationToken cancellationToken)
    {
        var address = new Uri(_server.Address, route);
        for (var attempt = 1; ; attempt++)
        {
            var pause = s_firstPause * Math.Pow(2, attempt - 1);
            try
            {
                using var request = new HttpRequestMessage(method, address) { Content = content?.Invoke() };
                request.Headers.Authorization = _server.Token is { } token ? new AuthenticationHeaderValue("Bearer", token) : null;
                using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return await read(response, cancellationToken);
                }

                var refusal = await HttpRefusal.Read(response, _time, cancellationToken);
                pause = refusal.RetryAfter is { } asked ? (asked > pause ? asked : pause) : pause;
                if (!refusal.Passes || attempt == Attempts || pause > s_longestPause)
                {
                    throw refused(refusal) ?? refusal.ToException(address);
                }
            }
            catch (Exception e) when (IsLost(e, cancellationToken) && attempt < Attempts)
            {
                // The pause, and then again.
            }
            catch (Exception e) when (IsLost(e, cancellationToken) || e is HttpRequestException)
            {
                throw NoAnswer(e);
            }
            catch (JsonException e)
            {
                throw new ClientException(ExitCode.Error, $"A Sweep server must answer in JSON that this client knows, but {address} did not: {e.Message}", "Are client and silo of one version?");
            }

            await Task.Delay(pause, _time, cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>It was there, and then it was not. Nobody there at all, or the wrong one, stays so.</summary>
    private static bool IsLost(Exception e, CancellationToken cancellationToken) => e switch
    {
        HttpIOException => true,
        TaskCanceledException => !cancellationToken.IsCancellationRequested,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError or HttpRequestError.NameResolutionError } => false,
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError, InnerException: SocketException { SocketErrorCode: var code } } =>
            code is SocketError.ConnectionReset or SocketError.ConnectionAborted,
        HttpRequestException { StatusCode: null, HttpRequestError: not HttpRequestError.ConnectionError } => true,
        IOException { InnerException: SocketException } => true,
        _ => false,
    };

    private ClientException NoAnswer(Exception e)
    {
        var shown = _server.Address.ToString().TrimEnd('/');
        if (e is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } || e.InnerException is AuthenticationException)
        {
            return new ClientException(
                ExitCode.Unreachable,
                $"The certificate of {shown} must be one that is trusted here, but: {e.InnerException?.Message ?? e.Message}",
                _server.CaFile is { } file ? $"Trusted are the authorities in '{file}' alone." : "A private authority's certificate is named by --ca-file, SWEEP_CA_FILE or the context.");
        }

        var reason = e is TaskCanceledException ? string.Create(CultureInfo.InvariantCulture, $"no answer within {s_answerLimit.TotalSeconds} seconds.") : e.Message;
        return new ClientException(ExitCode.Unreachable, $"The cluster at {shown} does not answer: {reason}", "Is the address right, and is a silo running behind it? Trying again is safe.");
    }
}
