using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sweep.Planning;

/// <summary>
/// One seed per kind of training, all from the experiment's own. Every trial gets the same ones, so that trials differ by their
/// settings and not by their noise, and shared stages stay equal.
/// </summary>
internal static class DerivedSeed
{
    /// <returns>32 bits, so that every reader of the JSON holds it exactly.</returns>
    public static long Of(long seed, string purpose)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{seed}/{purpose}")));
        return BinaryPrimitives.ReadUInt32BigEndian(digest);
    }
}
