using System.Text;
using Sweep.Models.Formats;
using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary>A plan inside a checkpoint: its canonical JSON as bytes.</summary>
internal static class StoredPlan
{
    public static StoredTensor Of(string name, PruningPlan plan)
    {
        var bytes = Encoding.UTF8.GetBytes(CanonicalJson.Serialize(plan));
        return StoredTensor.Of(name, bytes, bytes.Length);
    }

    public static PruningPlan Read(StoredTensor stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return CanonicalJson.Deserialize<PruningPlan>(Encoding.UTF8.GetString(stored.Octets()));
    }
}
