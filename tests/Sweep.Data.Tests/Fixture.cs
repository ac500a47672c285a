using System.Text.Json;
using Sweep.Data.Decoding;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Data.Tests;

/// <summary>The committed photographs, and what Pillow made of them (Recorded/record.py).</summary>
internal static class Fixture
{
    public static JsonElement Pillow { get; } =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Recorded", "pillow.json"))).RootElement;

    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name));

    public static StageFaultException BadData(Action action)
    {
        var fault = Assert.Throws<StageFaultException>(action);
        Assert.Equal(FailureReason.BadData, fault.Reason);
        return fault;
    }

    /// <summary>The picture that record.py draws by the same formula.</summary>
    public static DecodedImage Pattern(int width, int height, int channels)
    {
        var image = DecodedImage.Rent(width, height, channels);
        for (var (y, i) = (0, 0); y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                for (var c = 0; c < channels; c++)
                {
                    var value = x * (5 + 2 * c) + y * (11 - 3 * c) + (x * y >> (3 - c)) + 29 * c;
                    image.Pixels[i++] = (byte)(((value % 256) + 256) % 256);
                }
            }
        }

        return image;
    }
}
