namespace Sweep.Data.Resampling;

/// <summary>How pixels between pixels are made.</summary>
public enum ResampleFilter
{
    /// <summary>Triangle of support 1.</summary>
    Bilinear,

    /// <summary>Keys' cubic convolution with a = -1/2, of support 2. Robert G. Keys, "Cubic convolution interpolation for digital image processing", 1981.</summary>
    Bicubic,
}

/// <summary>A part of an image in pixels, measured from its top left corner; edges may lie between pixels.</summary>
public readonly record struct ResampleBox(double Left, double Top, double Right, double Bottom)
{
    public double Width => Right - Left;

    public double Height => Bottom - Top;

    public static ResampleBox Whole(int width, int height) => new(0, 0, width, height);
}

/// <summary>A part of the resampled image: what is computed, when the rest is cut away anyway.</summary>
public readonly record struct ResampleWindow(int Left, int Top, int Width, int Height);
