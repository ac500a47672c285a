using System.Globalization;
using Sweep.Models;

namespace Sweep.Data;

/// <summary>
/// The binary version of CIFAR: records of a label and a picture, nothing between them. CIFAR-100 has two labels a record: the
/// coarse one, then the fine one, which is the class.
/// </summary>
public static class CifarFile
{
    public const int Side = 32;
    public const int Channels = 3;

    private const int PixelBytes = Channels * Side * Side;

    /// <param name="path">For messages.</param>
    /// <param name="content">The whole file.</param>
    /// <param name="labelBytes">1 for CIFAR-10, 2 for CIFAR-100.</param>
    /// <param name="classes">How many there are.</param>
    /// <param name="images">How many records it must have.</param>
    /// <returns>Pixels of (images, 3, 32, 32).</returns>
    /// <exception cref="StageFaultException">BadData; the message names file, offset, rule and value.</exception>
    public static LabelledImages Read(string path, ReadOnlySpan<byte> content, int labelBytes, int classes, int images)
    {
        var record = labelBytes + PixelBytes;
        if (content.Length != (long)images * record)
        {
            throw Fault(path, content.Length, $"{images} records of {record} bytes take {(long)images * record} bytes, but the file has {content.Length}");
        }

        var pixels = new byte[images * PixelBytes];
        var labels = new int[images];
        for (var i = 0; i < images; i++)
        {
            var from = content.Slice(i * record, record);
            labels[i] = from[labelBytes - 1];
            if (labels[i] >= classes)
            {
                throw Fault(path, (long)i * record + labelBytes - 1, $"a label must be below {classes}, but is {labels[i]}");
            }

            from[labelBytes..].CopyTo(pixels.AsSpan(i * PixelBytes));
        }

        return new LabelledImages(pixels, labels, Channels, Side);
    }

    private static StageFaultException Fault(string path, long offset, FormattableString rule) =>
        StageFaultException.BadData(string.Create(CultureInfo.InvariantCulture, $"{path}, offset {offset}: {FormattableString.Invariant(rule)}."));
}
