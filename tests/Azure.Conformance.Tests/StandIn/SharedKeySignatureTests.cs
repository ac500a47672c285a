using Azure.Core;
using Azure.Storage.Blobs.Protocol;

namespace Azure.Conformance.Tests.StandIn;

/// <summary>The strings to sign that "Authorize with Shared Key" of the Azure Storage REST reference gives as examples.</summary>
public class SharedKeySignatureTests
{
    [Fact]
    public void GetOfContainerMetadata_IsTheReferencesExample()
    {
        HttpHeader[] headers = [new("x-ms-version", "2015-02-21"), new("x-ms-date", "Fri, 26 Jun 2015 23:39:12 GMT")];
        Assert.Equal(
            "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n"
            + "/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20",
            SharedKeySignature.StringToSign(
                "myaccount", "GET",
                new Uri("https://myaccount.blob.core.windows.net/mycontainer?restype=container&comp=metadata&timeout=20"), headers, 0));
    }

    [Fact]
    public void List_SortsParameters_AndJoinsTheirValues()
    {
        var text = SharedKeySignature.StringToSign(
            "myaccount", "GET",
            new Uri("https://myaccount.blob.core.windows.net/mycontainer?restype=container&comp=list&include=snapshots&include=metadata&include=uncommittedblobs"),
            [], 0);
        Assert.EndsWith(
            "\n/myaccount/mycontainer\ncomp:list\ninclude:metadata,snapshots,uncommittedblobs\nrestype:container", text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void SecondaryAndPathStyleAddresses_KeepTheAccountFirst()
    {
        Assert.EndsWith(
            "\n/devstoreaccount1/devstoreaccount1/c/a%20b",
            SharedKeySignature.StringToSign("devstoreaccount1", "GET", new Uri("http://127.0.0.1:10000/devstoreaccount1/c/a b"), [], 0),
            StringComparison.Ordinal);
        Assert.EndsWith(
            "\n/myaccount/\ncomp:list",
            SharedKeySignature.StringToSign("myaccount", "GET", new Uri("https://myaccount.blob.core.windows.net/?comp=list"), [], 0),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Headers_HaveTheirPlaces()
    {
        HttpHeader[] headers =
        [
            new("Content-Type", "text/plain"), new("Content-MD5", "md5"), new("If-Match", "\"1\""), new("If-None-Match", "*"),
            new("Range", "bytes=0-1"), new("Content-Encoding", "gzip"), new("Content-Language", "en"), new("Date", "today"),
            new("If-Modified-Since", "since"), new("If-Unmodified-Since", "until"), new("X-Ms-Meta-B", " two "), new("x-ms-meta-a", "one"),
        ];
        Assert.Equal(
            "PUT\ngzip\nen\n11\nmd5\ntext/plain\ntoday\nsince\n\"1\"\n*\nuntil\nbytes=0-1\nx-ms-meta-a:one\nx-ms-meta-b:two\n/a/c",
            SharedKeySignature.StringToSign("a", "PUT", new Uri("https://a.blob.core.windows.net/c"), headers, 11));
    }
}
