using Azure.Storage.Blobs;

namespace Azure.Conformance.Tests.StandIn;

/// <summary>The stand-in's errors name the setting, and never tell a value: connection strings hold keys.</summary>
public class ConnectionStringTests
{
    private const string Key = "c2VjcmV0c2VjcmV0c2VjcmV0";

    [Theory]
    [InlineData("AccountName=a;AccountKey=" + Key + ";" + Key, "setting 3")]
    [InlineData("AccountName=a;AccountKey=" + Key + ";AccountKey=" + Key, "AccountKey")]
    [InlineData("AccountKey=" + Key, "AccountName")]
    [InlineData("AccountName=a;AccountKey=" + Key + "!", "AccountKey")]
    [InlineData("AccountName=a;AccountKey=" + Key + ";SharedAccessSignature=" + Key, "SharedAccessSignature")]
    [InlineData("AccountNane=a;AccountKey=" + Key, "AccountNane")]
    [InlineData("BlobEndpoint=" + Key + ";AccountName=a;AccountKey=" + Key, "BlobEndpoint")]
    [InlineData("UseDevelopmentStorage=true;AccountKey=" + Key, "AccountKey")]
    [InlineData("DefaultEndpointsProtocol=ftp;AccountName=a;AccountKey=" + Key, "DefaultEndpointsProtocol")]
    public void Error_NamesTheSetting_AndNoSecret(string connectionString, string named)
    {
        var refused = Assert.Throws<FormatException>(() => new BlobServiceClient(connectionString));
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, refused.ToString(), StringComparison.Ordinal);
    }
}
