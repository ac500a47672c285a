using Sweep.Engine.Models;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Recipes;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Sweep.Engine.Pruning;

/// <summary>
/// S²ViTE's prune-and-grow (arXiv 2106.04533; METHODS 3.5). At each update, on the images of the step that follows:
/// <list type="bullet">
/// <item>heads die by the smallest mean over images of |Σ A ⊙ ∂L/∂A|, and grow by the largest mean of ‖∂L/∂A‖₁. Both come from one pass under
/// the mask: the projection is not masked, so a dead head's output has a gradient too;</item>
/// <item>units die by the smallest ‖fc1 row‖₁ + ‖fc2 column‖₁, and grow by the largest ℓ1 norm of the gradient over the same weights.</item>
/// </list>
/// <b>Our reading, for units.</b> The authors' program sets sleeping weights to 0. Then a unit that never lived has a zero row, a zero column
/// and a zero bias, so its gradient is 0 and it can never grow. Here sleeping weights keep their values (those they were born with or died
/// with), and the gradient that grows units is that of a second pass with nothing masked.
/// </summary>
public sealed class DynamicMask : IPenalty
{
    private const string PlanTensor = "dynamic.plan";
    private const int ImagesAPass = 32;

    private readonly DynamicSparseRecipe _recipe;
    private readonly HeldMask _mask;
    private readonly ParameterLayout _layout;

    /// <param name="recipe">Times and rates.</param>
    /// <param name="model">The net that trains; masked at once.</param>
    /// <param name="living">What lives at first.</param>
    public DynamicMask(DynamicSparseRecipe recipe, VisionTransformer model, PruningPlan living)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(model);
        _recipe = recipe;
        _layout = model.Layout;
        _mask = new HeldMask(model);
        Plan = living;
        Wake(living);
    }

    /// <summary>What lives.</summary>
    public PruningPlan Plan { get; private set; }

    /// <summary>p_t: falls by a cosine over all steps.</summary>
    /// <param name="recipe">Both ends.</param>
    /// <param name="progress">Steps done of all, in [0, 1].</param>
    public static double DeathRate(DynamicSparseRecipe recipe, double progress)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe.FinalDeathRate + (recipe.DeathRate - recipe.FinalDeathRate) * (1 + Math.Cos(Math.PI * progress)) / 2;
    }

    public void BeforeStep(TrainingMoment moment, VisionTransformer model)
    {
    }

    public void BeforeForward(TrainingMoment moment, VisionTransformer model, Tensor images, Tensor targets)
    {
        var times = UpdateTimes.Between(0, _recipe.UpdateUntil, _recipe.Updates, moment.AllSteps);
        if (times.Due(moment.OverallStep) is > 0)
        {
            Update(DeathRate(_recipe, (double)moment.OverallStep / moment.AllSteps), model, images, targets);
        }
    }

    public void AddGradient(Tensor gradient, Tensor weights)
    {
    }

    public void AfterStep(VisionTransformer model) => _mask.Restore();

    public EpochRecord Describe(EpochRecord record, VisionTransformer model)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record with { Sparsity = ViTCost.Sparsity(Plan.Before, Plan.After) };
    }

    public IReadOnlyList<StoredTensor> Save() => [StoredPlan.Of(PlanTensor, Plan)];

    public void Load(IReadOnlyDictionary<string, StoredTensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Wake(StoredPlan.Read(state.Named(PlanTensor), _layout.Shape));
    }

    /// <summary>The net as a pass sees it: zeros where weights sleep.</summary>
    public Net Masked(Net net) => _mask.Masked(net);

    public void Dispose() => _mask.Dispose();

    private void Wake(PruningPlan living)
    {
        Plan = living;
        _mask.Set(LivingGroups.Kept(_layout, living));
    }

    private void Update(double rate, VisionTransformer model, Tensor images, Tensor targets)
    {
        using var outputs = new HeadOutputs(model.Shape);
        Gradient(model, images, targets, outputs);
        var weights = model.ToNet();
        var slopes = new Net(_layout, Unmasked(model, images, targets));
        var blocks = Enumerable.Range(0, Plan.Blocks.Count).ToList();
        Wake(LivingGroups.Plan(
            Plan.Before,
            [.. blocks.Select(i => LivingGroups.Exchange(Plan.Blocks[i].Heads, rate, outputs.Salience(i), outputs.GradientNorm(i)))],
            [.. blocks.Select(i => LivingGroups.Exchange(
                Plan.Blocks[i].Mlp, rate, LivingGroups.UnitNorms(weights, i), LivingGroups.UnitNorms(slopes, i)))])
            with
        { Budget = Plan.Budget });
    }

    /// <summary>The gradient with nothing masked.</summary>
    private float[] Unmasked(VisionTransformer model, Tensor images, Tensor targets)
    {
        var mask = model.Mask;
        model.Mask = null;
        try
        {
            return Gradient(model, images, targets, null);
        }
        finally
        {
            model.Mask = mask;
        }
    }

    /// <summary>The batch's gradient at the layout's offsets. The model forgets it; passes are small whatever the batch.</summary>
    private float[] Gradient(VisionTransformer model, Tensor images, Tensor targets, HeadOutputs? outputs)
    {
        var smoothing = targets.shape.Length == 1 ? _recipe.Training.LabelSmoothing : 0; // shares are smooth already
        for (var start = 0L; start < images.shape[0]; start += ImagesAPass)
        {
            using var pass = NewDisposeScope();
            var count = Math.Min(ImagesAPass, images.shape[0] - start);
            var logits = model.Forward(images.narrow(0, start, count), outputs);
            F.cross_entropy(logits, targets.narrow(0, start, count), label_smoothing: smoothing).mul((double)count / images.shape[0]).backward();
            outputs?.Collect();
        }

        using var scope = NewDisposeScope();
        var gradient = model.Weights.grad!.cpu().data<float>().ToArray();
        model.Weights.grad = null;
        return gradient;
    }
}
