using Azure;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace Sweep.Silo.Storage;

/// <summary>What Azure Storage answers, in words: which container, which blob, what stood in the way.</summary>
internal static class AzureFault
{
    /// <summary>Whether a call failed for the service, the network or the credential, after all its retries; not because the caller gave up.</summary>
    public static bool Is(Exception fault, CancellationToken cancellationToken) =>
        fault is RequestFailedException or AuthenticationFailedException or AggregateException or HttpRequestException
        || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <param name="doing">Such as "read".</param>
    /// <param name="blob">Null for the container itself.</param>
    public static IOException ToIOException(Exception fault, string doing, BlobContainerClient container, string? blob = null)
    {
        var what = blob is null ? $"container '{container.Name}'" : $"blob '{blob}' of container '{container.Name}'";
        return new IOException($"Could not {doing} {what} at {Account(container)}: {Reason(fault)}", fault);
    }

    private static string Account(BlobContainerClient container) =>
        container.Uri.GetLeftPart(UriPartial.Path) is var address && address.EndsWith("/" + container.Name, StringComparison.Ordinal)
            ? address[..^(container.Name.Length + 1)]
            : address;

    private static string Reason(Exception fault) => fault switch
    {
        // The retries' own: each attempt's fault, of which the last says enough.
        AggregateException { InnerExceptions: [.., var last] } => Reason(last),
        RequestFailedException { Status: 401 or 403 } refused =>
            $"the credential is refused ({refused.Status} {refused.ErrorCode}). --azure must hold the account's key, a valid shared access signature, "
            + "or name an account on which this identity has the role Storage Blob Data Contributor.",
        RequestFailedException { Status: 404, ErrorCode: "ContainerNotFound" } => "the container is not there; it is created when a silo starts.",
        RequestFailedException { Status: 429 or 503 } busy => $"the service is busy ({busy.Status} {busy.ErrorCode}).",
        RequestFailedException { Status: > 0 } answered => $"the service answers {answered.Status} {answered.ErrorCode}.",
        RequestFailedException unreached => $"the service cannot be reached ({FirstLine(unreached.InnerException ?? unreached)}).",
        AuthenticationFailedException => $"no identity could be had ({FirstLine(fault)}).",
        OperationCanceledException => "the service did not answer in time.",
        _ => FirstLine(fault),
    };

    private static string FirstLine(Exception fault) => fault.Message.Split('\n', 2)[0].Trim();
}
