using System.Security.Cryptography;
using System.Text;
using Orleans.Runtime;
using Sweep.Recipes;
using Sweep.Silo.Storage;

namespace Sweep.Silo.Tests.Storage;

/// <summary>Writes a grain's state as versions before the journal did.</summary>
internal static class FormerGrainFile
{
    public static byte[] Content<T>(GrainId grain, T state)
    {
        var text = CanonicalJson.Serialize(state);
        var header = CanonicalJson.Serialize(new GrainFile.Header
        {
            Grain = grain.ToString(),
            ETag = Guid.NewGuid().ToString("N"),
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
        });
        return Encoding.UTF8.GetBytes($"{header}\n{text}\n");
    }

    /// <returns>Its path.</returns>
    public static string Write<T>(string root, string stateName, GrainId grain, T state)
    {
        var path = GrainFile.PathOf(root, stateName, grain);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Content(grain, state));
        return path;
    }
}
