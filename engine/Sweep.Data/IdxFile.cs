using System.Buffers.Binary;
using System.Globalization;
using Sweep.Models;

namespace Sweep.Data;

/// <summary>
/// An IDX file of unsigned bytes (the format of MNIST): two zero bytes, the type 0x08, the number of dimensions, each dimension as a
/// big-endian 32-bit integer, then the values, row-major.
/// </summary>
/// <param name="Path">Where it was read.</param>
/// <param name="Dimensions">For example [60000, 28, 28].</param>
/// <param name="Content">The whole uncompressed file.</param>
public sealed record IdxFile(string Path, IReadOnlyList<int> Dimensions, byte[] Content)
{
    private const byte UnsignedByte = 0x08;

    /// <summary>The values, without the header.</summary>
    public ReadOnlyMemory<byte> Values => Content.AsMemory(HeaderLength(Dimensions.Count));

    /// <param name="path">Plain, or compressed when it ends in <c>.gz</c>.</param>
    /// <param name="dimensions">How many dimensions it must have.</param>
    /// <exception cref="StageFaultException">BadData; the message names file, offset, rule and value.</exception>
    public static IdxFile Read(string path, int dimensions) => Read(path, StoredFile.Read(path), dimensions);

    /// <param name="path">For messages.</param>
    /// <param name="content">The whole uncompressed file.</param>
    /// <param name="dimensions">How many dimensions it must have.</param>
    /// <exception cref="StageFaultException">BadData; the message names file, offset, rule and value.</exception>
    public static IdxFile Read(string path, byte[] content, int dimensions)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (content.Length < HeaderLength(dimensions))
        {
            throw Fault(path, content.Length, $"the header of an IDX file with {dimensions} dimensions has {HeaderLength(dimensions)} bytes, but the file ends after {content.Length}");
        }

        var magic = BinaryPrimitives.ReadUInt32BigEndian(content);
        var expected = (UnsignedByte << 8) | (uint)dimensions;
        if (magic != expected)
        {
            throw Fault(path, 0, string.Create(CultureInfo.InvariantCulture, $"the magic number must be 0x{expected:x8}, but is 0x{magic:x8}"));
        }

        var sizes = new int[dimensions];
        long values = 1;
        for (var i = 0; i < dimensions; i++)
        {
            var offset = 4 + 4 * i;
            sizes[i] = BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(offset));
            if (sizes[i] <= 0)
            {
                throw Fault(path, offset, $"dimension {i} must be positive, but is {sizes[i]}");
            }

            values *= sizes[i];
        }

        var present = content.Length - HeaderLength(dimensions);
        if (present != values)
        {
            throw Fault(path, content.Length, string.Create(
                CultureInfo.InvariantCulture,
                $"{string.Join(" x ", sizes)} values take {values} bytes after the header, but the file has {present}{(present < values ? ": it is truncated" : "")}"));
        }

        return new IdxFile(path, sizes, content);
    }

    private static int HeaderLength(int dimensions) => 4 + 4 * dimensions;

    private static StageFaultException Fault(string path, long offset, string rule) =>
        StageFaultException.BadData(string.Create(CultureInfo.InvariantCulture, $"{path}, offset {offset}: {rule}."));
}
