using System.Security.Cryptography;
using System.Text.Json;
using Sweep.Data.Decoding;
using Sweep.Data.Resampling;
using Sweep.Recipes;

namespace Sweep.Data.Tests;

public sealed class ResamplingTests
{
    public static TheoryData<int> Resized => [.. Enumerable.Range(0, Fixture.Pillow.GetProperty("resized").GetArrayLength())];

    public static TheoryData<int> Evaluated => [.. Enumerable.Range(0, Fixture.Pillow.GetProperty("evaluated").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Resized))]
    public void Resized_pixels_are_those_of_Pillow(int position)
    {
        var figure = Fixture.Pillow.GetProperty("resized")[position];
        using var source = Source(figure);
        var box = Doubles(figure, "box");
        var target = Doubles(figure, "target");
        var filter = Enum.Parse<ResampleFilter>(figure.GetProperty("filter").GetString()!, ignoreCase: true);

        using var resized = Resampler.Resize(source, new ResampleBox(box[0], box[1], box[2], box[3]), (int)target[0], (int)target[1], filter);

        Assert.Equal(Doubles(figure, "first").Select(value => (byte)value), resized.Pixels[..24].ToArray());
        Assert.Equal(figure.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(resized.Pixels)));
    }

    [Theory]
    [MemberData(nameof(Evaluated))]
    public void Evaluated_pixels_are_those_of_Pillow_and_torchvision(int position)
    {
        var figure = Fixture.Pillow.GetProperty("evaluated")[position];
        using var source = Source(figure);
        var side = figure.GetProperty("side").GetInt32();
        var pixels = new byte[side * side * 3];

        new EvaluationTransform(side, figure.GetProperty("ratio").GetDouble()).Apply(source, pixels);

        Assert.Equal(figure.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(pixels)));
    }

    [Fact]
    public void A_window_is_what_cropping_the_resized_image_gives()
    {
        using var source = Fixture.Pattern(61, 45, 3);
        using var whole = Resampler.Resize(source, new ResampleBox(2, 3, 55.5, 44), 37, 29, ResampleFilter.Bicubic);
        var window = new byte[11 * 13 * 3];

        Resampler.Resize(source, new ResampleBox(2, 3, 55.5, 44), 37, 29, new ResampleWindow(9, 7, 11, 13), ResampleFilter.Bicubic, window);

        for (var y = 0; y < 13; y++)
        {
            Assert.Equal(whole.Pixels.Slice(((7 + y) * 37 + 9) * 3, 33).ToArray(), window.AsSpan(y * 33, 33).ToArray());
        }
    }

    [Fact]
    public void The_same_size_changes_nothing()
    {
        using var source = Fixture.Pattern(31, 17, 3);

        using var same = Resampler.Resize(source, ResampleBox.Whole(31, 17), 31, 17, ResampleFilter.Bicubic);

        Assert.True(source.Pixels.SequenceEqual(same.Pixels));
    }

    [Theory]
    [InlineData(-1, 0, 5, 5)]
    [InlineData(0, 0, 11, 5)]
    [InlineData(3, 3, 3, 5)]
    [InlineData(0, 0, double.NaN, 5)]
    public void A_box_outside_the_image_is_refused(double left, double top, double right, double bottom)
    {
        using var source = Fixture.Pattern(10, 10, 3);

        Assert.Throws<ArgumentOutOfRangeException>(() => Resampler.Resize(source, new ResampleBox(left, top, right, bottom), 4, 4, ResampleFilter.Bilinear));
    }

    [Fact]
    public void Photographs_are_evaluated_as_DeiT_is_unless_the_recipe_says_otherwise()
    {
        var registered = new DataRecipe { Name = "cifar-10", Digest = "", Validation = 0, SplitSeed = 0 };
        var folder = registered with { Folder = new ImageFolder { Classes = 2, TrainingImages = 2, TestImages = 2 } };

        Assert.Equal(224, EvaluationTransform.Of(registered, 224).ResizedSide);
        Assert.Equal(256, EvaluationTransform.Of(folder, 224).ResizedSide);
        Assert.Equal(224, EvaluationTransform.Of(folder with { CropRatio = 1 }, 224).ResizedSide);
        Assert.Equal(512, EvaluationTransform.Of(folder, 224).LeastSide);
    }

    [Fact]
    public void An_image_in_memory_is_resized_as_a_picture_is()
    {
        // Two pictures of one plane per colour, each plane of one value: resizing keeps it.
        byte[] pixels = [.. Enumerable.Range(0, 6).SelectMany(plane => Enumerable.Repeat((byte)(40 * plane), 16))];
        var images = new ImagesInMemory(new LabelledImages(pixels, [4, 7], 3, 4));
        var target = new byte[9 * 9 * 3];

        using var image = ((IImageFiles)images).Decode(1, 0);
        new EvaluationTransform(9, null).Apply(image, target);

        Assert.Equal(7, images.Label(1));
        Assert.Equal(Enumerable.Repeat(new byte[] { 120, 160, 200 }, 81).SelectMany(pixel => pixel), target);
    }

    private static DecodedImage Source(JsonElement figure)
    {
        var source = Doubles(figure, "source");
        return Fixture.Pattern((int)source[0], (int)source[1], (int)source[2]);
    }

    private static double[] Doubles(JsonElement figure, string name) => [.. figure.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];
}
