using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sweep.Data.Pixels;

/// <summary>
/// Where each pixel of a result comes from: point (x, y) from (A·x + B·y + C, D·x + E·y + F), pixel centres lying at halves. Values
/// between pixels are bicubic (a = −1, edges repeated) and rounded towards zero, as Pillow's <c>transform</c> does.
/// </summary>
public readonly record struct AffineMap(double A, double B, double C, double D, double E, double F)
{
    /// <param name="factor">Columns that a row moves by for each row down.</param>
    public static AffineMap ShearX(double factor) => new(1, factor, 0, 0, 1, 0);

    /// <param name="factor">Rows that a column moves by for each column to the right.</param>
    public static AffineMap ShearY(double factor) => new(1, 0, 0, factor, 1, 0);

    /// <summary>The result shows what lies this far to the right and below.</summary>
    public static AffineMap Translation(double right, double down) => new(1, 0, right, 0, 1, down);

    /// <summary>Counter-clockwise about the centre.</summary>
    public static AffineMap Rotation(double degrees, int width, int height)
    {
        var angle = -double.DegreesToRadians(degrees);
        var cos = Math.Round(Math.Cos(angle), 15);
        var sin = Math.Round(Math.Sin(angle), 15);
        var (x, y) = (width / 2.0, height / 2.0);
        return new AffineMap(cos, sin, cos * -x + sin * -y + x, -sin, cos, -sin * -x + cos * -y + y);
    }

    /// <summary>Maps the canvas' image onto one of the same size.</summary>
    /// <param name="fill">Colour of what comes from outside the image, one value a channel.</param>
    public void Apply(Canvas canvas, ReadOnlySpan<byte> fill)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        var (image, result) = (canvas.Image, canvas.Spare);
        result.Resize(image.Width, image.Height, image.Channels);
        for (var y = 0; y < result.Height; y++)
        {
            var row = result.Row(y);
            for (var x = 0; x < result.Width; x++)
            {
                var fromX = A * (x + 0.5) + B * (y + 0.5) + C;
                var fromY = D * (x + 0.5) + E * (y + 0.5) + F;
                var pixel = row.Slice(x * image.Channels, image.Channels);
                if (fromX >= 0 && fromX < image.Width && fromY >= 0 && fromY < image.Height)
                {
                    Sample(image, fromX - 0.5, fromY - 0.5, pixel);
                }
                else
                {
                    fill.CopyTo(pixel);
                }
            }
        }

        canvas.Swap();
    }

    private static void Sample(Raster image, double x, double y, Span<byte> pixel)
    {
        var (left, top) = (Math.Floor(x), Math.Floor(y));
        var (dx, dy) = (x - left, y - top);
        var columns = new Columns(image, (int)left);
        ref var bytes = ref MemoryMarshal.GetReference(image.PixelsAndSlack);
        Vector256<double> value;
        if (dy == 0)
        {
            // Shears and shifts along rows: the other three rows would be multiplied by 0.
            value = columns.At(ref Row(ref bytes, image, (int)top), dx);
        }
        else
        {
            value = Cubic(
                columns.At(ref Row(ref bytes, image, (int)top - 1), dx),
                columns.At(ref Row(ref bytes, image, (int)top), dx),
                columns.At(ref Row(ref bytes, image, (int)top + 1), dx),
                columns.At(ref Row(ref bytes, image, (int)top + 2), dx),
                dy);
        }

        value = Vector256.Min(Vector256.Max(value, Vector256<double>.Zero), Vector256.Create(255.0));
        for (var channel = 0; channel < pixel.Length; channel++)
        {
            pixel[channel] = (byte)value[channel];
        }
    }

    private static ref byte Row(ref byte bytes, Raster image, int y) => ref Unsafe.Add(ref bytes, Math.Clamp(y, 0, image.Height - 1) * image.Stride);

    /// <summary>Through v2 at 0 and v3 at 1.</summary>
    private static Vector256<double> Cubic(Vector256<double> v1, Vector256<double> v2, Vector256<double> v3, Vector256<double> v4, double at)
    {
        var linear = v3 - v1;
        var square = 2.0 * (v1 - v2) + v3 - v4;
        var cube = v2 - v1 - v3 + v4;
        return v2 + at * (linear + at * (square + at * cube));
    }

    /// <summary>Byte offsets of four neighbouring pixels of a row.</summary>
    private readonly struct Columns
    {
        private readonly int _first, _second, _third, _fourth;

        public Columns(Raster image, int x)
        {
            var (last, channels) = (image.Width - 1, image.Channels);
            _first = Math.Clamp(x - 1, 0, last) * channels;
            _second = Math.Clamp(x, 0, last) * channels;
            _third = Math.Clamp(x + 1, 0, last) * channels;
            _fourth = Math.Clamp(x + 2, 0, last) * channels;
        }

        public Vector256<double> At(ref byte row, double dx) => dx == 0
            ? Pixel(ref row, _second)
            : Cubic(Pixel(ref row, _first), Pixel(ref row, _second), Pixel(ref row, _third), Pixel(ref row, _fourth), dx);

        /// <summary>Four bytes from here: all channels of a pixel, and what happens to follow.</summary>
        private static Vector256<double> Pixel(ref byte row, int offset)
        {
            var bytes = Vector128.CreateScalar(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref row, offset))).AsByte();
            var values = Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32();
            return Avx.IsSupported
                ? Avx.ConvertToVector256Double(values)
                : Vector256.Create((double)values[0], values[1], values[2], values[3]);
        }
    }
}
