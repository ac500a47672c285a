using Azure.Storage.Blobs;
using Sweep.Silo.Settings;
using Sweep.Silo.Storage;

namespace Sweep.Silo.Tests.Storage.Azure;

public sealed class AzureClientsTests
{
    private const string Key = "c2VjcmV0IHNlY3JldCBzZWNyZXQ=";

    [Theory]
    [InlineData($"DefaultEndpointsProtocol=https;AccountName=acme;AccountKey={Key};EndpointSuffix=core.windows.net", "https://acme.blob.core.windows.net/", "https://acme.table.core.windows.net/")]
    [InlineData("UseDevelopmentStorage=true", "http://127.0.0.1:10000/devstoreaccount1", "http://127.0.0.1:10002/devstoreaccount1")]
    [InlineData("https://acme.blob.core.windows.net", "https://acme.blob.core.windows.net/", "https://acme.table.core.windows.net/")]
    [InlineData("https://acme.blob.core.usgovcloudapi.net/", "https://acme.blob.core.usgovcloudapi.net/", "https://acme.table.core.usgovcloudapi.net/")]
    [InlineData("https://acme.blob.core.windows.net/?sv=2024-11-04&ss=bt&sig=x", "https://acme.blob.core.windows.net/", "https://acme.table.core.windows.net/?sv=2024-11-04&ss=bt&sig=x")]
    public void For_KnowsBlobsAndTables(string azure, string blobs, string tables)
    {
        var clients = AzureClients.For(new StorageSettings { Azure = azure });

        Assert.Null(AzureClients.Fault(azure));
        Assert.StartsWith(blobs, clients.Blobs(new BlobClientOptions()).Uri.AbsoluteUri, StringComparison.Ordinal);
        Assert.StartsWith(tables.TrimEnd('/'), clients.Tables().Uri.AbsoluteUri, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("my-secret", "but is neither")]
    [InlineData("AccountName=acme;AccountKey=my-secret", "but is neither")]
    [InlineData("http://acme.blob.core.windows.net/?sig=my-secret", "scheme is 'http'")]
    [InlineData("ftp://my-secret", "scheme is 'ftp'")]
    [InlineData("http://127.0.0.1:10000/devstoreaccount1", "clear text")]
    public void Fault_SaysTheRuleAndNotTheValue(string azure, string fault)
    {
        var message = AzureClients.Fault(azure);

        Assert.StartsWith("--azure must be", message, StringComparison.Ordinal);
        Assert.Contains(fault, message, StringComparison.Ordinal);
        Assert.DoesNotContain("my-secret", message, StringComparison.Ordinal);
        Assert.Contains(message, new StorageSettings { Azure = azure }.Faults(new ClusterSettings()));
    }

    [Fact]
    public void Tables_OfAnAddressThatDoesNotTellThem_SaysWhatDoes()
    {
        var clients = AzureClients.For(new StorageSettings { Azure = "https://storage.acme.example/?sig=x" });

        var fault = Assert.Throws<UsageException>(clients.Tables);

        Assert.Contains("TableEndpoint", fault.Message, StringComparison.Ordinal);
        Assert.Contains("'storage.acme.example'", fault.Message, StringComparison.Ordinal);
    }
}
