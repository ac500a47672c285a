using System.Globalization;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Stages;

/// <summary>Rules that a recipe must keep before anything is computed.</summary>
internal static class RecipeRules
{
    public static void Check(TrainingRecipe training)
    {
        Require(training.Epochs >= 1, "epochs >= 1", "epochs", training.Epochs);
        Require((training.From ?? 0) >= 0 && (training.From ?? 0) < (training.To ?? training.Epochs), "0 <= from < to", "from", training.From ?? 0);
        Require((training.To ?? training.Epochs) <= training.Epochs, "to <= epochs", "to", training.To ?? training.Epochs);
        Require(training.Batch >= 1, "batch >= 1", "batch", training.Batch);
        Require(training.LearningRate > 0, "learningRate > 0", "learningRate", training.LearningRate);
        Require(training.FinalLearningRate >= 0, "finalLearningRate >= 0", "finalLearningRate", training.FinalLearningRate);
        Require(training.Warmup is >= 0 and < 1, "0 <= warmup < 1", "warmup", training.Warmup);
        Require(training.WeightDecay >= 0, "weightDecay >= 0", "weightDecay", training.WeightDecay);
        Require(training.Beta1 is >= 0 and < 1, "0 <= beta1 < 1", "beta1", training.Beta1);
        Require(training.Beta2 is >= 0 and < 1, "0 <= beta2 < 1", "beta2", training.Beta2);
        Require(training.LabelSmoothing is >= 0 and < 1, "0 <= labelSmoothing < 1", "labelSmoothing", training.LabelSmoothing);
        Require(training.CropPadding >= 0, "cropPadding >= 0", "cropPadding", training.CropPadding);
        Require(training.DropPath is null or (>= 0 and < 1), "0 <= dropPath < 1", "dropPath", training.DropPath ?? 0);
        Require(training.Ema is null or (> 0 and < 1), "0 < ema < 1", "ema", training.Ema ?? 0);
        Require(training.GradientClip is null or > 0, "gradientClip > 0", "gradientClip", training.GradientClip ?? 0);
        if (training.Augmentation is { } augmentation)
        {
            CheckMixing(augmentation);
            AugmentationRules.Check(augmentation);
        }
    }

    public static void Check(DistillationRecipe distillation)
    {
        Require(distillation.Weight is > 0 and <= 1, "0 < weight <= 1", "distillation.weight", distillation.Weight);
        Require(distillation.Temperature > 0, "temperature > 0", "distillation.temperature", distillation.Temperature);
    }

    private static void CheckMixing(AugmentationRecipe augmentation)
    {
        Require(augmentation.Mixup is null or > 0, "mixup > 0", "mixup", augmentation.Mixup ?? 0);
        Require(augmentation.CutMix is null or > 0, "cutMix > 0", "cutMix", augmentation.CutMix ?? 0);
        Require(augmentation.MixProbability is null or (>= 0 and <= 1), "0 <= mixProbability <= 1", "mixProbability", augmentation.MixProbability ?? 0);
        Require(augmentation.SwitchProbability is null or (>= 0 and <= 1),
            "0 <= switchProbability <= 1", "switchProbability", augmentation.SwitchProbability ?? 0);
    }

    public static void Check(GradualPruneRecipe recipe)
    {
        Check(recipe.Training);
        RequireWholeSchedule(recipe.Kind, recipe.Training);
        Require(recipe.Sparsity is >= 0 and < 1, "0 <= sparsity < 1", "sparsity", recipe.Sparsity);
        Require(recipe.InitialSparsity >= 0 && recipe.InitialSparsity <= recipe.Sparsity,
            "0 <= initialSparsity <= sparsity", "initialSparsity", recipe.InitialSparsity);
        Require(recipe.Begin >= 0 && recipe.Begin < recipe.End, "0 <= begin < end", "begin", recipe.Begin);
        Require(recipe.End <= 1, "end <= 1", "end", recipe.End);
        Require(recipe.Updates >= 1, "updates >= 1", "updates", recipe.Updates);
    }

