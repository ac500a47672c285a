using Azure.Core;
using Azure.Storage;
using Azure.Storage.Blobs;
using Sweep.Testing.Azure;

namespace Azure.Conformance.Tests.Blobs;

/// <summary>Which account a client talks to, and with which right.</summary>
public class ConnectionTests
{
    // A key that no account has: sixteen zero bytes.
    private const string OtherKey = "AAAAAAAAAAAAAAAAAAAAAA==";

    [AzuriteFact]
    public async Task Stranger_IsRefused()
    {
        var name = (await Containers.NewAsync()).Name;
        var endpoint = (await AzuriteServer.RunningAsync()).BlobEndpoint;

        var anonymous = new BlobServiceClient(endpoint, Containers.Quick()).GetBlobContainerClient(name);
        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => anonymous.GetBlobClient("x").DownloadContentAsync());
        Assert.Contains(refused.Status, (int[])[401, 403, 404]);
        await AssertForbidden(() => BlobTests.ListAsync(anonymous.GetBlobsAsync()));

        var wrong = new BlobServiceClient(
            endpoint, new StorageSharedKeyCredential(AzuriteServer.AccountName, OtherKey), Containers.Quick()).GetBlobContainerClient(name);
        await AssertForbidden(() => wrong.GetBlobClient("x").UploadAsync(Containers.Text("x")));
        await AssertForbidden(() => wrong.GetBlobClient("x").ExistsAsync());

