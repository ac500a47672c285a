using System.Buffers.Binary;
using System.Numerics;

namespace Orleans.Storage;

/// <summary>xxHash with 32 bits and seed 0, after the algorithm's public specification (Y. Collet).</summary>
internal static class XxHash32
{
    private const uint Prime1 = 2654435761;
    private const uint Prime2 = 2246822519;
    private const uint Prime3 = 3266489917;
    private const uint Prime4 = 668265263;
    private const uint Prime5 = 374761393;
    private const int Stripe = 16;

    private static uint Of(ReadOnlySpan<byte> input)
    {
        var length = (uint)input.Length;
        var hash = Prime5;
        if (input.Length >= Stripe)
        {
            var (one, two, three, four) = (unchecked(Prime1 + Prime2), Prime2, 0u, unchecked(0u - Prime1));
            for (; input.Length >= Stripe; input = input[Stripe..])
            {
                one = Round(one, input);
                two = Round(two, input[4..]);
                three = Round(three, input[8..]);
                four = Round(four, input[12..]);
            }

            hash = BitOperations.RotateLeft(one, 1) + BitOperations.RotateLeft(two, 7)
                + BitOperations.RotateLeft(three, 12) + BitOperations.RotateLeft(four, 18);
        }

        hash += length;
        for (; input.Length >= sizeof(uint); input = input[sizeof(uint)..])
        {
            hash = BitOperations.RotateLeft(hash + (BinaryPrimitives.ReadUInt32LittleEndian(input) * Prime3), 17) * Prime4;
        }

        foreach (var last in input)
        {
            hash = BitOperations.RotateLeft(hash + (last * Prime5), 11) * Prime1;
        }

        hash = (hash ^ (hash >> 15)) * Prime2;
        hash = (hash ^ (hash >> 13)) * Prime3;
        return hash ^ (hash >> 16);
    }

    /// <summary>As the provider stores it: the hash's bytes, which are written with the highest first, read with the lowest first.</summary>
    public static int Stored(ReadOnlySpan<byte> input) => (int)BinaryPrimitives.ReverseEndianness(Of(input));

    private static uint Round(uint lane, ReadOnlySpan<byte> input) =>
        BitOperations.RotateLeft(lane + (BinaryPrimitives.ReadUInt32LittleEndian(input) * Prime2), 13) * Prime1;
}
