using System.Globalization;
using Sweep.Data.Augmenting;
using Sweep.Data.Pixels;
using Sweep.Data.Resampling;
using Sweep.Models.Numerics;
using Sweep.Recipes;

namespace Sweep.Data.Loading;

/// <summary>
/// An image as training sees it in one epoch (METHODS 5.1): random resized crop, or else evaluation's view; crop after zero padding;
/// mirroring; RandAugment; colour jitter; normalisation; erasing. Each only as far as the recipe asks. Choices depend on the seed, the epoch
/// and the image's place in it alone, so neither threads nor resuming change them.
/// </summary>
public sealed class TrainingPreparation : IImagePreparation
{
    private readonly TrainingRecipe _recipe;
    private readonly AugmentationRecipe _augmentation;
    private readonly EvaluationTransform _whole;
    private readonly Normalisation _normalisation;
    private readonly string _cropPurpose;
    private readonly string _purpose;

    /// <param name="whole">How an image is brought to its side where no random crop is asked for.</param>
    public TrainingPreparation(TrainingRecipe recipe, int epoch, EvaluationTransform whole, Normalisation normalisation)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(whole);
        ArgumentNullException.ThrowIfNull(normalisation);
        _recipe = recipe;
        _augmentation = recipe.Augmentation ?? new AugmentationRecipe();
        _whole = whole;
        _normalisation = normalisation;
        _cropPurpose = string.Create(CultureInfo.InvariantCulture, $"crop of epoch {epoch}");
        _purpose = string.Create(CultureInfo.InvariantCulture, $"augmentation of epoch {epoch}");
    }

    public int Channels => _normalisation.Channels;

    public int Side => _whole.Side;

    /// <summary>Whether an image's own choices go beyond crop-after-padding and mirroring, which a whole batch can take at once.</summary>
    public static bool IsNeeded(TrainingRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe.Augmentation is { CropArea: not null } or { RandAugment: not null } or { ColorJitter: not null } or { Erasing: not null };
    }

    public void Prepare(IImageFiles images, int index, int place, Canvas canvas, Span<float> values)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(canvas);
        var random = new SeededRandom(_recipe.Seed, _purpose, place);
        Frame(images, index, place, canvas);
        if (_recipe.CropPadding > 0)
        {
            var top = random.Next(2 * _recipe.CropPadding + 1) - _recipe.CropPadding;
            Crop.Apply(canvas, new CropBox(random.Next(2 * _recipe.CropPadding + 1) - _recipe.CropPadding, top, Side, Side));
        }

        if (_recipe.Flip && random.Next(2) == 1)
        {
            Crop.Mirror(canvas.Image);
        }

        if (_augmentation.RandAugment is { } operations)
        {
            RandAugment.Apply(canvas, random, operations, _normalisation.Mean.Span);
        }

        if (_augmentation.ColorJitter is { } strength)
        {
            ColorJitter.Apply(canvas, random, strength);
        }

        _normalisation.Apply(canvas.Image, values);
        if (_augmentation.Erasing is { } probability && random.NextDouble() < probability && RandomErasing.Draw(random, Side, Side) is { } box)
        {
            RandomErasing.Apply(random, box, values, Side, Side);
        }
    }

    /// <summary>Brings the image to its side.</summary>
    private void Frame(IImageFiles images, int index, int place, Canvas canvas)
    {
        if (_augmentation.CropArea is not { } leastArea)
        {
            using var whole = images.Decode(index, _whole.LeastSide);
            _whole.Apply(whole, canvas.Image.Resize(Side, Side, whole.Channels).Pixels);
            return;
        }

        // A format that decodes in full need not ask for the least side, so the box is drawn anew for the decoded image: the same one.
        CropBox Box(int width, int height) => RandomResizedCrop.Draw(new SeededRandom(_recipe.Seed, _cropPurpose, place), width, height, leastArea);
        using var image = images.Decode(index, (width, height) => ResizedCrop.LeastSide(Box(width, height), width, height, Side));
        ResizedCrop.Apply(image, Box(image.FullWidth, image.FullHeight), Side, canvas.Image.Resize(Side, Side, image.Channels).Pixels);
    }
}
