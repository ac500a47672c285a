namespace Sweep.Data.Pixels;

/// <summary>A rectangle of an image, in pixels.</summary>
public readonly record struct CropBox(int Left, int Top, int Width, int Height);

/// <summary>Cuts and mirrors.</summary>
public static class Crop
{
    /// <summary>Cuts out the box; what lies outside the image is black.</summary>
    public static void Apply(Canvas canvas, CropBox box)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        var (image, result) = (canvas.Image, canvas.Spare);
        result.Resize(box.Width, box.Height, image.Channels);
        var left = Math.Clamp(-box.Left, 0, box.Width);
        var right = Math.Clamp(image.Width - box.Left, 0, box.Width);
        for (var y = 0; y < box.Height; y++)
        {
            var row = result.Row(y);
            var from = box.Top + y;
            if (from < 0 || from >= image.Height || left >= right)
            {
                row.Clear();
                continue;
            }

            row[..(left * image.Channels)].Clear();
            image.Row(from)[((left + box.Left) * image.Channels)..((right + box.Left) * image.Channels)].CopyTo(row[(left * image.Channels)..]);
            row[(right * image.Channels)..].Clear();
        }

        canvas.Swap();
    }

    /// <summary>Mirrors left and right, in place.</summary>
    public static void Mirror(Raster image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var channels = image.Channels;
        for (var y = 0; y < image.Height; y++)
        {
            var row = image.Row(y);
            row.Reverse();
            if (channels > 1)
            {
                for (var x = 0; x < row.Length; x += channels)
                {
                    row.Slice(x, channels).Reverse();
                }
            }
        }
    }
}