        static async Task AssertForbidden(Func<Task> act) =>
            Assert.Equal(403, (await Assert.ThrowsAsync<RequestFailedException>(act)).Status);
    }

    [AzuriteFact]
    public async Task RotatedKey_IsTakenByTheLivingClient()
    {
        var credential = new StorageSharedKeyCredential(AzuriteServer.AccountName, OtherKey);
        var name = (await Containers.NewAsync()).Name;
        var container = new BlobServiceClient((await AzuriteServer.RunningAsync()).BlobEndpoint, credential, Containers.Quick())
            .GetBlobContainerClient(name);
        await Assert.ThrowsAsync<RequestFailedException>(() => container.UploadBlobAsync("x", Containers.Text("x")));
        credential.SetAccountKey(AzuriteServer.AccountKey);
        await container.UploadBlobAsync("x", Containers.Text("x"));
    }

    [AzuriteFact]
    public async Task ConnectionString_OfAzurite_Works()
    {
        var azurite = await AzuriteServer.RunningAsync();
        var name = (await Containers.NewAsync()).Name;
        var service = new BlobServiceClient(azurite.ConnectionString, Containers.Quick());
        Assert.Equal((azurite.BlobEndpoint, AzuriteServer.AccountName), (service.Uri, service.AccountName));
        await service.GetBlobContainerClient(name).UploadBlobAsync("x", Containers.Text("1"));
        Assert.Equal("1", await Containers.ReadAsync(new BlobClient(azurite.ConnectionString, name, "x", Containers.Quick())));
        Assert.True((await new BlobContainerClient(azurite.ConnectionString, name, Containers.Quick()).ExistsAsync()).Value);
    }

    [Theory]
    [InlineData("UseDevelopmentStorage=true", "http://127.0.0.1:10000/devstoreaccount1", "devstoreaccount1")]
    [InlineData("UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://azurite", "http://azurite:10000/devstoreaccount1", "devstoreaccount1")]
    [InlineData("AccountName=models;SharedAccessSignature=sv=1&sig=2", "https://models.blob.core.windows.net/?sv=1&sig=2", "models")]
    [InlineData("accountname=models;ACCOUNTKEY=" + OtherKey, "https://models.blob.core.windows.net/", "models")]
    [InlineData("UseDevelopmentStorage=true;", "http://127.0.0.1:10000/devstoreaccount1", "devstoreaccount1")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=models;AccountKey=" + OtherKey, "https://models.blob.core.windows.net/", "models")]
    [InlineData("DefaultEndpointsProtocol=http;AccountName=models;AccountKey=" + OtherKey + ";EndpointSuffix=core.chinacloudapi.cn", "http://models.blob.core.chinacloudapi.cn/", "models")]
    [InlineData("AccountName=models;AccountKey=" + OtherKey + ";BlobEndpoint=https://blobs.example.org/", "https://blobs.example.org/", "models")]
    [InlineData("BlobEndpoint=https://models.blob.core.windows.net/;SharedAccessSignature=sv=2021-12-02&sig=abc%3D", "https://models.blob.core.windows.net/?sv=2021-12-02&sig=abc%3D", "models")]
    [InlineData("BlobEndpoint=https://models.blob.core.windows.net/;QueueEndpoint=https://models.queue.core.windows.net/", "https://models.blob.core.windows.net/", "models")]
    public void ConnectionString_NamesItsAccount(string connectionString, string address, string account)
    {
        var service = new BlobServiceClient(connectionString);
        Assert.Equal((new Uri(address), account), (service.Uri, service.AccountName));
        var blob = service.GetBlobContainerClient("c").GetBlobClient("d/e f");
        Assert.Equal(("c", "d/e f"), (blob.BlobContainerName, blob.Name));
        Assert.Equal(new Uri(address).Query, blob.Uri.Query);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("AccountName=models")]
    [InlineData("AccountName=models;AccountName=models;AccountKey=" + OtherKey)]
    [InlineData("AccountKey=" + OtherKey)]
    [InlineData("AccountName=models;AccountKey=not base64!")]
    [InlineData("UseDevelopmentStorage=maybe")]
    [InlineData("UseDevelopmentStorage=false")]
    [InlineData("UseDevelopmentStorage=true;AccountKey=" + OtherKey)]
    [InlineData("AccountName=models;AccountKey=" + OtherKey + ";Nonsense=1")]
    [InlineData(" AccountName = models ; AccountKey = " + OtherKey)]
    [InlineData("AccountName=models;AccountKey=" + OtherKey + ";SharedAccessSignature=sig")]
    [InlineData("DefaultEndpointsProtocol=ftp;AccountName=models;AccountKey=" + OtherKey)]
    [InlineData("BlobEndpoint=not an address;AccountName=models;AccountKey=" + OtherKey)]
    public void ConnectionString_ThatIsNone_IsRefused(string connectionString) =>
        Assert.ThrowsAny<FormatException>(() => new BlobServiceClient(connectionString));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void ConnectionString_ThatIsAbsent_IsRefused(string? connectionString) =>
        Assert.Throws<ArgumentNullException>(() => new BlobServiceClient(connectionString!));

    [Fact]
    public void Options_RetryFiveTimes_AndTrimSlashes()
    {
        var options = new BlobClientOptions();
        Assert.Equal(
            (5, TimeSpan.FromSeconds(0.8), TimeSpan.FromMinutes(1), RetryMode.Exponential, true),
            (options.Retry.MaxRetries, options.Retry.Delay, options.Retry.MaxDelay, options.Retry.Mode, options.TrimBlobNameSlashes));
    }

    [Fact]
    public void SlashesAroundAName_AreDropped_UnlessTheyAreWanted()
    {
        var endpoint = new Uri("https://models.blob.core.windows.net");
        Assert.Equal("a/b", new BlobServiceClient(endpoint).GetBlobContainerClient("c").GetBlobClient("/a/b/").Name);
        var wanted = new BlobServiceClient(endpoint, new BlobClientOptions { TrimBlobNameSlashes = false });
        Assert.Equal("/a/b/", wanted.GetBlobContainerClient("c").GetBlobClient("/a/b/").Name);
        Assert.Throws<ArgumentException>(() => wanted.GetBlobContainerClient("c").GetBlobClient(""));
    }

    [Fact]
    public void Token_IsNotSentInTheClear() =>
        Assert.Throws<ArgumentException>(() => new BlobServiceClient(new Uri("http://models.blob.core.windows.net"), new FixedToken()));

    [Fact]
    public async Task Token_IsSentAsBearer_AndAskedForStorage()
    {
        var token = new FixedToken();
        var faulty = new FaultyTransport();
        faulty.Answer(404, "BlobNotFound");
        var service = new BlobServiceClient(new Uri("https://models.blob.core.windows.net"), token, Containers.Quick(faulty));
        Assert.False((await service.GetBlobContainerClient("c").GetBlobClient("b").ExistsAsync()).Value);
        var sent = Assert.Single(faulty.Sent);
        Assert.Equal("Bearer the-token", sent.Headers["authorization"]);
        Assert.Equal("https://models.blob.core.windows.net/c/b", sent.Uri.AbsoluteUri);
        Assert.Equal(["https://storage.azure.com/.default"], token.Scopes);
    }

    [Fact]
    public async Task Signature_IsSentInTheQuery_AndMayChange()
    {
        var faulty = new FaultyTransport();
        var credential = new AzureSasCredential("sv=1&sig=a%3D");
        var container = new BlobServiceClient(new Uri("https://models.blob.core.windows.net"), credential, Containers.Quick(faulty))
            .GetBlobContainerClient("c");
        faulty.Throttle();
        faulty.Answer(404, "ContainerNotFound");
        await container.ExistsAsync();
        credential.Update("sv=2&sig=b");
        faulty.Answer(404, "ContainerNotFound");
        await container.ExistsAsync();
        Assert.Equal(
            ["?restype=container&sv=1&sig=a%3D", "?restype=container&sv=1&sig=a%3D", "?restype=container&sv=2&sig=b"],
            faulty.Sent.Select(request => request.Uri.Query));
        Assert.All(faulty.Sent, request => Assert.False(request.Headers.ContainsKey("authorization")));
    }

    private sealed class FixedToken : TokenCredential
    {
        public string[] Scopes { get; private set; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes = requestContext.Scopes;
            return new AccessToken("the-token", DateTimeOffset.MaxValue);
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
