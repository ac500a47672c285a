using Sweep.Client.Cluster;
using Sweep.Testing;

namespace Sweep.Client.Tests;

public sealed class GatewayTlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sweep-client-").FullName;
    private readonly PemAuthority _authority = new("authority");

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Variables_NameTheFiles()
    {
        var variables = Variables();

        Assert.Equal("sweep-silo", GatewayTls.Of(variables.GetValueOrDefault)!.Name);
        variables[GatewayTls.NameVariable] = "lab.example.org";
        Assert.Equal("lab.example.org", GatewayTls.Of(variables.GetValueOrDefault)!.Name);
        Assert.Null(GatewayTls.Of(_ => null));
    }

    [Theory]
    [InlineData(GatewayTls.CertificateVariable)]
    [InlineData(GatewayTls.KeyVariable)]
    [InlineData(GatewayTls.AuthorityVariable)]
    public void Variables_ComeTogether(string missing)
    {
        var variables = Variables();
        variables.Remove(missing);

        Assert.Contains($"but {missing} is missing", Assert.Throws<ClientException>(() => GatewayTls.Of(variables.GetValueOrDefault)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FileThatCannotBeUsed_IsNamed()
    {
        var variables = Variables();
        File.WriteAllText(variables[GatewayTls.AuthorityVariable], "not PEM");

        Assert.Contains(variables[GatewayTls.AuthorityVariable], Assert.Throws<ClientException>(() => GatewayTls.Of(variables.GetValueOrDefault)).Message, StringComparison.Ordinal);
    }

    private Dictionary<string, string> Variables()
    {
        var files = _authority.ForClient(_folder);
        return new()
        {
            [GatewayTls.CertificateVariable] = files.Certificate,
            [GatewayTls.KeyVariable] = files.Key,
            [GatewayTls.AuthorityVariable] = files.Authority,
        };
    }
}
