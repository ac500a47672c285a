namespace Azure.Storage.Blobs.Protocol;

/// <summary>The answer 304 to a conditional read: no error, but no value either.</summary>
internal sealed class NoBodyResponse<T>(Response response) : Response<T>
{
    public override bool HasValue => false;

    /// <exception cref="RequestFailedException">Always.</exception>
    public override T Value => throw new RequestFailedException(
        response.Status, $"Status: {response.Status}. The service answered without a body.", null, null);

    public override Response GetRawResponse() => response;

    public override string ToString() => $"Status: {response.Status}, Service returned no content";
}
