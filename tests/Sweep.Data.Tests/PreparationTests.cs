using Sweep.Data.Decoding;
using Sweep.Data.Loading;
using Sweep.Data.Pixels;
using Sweep.Data.Resampling;
using Sweep.Recipes;

namespace Sweep.Data.Tests;

public class PreparationTests
{
    private static readonly Normalisation s_normalisation = new(new PixelStatistics([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]));
    private static readonly Normalisation s_shares = new(new PixelStatistics([0, 0, 0], [1, 1, 1]));

    private static readonly AugmentationRecipe s_all = new()
    {
        CropArea = 0.08,
        RandAugment = new RandAugmentRecipe(),
        ColorJitter = 0.3,
        Erasing = 0.25,
    };

    private static readonly TrainingRecipe s_recipe = new() { Epochs = 3, Batch = 4, LearningRate = 1, Seed = 11, Flip = true };

    private static float[] Prepared(IImagePreparation preparation, IImageFiles images, int index, int place)
    {
        var values = new float[preparation.Channels * preparation.Side * preparation.Side];
        preparation.Prepare(images, index, place, new Canvas(), values);
        return values;
    }

    private static byte[] Bytes(float[] shares, int channels)
    {
        var plane = shares.Length / channels;
        return [.. Enumerable.Range(0, shares.Length).Select(i => (byte)MathF.Round(255 * shares[i % channels * plane + i / channels]))];
    }

    private static DecodedImage Decoded(string picture)
    {
        var (width, height, channels, pixels) = RecordedPixels.All.Pictures[picture];
        var image = DecodedImage.Rent(width, height, channels);
        pixels.CopyTo(image.Pixels);
        return image;
    }

    private sealed class OnePicture(string picture) : IImageFiles
    {
        public int Count => 1;

        public int Label(int index) => 0;

        public DecodedImage Decode(int index, LeastSide leastSide) => Decoded(picture);
    }

    [Fact]
    public void Evaluation_gives_the_bytes_that_Pillow_gives()
    {
        foreach (var recorded in RecordedPixels.All.Evaluations)
        {
            var preparation = new EvaluationPreparation(new EvaluationTransform(recorded.Side, recorded.Ratio), s_shares);

            Assert.Equal(recorded.Expected, Bytes(Prepared(preparation, new OnePicture(recorded.Picture), 0, 0), 3));
        }
    }

    [Fact]
    public void A_whole_image_is_resized_to_the_bytes_that_Pillow_gives()
    {
        foreach (var recorded in RecordedPixels.All.Resized)
        {
            var channels = RecordedPixels.All.Pictures[recorded.Picture].Channels;
            var shares = channels == 1 ? new Normalisation(new PixelStatistics([0], [1])) : s_shares;
            var preparation = new EvaluationPreparation(new EvaluationTransform(recorded.Side, null), shares);

            Assert.Equal(recorded.Expected, Bytes(Prepared(preparation, new OnePicture(recorded.Picture), 0, 0), channels));
        }
    }

    [Fact]
    public void A_part_is_cut_before_it_is_resized_as_Pillow_does()
    {
        foreach (var recorded in RecordedPixels.All.Crops)
        {
            using var image = Decoded(recorded.Picture);
            var target = new byte[recorded.Side * recorded.Side * 3];

            ResizedCrop.Apply(image, new CropBox(recorded.Box![0], recorded.Box[1], recorded.Box[2], recorded.Box[3]), recorded.Side, target);

            Assert.Equal(recorded.Expected, target);
        }
    }

