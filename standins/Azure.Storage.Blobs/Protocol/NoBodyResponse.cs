namespace Azure.Storage.Blobs.Protocol;

/// <summary>The answer 304 to a conditional read: no error, but no value either.</summary>
internal sealed class NoBodyResponse<T>(Response response) : Response<T>
{
    public override bool HasValue => false;

    /// <exception cref="ResponseBodyNotFoundException">Always.</exception>
    public override T Value => throw new ResponseBodyNotFoundException(response.Status);

    public override Response GetRawResponse() => response;

    public override string ToString() => $"Status: {response.Status}, Service returned no content";
}

/// <summary>Somebody asked for the value of an answer that has none. It is no failed request.</summary>
internal sealed class ResponseBodyNotFoundException(int status)
    : Exception($"The request's conditions are not met, so the service answered {status} without a value.");
