using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Storage.Blobs.Protocol;

/// <summary>Dates every attempt: the service refuses a request whose date is 15 minutes old.</summary>
internal sealed class DatePolicy(TimeProvider clock) : HttpPipelineSynchronousPolicy
{
    public override void OnSendingRequest(HttpMessage message) =>
        message.Request.Headers.SetValue("x-ms-date", clock.GetUtcNow().ToString("R", CultureInfo.InvariantCulture));
}

/// <summary>Signs every attempt with the account's key.</summary>
internal sealed class SharedKeyPolicy(StorageSharedKeyCredential credential) : HttpPipelineSynchronousPolicy
{
    public override void OnSendingRequest(HttpMessage message)
    {
        var request = message.Request;
        var length = request.Content is not null && request.Content.TryComputeLength(out var bytes) ? bytes : 0;
        var text = SharedKeySignature.StringToSign(
            credential.AccountName, request.Method.Method, request.Uri.ToUri(), request.Headers, length);
        request.Headers.SetValue("Authorization", $"SharedKey {credential.AccountName}:{credential.Sign(text)}");
    }
}

/// <summary>Appends a shared access signature, which may change while the client lives, to every attempt's query.</summary>
internal sealed class SasPolicy(AzureSasCredential credential) : HttpPipelineSynchronousPolicy
{
    public override void OnSendingRequest(HttpMessage message)
    {
        var signature = credential.Signature.TrimStart('?');
        var before = message.TryGetProperty(typeof(SasPolicy), out var appended) ? (string)appended! : null;
        var query = message.Request.Uri.Query.TrimStart('?');
        if (before is not null)
        {
            query = query[..^before.Length].TrimEnd('&');
        }

        message.Request.Uri.Query = query.Length == 0 ? $"?{signature}" : $"?{query}&{signature}";
        message.SetProperty(typeof(SasPolicy), signature);
    }
}
