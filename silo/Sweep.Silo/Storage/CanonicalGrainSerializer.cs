using System.Text;
using Orleans.Storage;
using Sweep.Recipes;

namespace Sweep.Silo.Storage;

/// <summary>
/// Grain state as canonical JSON in whatever storage Orleans brings, as it is in our own files: no type names inside, so a type may move,
/// and an operator can read it.
/// </summary>
public sealed class CanonicalGrainSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => new(Encoding.UTF8.GetBytes(CanonicalJson.Serialize(input)));

    public T? Deserialize<T>(BinaryData input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return CanonicalJson.Deserialize<T>(Encoding.UTF8.GetString(input.ToMemory().Span));
    }
}
