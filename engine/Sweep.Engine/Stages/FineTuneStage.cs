using Sweep.Engine.Models;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Recipes;

namespace Sweep.Engine.Stages;

/// <summary>
/// Trains a pruned net without penalties, under a teacher if the recipe names one. A part of a schedule that ends before the schedule does
/// leaves the optimizer's moments for the next part. Where the parent has a mask (OMP, GMP), what it removes stays 0, and the mask goes on
/// with the artifact.
/// </summary>
public sealed class FineTuneStage(FineTuneRecipe recipe) : IStage
{
    private const string OptimizerFile = "optimizer.safetensors";

    public StageResult Run(StageContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        RecipeRules.Check(recipe.Training);
        var parent = context.Input(recipe.Parent);
        using var images = TrainingData.Training(context, recipe.Data);
        using var model = new VisionTransformer(ModelFolder.Read(parent), context.Device);
        var mask = WeightMask.Find(parent, model.Layout);
        using var held = new HeldMask(model);
        if (mask is not null)
        {
            held.Set(mask);
        }

        using var teacher = Teacher(context, model.Shape);
        using var loop = new TrainingLoop(context, recipe.Training, images, model, teacher: teacher);
        if (recipe.Training.From is > 0)
        {
            var path = Path.Combine(parent, OptimizerFile);
            try
            {
                loop.LoadOptimizer(SafeTensors.Read(path));
            }
            catch (Exception e) when (e is InvalidDataException or FileNotFoundException)
            {
                throw StageFaultException.DamagedArtifact(path, $"a part of a schedule that begins after 0 needs the moments of the part before. {e.Message}", e);
            }
        }

        var curve = loop.Run();
        var unfinished = recipe.Training.To < recipe.Training.Epochs;
        return context.Commit(
            provenance => new StageResult { Stage = context.Stage, Shape = model.Shape, Curve = curve, Provenance = provenance },
            held.Masked(model.ToNet()),
            folder =>
            {
                mask?.Write(folder);
                if (unfinished)
                {
                    SafeTensors.Write(Path.Combine(folder, OptimizerFile), loop.OptimizerState());
                }
            });
    }

    private Teacher? Teacher(StageContext context, ViTShape student)
    {
        if (recipe.Distillation is not { } distillation)
        {
            return null;
        }

        RecipeRules.Check(distillation);
        return new Teacher(
            distillation, ModelFolder.Read(context.Input(distillation.Teacher)), student, context.Device, recipe.Training.Precision ?? Precision.Float32);
    }
}
