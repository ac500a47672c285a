using Sweep.Recipes;

namespace Sweep.Engine.Training;

/// <summary>Linear warm-up, then a cosine, as a function of the step over the whole schedule: nothing to save, nothing to restore.</summary>
public static class LearningRate
{
    /// <param name="recipe">Peak, end and warm-up.</param>
    /// <param name="step">From 0, over the whole schedule.</param>
    /// <param name="steps">Of the whole schedule.</param>
    public static double At(TrainingRecipe recipe, long step, long steps)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var warm = recipe.Warmup * steps;
        if (step + 1 < warm)
        {
            return recipe.LearningRate * (step + 1) / warm;
        }

        var progress = Math.Clamp((step + 1 - warm) / Math.Max(1, steps - warm), 0, 1);
        return recipe.FinalLearningRate + (recipe.LearningRate - recipe.FinalLearningRate) * 0.5 * (1 + Math.Cos(Math.PI * progress));
    }
}
