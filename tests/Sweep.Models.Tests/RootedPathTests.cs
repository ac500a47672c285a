using System.Security.Cryptography;
using Sweep.Models.Formats;
using Sweep.Models.Weights;

namespace Sweep.Models.Tests;

/// <summary>What a sweep file names is read from the configured folders, wherever links and dots point.</summary>
public sealed class RootedPathTests : IDisposable
{
    private readonly string _folder = RootedPath.Real(Directory.CreateTempSubdirectory("sweep-roots-").FullName);

    public RootedPathTests()
    {
        Directory.CreateDirectory(At("root/sub"));
        Directory.CreateDirectory(At("root-beside"));
        Directory.CreateDirectory(At("outside"));
        File.WriteAllText(At("outside/secret"), "secret");
        File.WriteAllText(At("root/weights"), "weights");
        File.WriteAllText(At("root-beside/weights"), "beside");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    [Theory]
    [InlineData("root/weights", true)]
    [InlineData("root/sub/../weights", true)]
    [InlineData("root", true)]
    [InlineData("root/none", true)]
    [InlineData("root/../outside/secret", false)]
    [InlineData("root-beside/weights", false)]
    [InlineData("outside", false)]
    public void Path_IsJudgedByWhereItLeads(string path, bool inside) => Assert.Equal(inside, RootedPath.IsUnder(At(path), [At("root")]));

    [Fact]
    public void Link_IsFollowed()
    {
        File.CreateSymbolicLink(At("root/out"), At("outside/secret"));
        File.CreateSymbolicLink(At("root/relative"), "../outside/secret");
        File.CreateSymbolicLink(At("root/in"), At("root/weights"));
        Directory.CreateSymbolicLink(At("root/sub/folder"), At("outside"));
        Directory.CreateSymbolicLink(At("entrance"), At("root"));

        Assert.False(RootedPath.IsUnder(At("root/out"), [At("root")]));
        Assert.False(RootedPath.IsUnder(At("root/relative"), [At("root")]));
        Assert.False(RootedPath.IsUnder(At("root/sub/folder/secret"), [At("root")]));
        Assert.True(RootedPath.IsUnder(At("root/in"), [At("root")]));
        Assert.True(RootedPath.IsUnder(At("root/weights"), [At("entrance")]));
        Assert.True(RootedPath.IsUnder(At("entrance/weights"), [At("root")]));
        Assert.True(RootedPath.IsUnder(At("root/out"), [At("root"), At("outside")]));
        Assert.True(RootedPath.IsUnder(At("outside/secret"), ["/"]));
    }

    [Fact]
    public void Circle_LeadsNowhere()
    {
        File.CreateSymbolicLink(At("root/a"), At("root/b"));
        File.CreateSymbolicLink(At("root/b"), At("root/a"));

        Assert.Throws<IOException>(() => RootedPath.Real(At("root/a")));
    }

    [Fact]
    public void Weights_ThroughALinkOutOfTheFolders_AreRefusedUnread()
    {
        File.CreateSymbolicLink(At("root/stolen"), At("outside/secret"));
        var digest = Convert.ToHexStringLower(SHA256.HashData("secret"u8));

        var refused = Assert.Throws<InvalidDataException>(() => WeightsFile.Find("stolen", new string('0', 64), [At("root")]));

        Assert.Contains(At("root/stolen"), refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(digest, refused.Message, StringComparison.Ordinal);
        Assert.Equal(At("root/stolen"), WeightsFile.Find("stolen", digest, [At("root"), At("outside")]).Path);
    }
}
