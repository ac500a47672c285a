using Sweep.Data.Augmenting;
using Sweep.Data.Pixels;
using Sweep.Models.Numerics;

namespace Sweep.Data.Tests;

public class PixelTests
{
    private static readonly byte[] s_fill = [124, 116, 104];

    public static IEnumerable<object[]> Operations => RecordedPixels.All.Operations.Select((recorded, i) => new object[]
    {
        i, $"{recorded.Name} of {recorded.Picture}, strength {(recorded.Negative ? "-" : "")}{recorded.Strength}{(recorded.Increasing ? "" : ", older scale")}",
    });

    [Theory]
    [MemberData(nameof(Operations))]
    public void Each_operation_gives_the_bytes_that_Pillow_gives(int index, string title)
    {
        var recorded = RecordedPixels.All.Operations[index];
        var canvas = RecordedPixels.All.Canvas(recorded.Picture);

        RandAugment.Apply(
            canvas, Enum.Parse<RandAugmentOperation>(recorded.Name), recorded.Strength, recorded.Increasing, recorded.Negative, s_fill.AsSpan(0, canvas.Image.Channels));

        AssertEqual(recorded.Expected, canvas.Image, title);
    }

    [Fact]
    public void Mirroring_keeps_pixels_whole()
    {
        var canvas = RecordedPixels.All.Canvas("wide");

        Crop.Mirror(canvas.Image);

        AssertEqual(RecordedPixels.All.Mirrored, canvas.Image, "mirrored");
    }

    [Fact]
    public void A_crop_over_the_edge_is_black_there()
    {
        foreach (var shift in RecordedPixels.All.Shifted)
        {
            var canvas = RecordedPixels.All.Canvas(shift.Picture);

            Crop.Apply(canvas, new CropBox(shift.Left - 4, shift.Top - 4, canvas.Image.Width, canvas.Image.Height));

            AssertEqual(shift.Expected, canvas.Image, $"{shift.Left}, {shift.Top}");
        }
    }

    [Theory]
    [InlineData(-100, 0)]
    [InlineData(100, 0)]
    [InlineData(0, -100)]
    [InlineData(0, 100)]
    public void A_crop_beside_the_image_is_all_black(int left, int top)
    {
        var canvas = RecordedPixels.All.Canvas("wide");

        Crop.Apply(canvas, new CropBox(left, top, 9, 8));

        Assert.Equal(9 * 8 * 3, canvas.Image.Pixels.Length);
        Assert.Equal(-1, canvas.Image.Pixels.IndexOfAnyExcept((byte)0));
    }

    [Theory]
    [InlineData(640, 480, 0.08)]
    [InlineData(32, 32, 0.08)]
    [InlineData(300, 300, 1)]
    public void A_drawn_crop_has_a_permitted_area_and_ratio_and_lies_inside(int width, int height, double leastArea)
    {
        var random = new SeededRandom(1, "test");
        var boxes = Enumerable.Range(0, 2000).Select(_ => RandomResizedCrop.Draw(random, width, height, leastArea)).ToList();

        Assert.All(boxes, box =>
        {
            Assert.True(box.Left >= 0 && box.Top >= 0 && box.Left + box.Width <= width && box.Top + box.Height <= height);

            // Sides are rounded to whole pixels, so area and ratio may be off by half a pixel a side.
            Assert.True((box.Width + 0.5) * (box.Height + 0.5) >= leastArea * width * height);
            Assert.InRange((double)box.Width / box.Height, 0.75 * (1 - 1.0 / box.Width), 4.0 / 3 * (1 + 1.0 / box.Height));
        });

        // Uniform in area: the mean share of what fits is between the bounds' middle and the least.
        var share = boxes.Average(box => (double)box.Width * box.Height / (width * height));
        Assert.InRange(share, leastArea, (1 + leastArea) / 2 + 1e-9);
        Assert.True(leastArea == 1 || boxes.Select(box => box.Left).Distinct().Count() > 10);
    }

    [Theory]
    [InlineData(1000, 10, 493, 0, 13, 10)]
    [InlineData(10, 1000, 0, 493, 10, 13)]
    public void A_strip_that_no_draw_fits_gives_its_centre(int width, int height, int left, int top, int boxWidth, int boxHeight) =>
        Assert.Equal(new CropBox(left, top, boxWidth, boxHeight), RandomResizedCrop.Draw(new SeededRandom(1, "test"), width, height, 0.9));

    [Fact]
    public void Erasing_replaces_one_rectangle_by_standard_noise()
    {
        const int Side = 64;
        var random = new SeededRandom(3, "test");
        var noise = new List<float>();
        for (var i = 0; i < 200; i++)
        {
            var values = new float[3 * Side * Side];
            var box = RandomErasing.Draw(random, Side, Side)!.Value;
            RandomErasing.Apply(random, box, values, Side, Side);

            Assert.InRange((double)box.Width * box.Height / (Side * Side), 0.01, 0.36);
            for (var at = 0; at < values.Length; at++)
            {
                var (x, y) = (at % Side, at / Side % Side);
                var inside = x >= box.Left && x < box.Left + box.Width && y >= box.Top && y < box.Top + box.Height;
                Assert.Equal(inside, values[at] != 0);
            }

            noise.AddRange(values.Where(value => value != 0));
        }

        Assert.Equal(0, noise.Average(), 0.01);
        Assert.Equal(1, noise.Average(value => value * value), 0.02);
    }

    [Fact]
    public void Normalised_values_are_channels_first()
    {
        var image = new Raster().Resize(2, 1, 3);
        byte[] pixels = [0, 51, 255, 102, 0, 51];
        pixels.CopyTo(image.Pixels);
        var values = new float[6];

        new Normalisation(new PixelStatistics([0.5f, 0.2f, 0], [0.5f, 0.1f, 1])).Apply(image, values);

        Assert.All(new[] { -1, -0.2f, 0, -2, 1, 0.2f }.Zip(values), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void Jitter_of_strength_0_changes_nothing_and_other_strengths_stay_in_their_range()
    {
        var canvas = RecordedPixels.All.Canvas("wide");
        ColorJitter.Apply(canvas, new SeededRandom(1, "test"), 0);
        AssertEqual(RecordedPixels.All.Pictures["wide"].Pixels, canvas.Image, "strength 0");

        // Of a flat grey image only the brightness shows.
        var random = new SeededRandom(1, "test");
        var seen = Enumerable.Range(0, 500).Select(_ =>
        {
            var grey = new Canvas();
            grey.Image.Resize(4, 4, 3).Pixels.Fill(100);
            ColorJitter.Apply(grey, random, 0.3);
            return grey.Image.Pixels[0];
        }).ToList();
        Assert.Equal(70, seen.Min(), 2.0);
        Assert.Equal(129, seen.Max(), 2.0);
    }

    private static void AssertEqual(byte[] expected, Raster actual, string title)
    {
        Assert.Equal(expected.Length, actual.Pixels.Length);
        var difference = actual.Pixels.CommonPrefixLength(expected);
        Assert.True(
            difference == expected.Length,
            difference == expected.Length ? "" : $"{title}: byte {difference} must be {expected[difference]}, but is {actual.Pixels[difference]}.");
    }
}
