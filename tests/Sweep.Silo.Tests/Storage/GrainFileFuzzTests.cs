using Orleans.Runtime;
using Sweep.Grains;
using Sweep.Silo.Storage;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Storage;

/// <summary>Grain files that were changed by something else than the silo: read as they were, or refused by their name.</summary>
public sealed class GrainFileFuzzTests
{
    private static readonly GrainId s_grain = GrainId.Create("stage", "pretrain-1-x");

    private static readonly StoredCatalog s_state = new() { Experiments = ["one", "two", "three"] };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void MutatedFiles_AreRefused(int seed)
    {
        var sound = GrainFile.Write(s_grain, "etag", s_state);
        var refused = 0;
        Mutations.Try(seed, rounds: 1000, mutations =>
        {
            try
            {
                Assert.Equal(s_state.Experiments, GrainFile.Read<StoredCatalog>("file", mutations.Bytes(sound)).State.Experiments);
            }
            catch (GrainFileDamagedException e)
            {
                Assert.Contains("'file'", e.Message, StringComparison.Ordinal);
                refused++;
            }
        });
        Assert.InRange(refused, 900, 1000);
    }

    [Theory]
    [InlineData(3)]
    public void MutatedState_UnderARightDigest_IsReadOrRefused(int seed)
    {
        // Written by another version, or by hand: the digest is right, the state is not of its type.
        Mutations.Try(seed, rounds: 500, mutations =>
        {
            var state = System.Text.Json.Nodes.JsonNode.Parse(mutations.Json("{\"experiments\":[\"one\",\"two\"]}"));
            try
            {
                _ = GrainFile.Read<StoredCatalog>("file", GrainFile.Write(s_grain, "etag", state));
            }
            catch (GrainFileDamagedException e)
            {
                Assert.Contains("'file'", e.Message, StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public void PathOfAnyKey_IsBelowTheRoot() => Mutations.Try(4, rounds: 1000, mutations =>
    {
        var key = "." + mutations.Text("./../etc/passwd");
        var path = GrainFile.PathOf("/root", "stage", GrainId.Create("stage", key));
        Assert.Equal(path, Path.GetFullPath(path));
        Assert.StartsWith("/root/stage/stage/", path, StringComparison.Ordinal);
        Assert.InRange(Path.GetFileName(path).Length, 1, 255);
    });
}
