using Sweep.Data;
using Sweep.Data.Loading;
using Sweep.Data.Resampling;
using Sweep.Engine.Data;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Stages;

/// <summary>The split a stage works on, on its device.</summary>
internal static class TrainingData
{
    /// <summary>The training images that are not in the validation cut.</summary>
    public static IImageSplit Training(StageContext context, DataRecipe recipe)
    {
        var data = context.LoadData(recipe);
        return Split(context, recipe, data.Statistics, data.Training, data.TrainingFiles, Cut(data, recipe).Training);
    }

    /// <summary>The validation cut.</summary>
    public static IImageSplit Validation(StageContext context, DataRecipe recipe)
    {
        var data = context.LoadData(recipe);
        return Split(context, recipe, data.Statistics, data.Training, data.TrainingFiles, Cut(data, recipe).Validation);
    }

    /// <summary>The images kept for reporting.</summary>
    public static IImageSplit Test(StageContext context, DataRecipe recipe)
    {
        var data = context.LoadData(recipe);
        return Split(context, recipe, data.Statistics, data.Test, data.TestFiles, null);
    }

    /// <param name="files">Photographs; null for a registered set.</param>
    /// <param name="chosen">Positions; null for all.</param>
    private static IImageSplit Split(
        StageContext context, DataRecipe recipe, PixelStatistics statistics, LabelledImages images, IImageFiles? files, IReadOnlyList<int>? chosen)
    {
        var threads = context.Request.Execution.LoaderThreads ?? context.Request.Execution.Threads;
        RecipeRules.Require(threads >= 1, "loaderThreads >= 1", "loaderThreads", threads);
        RecipeRules.Require(recipe.ImageSize is null or >= 1, "imageSize >= 1", "imageSize", recipe.ImageSize ?? 1);
        RecipeRules.Require(recipe.CropRatio is null or (> 0 and <= 1), "0 < cropRatio <= 1", "cropRatio", recipe.CropRatio ?? 1);
        if (files is null && (recipe.ImageSize ?? images.Size) == images.Size)
        {
            return new RegisteredImages(chosen is null ? images : images.Select(chosen), statistics, context.Device, threads);
        }

        var side = recipe.ImageSize
            ?? throw StageFaultException.InvalidRecipe($"A folder of photographs must come with the net's imageSize, but '{recipe.Name}' has none.");
        var all = files ?? new ImagesInMemory(images);
        return new PrefetchedImages(
            chosen is null ? all : new ChosenImages(all, chosen), EvaluationTransform.Of(recipe, side), statistics, context.Device, threads);
    }

    private static ValidationCut Cut(ImageDataSet data, DataRecipe recipe) =>
        ValidationCut.Of(data.Training.Labels, data.Classes, recipe.Validation, recipe.SplitSeed);
}
