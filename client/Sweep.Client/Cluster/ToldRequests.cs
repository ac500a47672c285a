using System.Globalization;

namespace Sweep.Client.Cluster;

/// <summary>Says of every request what was asked, what came back, and how long its beginning took. Never a token.</summary>
internal sealed class ToldRequests(HttpMessageHandler inner, Action<string> tell, TimeProvider time) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            Tell(((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
            return response;
        }
        catch (HttpRequestException e)
        {
            Tell(e.Message);
            throw;
        }

        void Tell(string end) => tell(string.Create(
            CultureInfo.InvariantCulture, $"{request.Method} {request.RequestUri}: {end}, {time.GetElapsedTime(start).TotalMilliseconds:0} ms"));
    }
}