    public static void Check(DynamicSparseRecipe recipe)
    {
        Check(recipe.Training);
        RequireWholeSchedule(recipe.Kind, recipe.Training);
        Require(recipe.Parent is null != recipe.Shape is null, "the number of parent and shape given = 1", "it", recipe.Parent is null ? 0 : 2);
        Require(recipe.Sparsity is >= 0 and < 1, "0 <= sparsity < 1", "sparsity", recipe.Sparsity);
        Require(recipe.Updates >= 1, "updates >= 1", "updates", recipe.Updates);
        Require(recipe.UpdateUntil is > 0 and <= 1, "0 < updateUntil <= 1", "updateUntil", recipe.UpdateUntil);
        Require(recipe.DeathRate is >= 0 and <= 1, "0 <= deathRate <= 1", "deathRate", recipe.DeathRate);
        Require(recipe.FinalDeathRate >= 0 && recipe.FinalDeathRate <= recipe.DeathRate,
            "0 <= finalDeathRate <= deathRate", "finalDeathRate", recipe.FinalDeathRate);
        Require(recipe.Budget?.Scope is null or PruningScope.PerLayer,
            "where each layer's living groups are fixed in number, scope = perLayer", "scope", $"{recipe.Budget?.Scope}");
    }

    /// <summary>A stage with a schedule of its own beside the learning rate's cannot stop at a rung.</summary>
    public static void RequireWholeSchedule(StageKind kind, TrainingRecipe training)
    {
        Require((training.From ?? 0) == 0, $"{kind} runs its whole schedule, from = 0", "from", training.From ?? 0);
        Require((training.To ?? training.Epochs) == training.Epochs, $"{kind} runs its whole schedule, to = epochs", "to", training.To ?? training.Epochs);
    }

    /// <summary>Single weights: a mask is counted in parameters, and saves neither Flops nor widths.</summary>
    public static void CheckUnstructured(double sparsity, PruningBudget? budget)
    {
        Require(sparsity is >= 0 and < 1, "0 <= sparsity < 1", "sparsity", sparsity);
        Require(budget?.Target is null or BudgetTarget.Parameters,
            "for single weights target = parameters", "target", $"{budget?.Target}");
        Require(budget?.MultipleOf is null or 1, "for single weights multipleOf = 1", "multipleOf", budget?.MultipleOf ?? 1);
    }

    public static void Check(ViTShape shape)
    {
        Require(shape.ImageSize >= 1 && shape.PatchSize >= 1 && shape.ImageSize % shape.PatchSize == 0,
            "the patch size divides the image size", "patchSize", shape.PatchSize);
        Require(shape.Width >= 1, "width >= 1", "width", shape.Width);
        Require(shape.Blocks.Count >= 1, "there is at least one block", "blocks", shape.Blocks.Count);
        foreach (var block in shape.Blocks)
        {
            Require(block.Heads >= 0 && (block.Heads == 0 || (block.QueryKeyWidth >= 1 && block.ValueWidth >= 1 && block.ScaleWidth >= 1)),
                "heads have widths >= 1", "heads", block.Heads);
            Require(block.MlpWidth >= 0, "mlpWidth >= 0", "mlpWidth", block.MlpWidth);
        }
    }

    /// <summary>Groups can be removed from a net once: what is cut already has channels that plans cannot name.</summary>
    public static void RequireUncut(Net net)
    {
        if (net.Layout.Gated || net.Inputs.Any(inputs => inputs != KeptInputs.All))
        {
            throw StageFaultException.InvalidRecipe(
                "Groups are pruned in a net without gates that reads all of its input channels, but the parent's net has gates or was cut by them.");
        }
    }

    public static void Require(bool holds, string rule, string name, double value) =>
        Require(holds, rule, name, value.ToString(CultureInfo.InvariantCulture));

    public static void Require(bool holds, string rule, string name, string value)
    {
        if (!holds)
        {
            throw StageFaultException.InvalidRecipe($"{rule} must hold, but {name} is {value}.");
        }
    }
}
