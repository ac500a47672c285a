using Orleans.Runtime;
using Sweep.Grains;
using Sweep.Recipes;
using Sweep.Silo.Storage;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Storage;

/// <summary>Grain files of former versions that were changed by something else than the silo: read as they were, or refused by their name.</summary>
public sealed class GrainFileFuzzTests
{
    private static readonly GrainId s_grain = GrainId.Create("stage", "pretrain-1-x");

    private static readonly StoredCatalog s_state = new() { Experiments = ["one", "two", "three"] };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void MutatedFiles_AreRefused(int seed)
    {
        var sound = FormerGrainFile.Content(s_grain, s_state);
        var refused = 0;
        Mutations.Try(seed, rounds: 1000, mutations =>
        {
            try
            {
                Assert.Equal(CanonicalJson.Serialize(s_state), GrainFile.Read("file", mutations.Bytes(sound)).State);
            }
            catch (GrainFileDamagedException e)
            {
                Assert.Contains("'file'", e.Message, StringComparison.Ordinal);
                refused++;
            }
        });
        Assert.InRange(refused, 900, 1000);
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
