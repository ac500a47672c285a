using System.Text.Json;
using System.Text.Json.Serialization;
using Sweep.Recipes;

namespace Sweep.Client.Cluster;

/// <summary>How the client reads what silos say: as <see cref="CanonicalJson"/>, except that newer silos may say more than this client knows.</summary>
internal static class LenientJson
{
    /// <summary>One for all that is read: what the serializer finds out about a type, it finds out once.</summary>
    public static JsonSerializerOptions Options { get; } = new(CanonicalJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };
}
