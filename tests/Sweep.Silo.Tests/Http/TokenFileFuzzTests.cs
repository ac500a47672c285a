using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sweep.Grains;
using Sweep.Silo.Http;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Http;

public sealed class TokenFileFuzzTests : IDisposable
{
    private const string Token = "sweep_known";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void MutatedFiles_AreReadOrRefusedWithTheirLine_AndLetNobodyElseIn(int seed)
    {
        var sound = $"# tokens\nci {TokenEntry.DigestOf(Token)} read,submit\n\nroot {TokenEntry.DigestOf("sweep_root")} admin\n";
        Mutations.Try(seed, rounds: 300, mutations =>
        {
            var path = _folder["tokens"];
            File.WriteAllBytes(path, mutations.Random.Next(2) == 0 ? mutations.Bytes(Encoding.UTF8.GetBytes(sound)) : Encoding.UTF8.GetBytes(mutations.Text(sound)));
            try
            {
                var tokens = new TokenFile(path, TimeProvider.System, NullLogger.Instance);
                Assert.True(tokens.Find(Token) is null or { Name.Length: > 0 });
                Assert.Null(tokens.Find(""));
                Assert.Null(tokens.Find("sweep_stranger"));
            }
            catch (TokenFileException e)
            {
                Assert.Contains(path, e.Message, StringComparison.Ordinal);
            }
        });
    }
}