    [Theory]
    [InlineData(640, 480, 320, 240)]
    [InlineData(643, 479, 81, 60)]
    public void A_box_of_the_full_image_is_found_in_the_smaller_decoded_one(int fullWidth, int fullHeight, int width, int height)
    {
        using var image = DecodedImage.Rent(width, height, fullWidth, fullHeight);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                image.Pixels.Slice((y * width + x) * 3, 3).Fill((byte)(255 * x / (width - 1)));
            }
        }

        var target = new byte[8 * 8 * 3];
        ResizedCrop.Apply(image, new CropBox(fullWidth / 2, 0, fullWidth / 2, fullHeight), 8, target);

        // The right half of a ramp from 0 to 255: eighths of the upper half.
        Assert.All(Enumerable.Range(0, 8), x => Assert.Equal(127.5 + 127.5 * (x + 0.5) / 8, target[3 * x], 4.0));
    }

    [Fact]
    public void The_least_side_leaves_the_box_twice_what_the_net_reads() =>
        Assert.Equal(1344, ResizedCrop.LeastSide(new CropBox(0, 0, 300, 150), 600, 450, 224));

    [Fact]
    public void Choices_depend_on_seed_epoch_and_place_alone()
    {
        var images = new DrawnImages(3);
        float[] Of(TrainingRecipe recipe, int epoch, int place) =>
            Prepared(new TrainingPreparation(recipe, epoch, new EvaluationTransform(24, 0.875), s_normalisation), images, 1, place);
        var recipe = s_recipe with { Augmentation = s_all };

        var first = Of(recipe, 1, 5);

        Assert.Equal(first, Of(recipe, 1, 5));
        Assert.NotEqual(first, Of(recipe, 2, 5));
        Assert.NotEqual(first, Of(recipe, 1, 6));
        Assert.NotEqual(first, Of(recipe with { Seed = 12 }, 1, 5));
    }

    [Fact]
    public void Each_member_of_the_recipe_changes_images_and_null_members_do_not()
    {
        var images = new DrawnImages(1);
        var transform = new EvaluationTransform(24, 0.875);
        float[][] Of(AugmentationRecipe? augmentation) =>
        [
            .. Enumerable.Range(0, 12).Select(place => Prepared(
                new TrainingPreparation(s_recipe with { Flip = false, Augmentation = augmentation }, 0, transform, s_normalisation), images, 0, place)),
        ];
        var plain = Prepared(new EvaluationPreparation(transform, s_normalisation), images, 0, 0);

        Assert.All(Of(null), values => Assert.Equal(plain, values));
        Assert.All(Of(new AugmentationRecipe { Mixup = 0.8, Repeats = 3 }), values => Assert.Equal(plain, values));
        foreach (var member in new[]
        {
            new AugmentationRecipe { CropArea = 0.08 },
            new AugmentationRecipe { RandAugment = s_all.RandAugment },
            new AugmentationRecipe { ColorJitter = 0.3 },
            new AugmentationRecipe { Erasing = 0.5 },
        })
        {
            Assert.Contains(Of(member), values => !values.SequenceEqual(plain));
            Assert.True(TrainingPreparation.IsNeeded(s_recipe with { Augmentation = member }));
        }

        Assert.False(TrainingPreparation.IsNeeded(s_recipe));
        Assert.False(TrainingPreparation.IsNeeded(s_recipe with { CropPadding = 4, Augmentation = new AugmentationRecipe { CutMix = 1, Repeats = 3 } }));
    }

    [Fact]
    public void Padding_and_mirroring_give_shifted_and_mirrored_copies()
    {
        const int Side = 4;
        byte[] pixels = [.. Enumerable.Range(1, Side * Side).Select(i => (byte)(i * 10))];
        var images = new ImagesInMemory(new LabelledImages(pixels, [0], 1, Side));
        var preparation = new TrainingPreparation(
            s_recipe with { CropPadding = 1 }, 3, new EvaluationTransform(Side, null), new Normalisation(new PixelStatistics([0], [1])));

        var seen = Enumerable.Range(0, 60).Select(place => Bytes(Prepared(preparation, images, 0, place), 1)).ToList();

        var all = (from down in Enumerable.Range(-1, 3) from right in Enumerable.Range(-1, 3) from mirrored in new[] { false, true } select Shifted(pixels, down, right, mirrored)).ToList();
        var found = seen.ConvertAll(image => all.FindIndex(candidate => candidate.SequenceEqual(image)));
        Assert.DoesNotContain(-1, found);
        Assert.True(found.Distinct().Count() > 10);
    }

    private static byte[] Shifted(byte[] image, int down, int right, bool mirrored)
    {
        var result = new byte[16];
        for (var i = 0; i < 16; i++)
        {
            var (row, column) = (i / 4 + down, (mirrored ? 3 - i % 4 : i % 4) + right);
            result[i] = row is >= 0 and < 4 && column is >= 0 and < 4 ? image[row * 4 + column] : (byte)0;
        }

        return result;
    }
}
