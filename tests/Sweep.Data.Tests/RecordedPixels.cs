using System.Text.Json;
using Sweep.Data.Pixels;

namespace Sweep.Data.Tests;

/// <summary>What Pillow computed (<c>Recorded/record_pixels.py</c>). Arrays of bytes are base64 in the file.</summary>
internal sealed record RecordedPixels(
    Dictionary<string, RecordedPixels.Picture> Pictures,
    IReadOnlyList<RecordedPixels.Operation> Operations,
    IReadOnlyList<RecordedPixels.Resize> Crops,
    IReadOnlyList<RecordedPixels.Resize> Evaluations,
    IReadOnlyList<RecordedPixels.Resize> Resized,
    IReadOnlyList<RecordedPixels.Shift> Shifted,
    byte[] Mirrored)
{
    public sealed record Picture(int Width, int Height, int Channels, byte[] Pixels);

    public sealed record Operation(string Name, string Picture, double Strength, bool Increasing, bool Negative, byte[] Expected);

    public sealed record Resize(string Picture, int[]? Box, int Side, double Ratio, byte[] Expected);

    public sealed record Shift(string Picture, int Left, int Top, byte[] Expected);

    public static RecordedPixels All { get; } = JsonSerializer.Deserialize<RecordedPixels>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Recorded", "pixels.json")),
        new JsonSerializerOptions { PropertyNameCaseInsensitive = true })!;

    /// <summary>A canvas with the picture as its image.</summary>
    public Canvas Canvas(string picture)
    {
        var (width, height, channels, pixels) = Pictures[picture];
        var canvas = new Canvas();
        pixels.CopyTo(canvas.Image.Resize(width, height, channels).Pixels);
        return canvas;
    }
}
