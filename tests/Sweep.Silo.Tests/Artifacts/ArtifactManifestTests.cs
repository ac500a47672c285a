using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sweep.Grains;
using Sweep.Silo.Artifacts;
using Sweep.Silo.Files;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Artifacts;

public sealed class ArtifactManifestTests : IDisposable
{
    private static readonly string s_digest = new('a', 64);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Naming(string name) => new ArtifactManifest { Files = [new ArtifactFile { Name = name, Length = 1, Sha256 = s_digest }] }.ToText();

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("epoch-0003/state.json")]
    [InlineData("..name")]
    public void Name_BelowTheRoot_IsOne(string name) => Assert.Equal(name, Assert.Single(ArtifactManifest.Parse(Naming(name)).Files).Name);

    [Theory]
    [InlineData("../escaped")]
    [InlineData("a/../../escaped")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a/.")]
    [InlineData("")]
    [InlineData("..\\escaped")]
    [InlineData("C:escaped")]
    [InlineData("a\u0000b")]
    public void Name_ThatLeavesTheRoot_IsRefused(string name) => Assert.Throws<JsonException>(() => ArtifactManifest.Parse(Naming(name)));

    [Theory]
    [InlineData("{\"files\":null}")]
    [InlineData("{\"files\":[null]}")]
    [InlineData("{\"files\":[{\"length\":-1,\"name\":\"a\",\"sha256\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}]}")]
    [InlineData("{\"files\":[{\"length\":1,\"name\":\"a\",\"sha256\":\"../../x\"}]}")]
    [InlineData("[]")]
    public void Text_ThatIsNoManifest_IsRefused(string text) => Assert.Throws<JsonException>(() => ArtifactManifest.Parse(text));

    [Fact]
    public async Task Store_WithAManifestThatEscapes_WritesNothingOutside()
    {
        // Somebody with access to the store alone writes an artifact whose id is right.
        var manifest = Naming("../../escaped");
        var id = new ArtifactId(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(manifest))));
        var place = Directory.CreateDirectory(_folder["store", id.Value[..2], id.Value]).FullName;
        File.WriteAllText(Path.Combine(place, "manifest.json"), manifest);
        Directory.CreateDirectory(Path.Combine(place, "files"));

        await Assert.ThrowsAsync<DamagedArtifactException>(() => new DirectoryArtifactStore(_folder["store"]).Materialize(id, _folder["held", "it"], default));

        Assert.False(File.Exists(_folder["escaped"]));
        Assert.False(Directory.Exists(_folder["held", "it"]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void MutatedManifests_AreReadOrRefused(int seed)
    {
        var sound = new ArtifactManifest { Files = [.. Enumerable.Range(0, 4).Select(i => new ArtifactFile { Name = $"a/{i}", Length = i, Sha256 = s_digest })] }.ToText();
        var refused = 0;
        Mutations.Try(seed, rounds: 1000, mutations =>
        {
            var text = mutations.Random.Next(2) == 0 ? mutations.Json(sound) : Encoding.UTF8.GetString(mutations.Bytes(Encoding.UTF8.GetBytes(sound)));
            try
            {
                Assert.All(ArtifactManifest.Parse(text).Files, file => Assert.StartsWith("/root/", Path.GetFullPath(Path.Combine("/root", file.Name)), StringComparison.Ordinal));
            }
            catch (JsonException)
            {
                refused++;
            }
        });
        Assert.InRange(refused, 500, 1000);
    }
}
