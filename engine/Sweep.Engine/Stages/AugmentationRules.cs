using Sweep.Recipes;

namespace Sweep.Engine.Stages;

/// <summary>Rules for what a training image goes through on its own.</summary>
internal static class AugmentationRules
{
    public static void Check(AugmentationRecipe augmentation)
    {
        RecipeRules.Require(augmentation.CropArea is null or (> 0 and <= 1), "0 < cropArea <= 1", "cropArea", augmentation.CropArea ?? 1);
        RecipeRules.Require(augmentation.ColorJitter is null or >= 0, "colorJitter >= 0", "colorJitter", augmentation.ColorJitter ?? 0);
        RecipeRules.Require(augmentation.Erasing is null or (>= 0 and <= 1), "0 <= erasing <= 1", "erasing", augmentation.Erasing ?? 0);
        RecipeRules.Require(augmentation.Repeats is null or >= 1, "repeats >= 1", "repeats", augmentation.Repeats ?? 1);
        if (augmentation.RandAugment is { } operations)
        {
            RecipeRules.Require(operations.Operations >= 1, "operations >= 1", "operations", operations.Operations);
            RecipeRules.Require(operations.Magnitude is >= 0 and <= 10, "0 <= magnitude <= 10", "magnitude", operations.Magnitude);
            RecipeRules.Require(operations.Deviation >= 0, "deviation >= 0", "deviation", operations.Deviation);
        }
    }
}
