using Sweep.Data;
using Sweep.Engine.Data;
using Sweep.Recipes;

namespace Sweep.Engine.Stages;

/// <summary>The split a stage works on, on its device.</summary>
internal static class TrainingData
{
    /// <summary>The training images that are not in the validation cut.</summary>
    public static IImageSplit Training(StageContext context, DataRecipe recipe)
    {
        var data = context.LoadData(recipe);
        return new ImageTensors(data.Training.Select(Cut(data, recipe).Training), data.Statistics, context.Device);
    }

    /// <summary>The validation cut.</summary>
    public static IImageSplit Validation(StageContext context, DataRecipe recipe)
    {
        var data = context.LoadData(recipe);
        return new ImageTensors(data.Training.Select(Cut(data, recipe).Validation), data.Statistics, context.Device);
    }

    /// <summary>The images kept for reporting.</summary>
    public static IImageSplit Test(StageContext context, DataRecipe recipe)
    {
        var data = context.LoadData(recipe);
        return new ImageTensors(data.Test, data.Statistics, context.Device);
    }

    private static ValidationCut Cut(ImageDataSet data, DataRecipe recipe) =>
        ValidationCut.Of(data.Training.Labels, data.Classes, recipe.Validation, recipe.SplitSeed);
}
