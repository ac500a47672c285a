using Sweep.Engine.Models;
using Sweep.Engine.Pruning;
using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Models.Numerics;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Stages;

/// <summary>Cuts the structure that the method does not keep, and proves that the function stayed.</summary>
public sealed class HardPruneStage(HardPruneRecipe recipe) : IStage
{
    /// <summary>Largest difference of logits, relative to the largest logit (or to 1).</summary>
    public const double LargestRelativeDifference = 1e-5;

    private const int ProofImages = 16;

    public StageResult Run(StageContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var parent = ModelFolder.Read(context.Input(recipe.Parent));
        context.Events.Started(0);
        var target = new ParameterTarget(parent.Shape, recipe.Sparsity);
        var plan = recipe.Method switch
        {
            PruningMethod.Gohsp => SoftPruned(context, target),
            PruningMethod.Vtp => Gated(context, parent, target),
            _ => ByMagnitude(parent, target),
        };
        var dense = GateFolding.WithoutGates(parent, recipe.Gates ?? GateRule.Fold);
        var cut = HardPruner.Prune(dense, plan);
        var proof = Prove(context, PlanMask.Apply(dense, plan), cut);
        return context.Commit(
            provenance => new StageResult { Stage = context.Stage, Shape = cut.Shape, Surgery = proof, Provenance = provenance },
            cut,
            folder => AtomicFolder.WriteJson(Path.Combine(folder, PruningPlan.File), plan));
    }

    private PruningPlan SoftPruned(StageContext context, ParameterTarget target)
    {
        var plan = PruningPlan.Read(context.Input(recipe.Parent));
        target.Require(ViTCost.Parameters(plan.After), 0);
        return plan;
    }

    private static PruningPlan Gated(StageContext context, Net net, ParameterTarget target)
    {
        var (plan, bound) = GatePlanner.Plan(net, target);
        if (bound > 0)
        {
            context.Log.WriteLine($"{context.Stage}: the floor of {GatePlanner.Floor} gates a site kept {bound} gates below the threshold.");
        }

        return plan;
    }

    /// <summary>SOMP's own groups are heads and MLP units (METHODS 3); columns inside heads are an option.</summary>
    private PruningPlan ByMagnitude(Net net, ParameterTarget target)
    {
        var patterns = recipe.Patterns ?? new StructurePatterns { QueryKey = false, ValueProjection = false };
        return recipe.Scope == PruningScope.Global
            ? MagnitudePlanner.Global(net, target, patterns)
            : MagnitudePlanner.WithBudgets(net, UniformBudget.Solve(target, patterns), HeadScores.ByMagnitude(net));
    }

    private SurgeryProof Prove(StageContext context, Net masked, Net cut)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var shape = masked.Shape;
        var random = new SeededRandom(0, "surgery");
        var pixels = new float[ProofImages * shape.Channels * shape.ImageSize * shape.ImageSize];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (float)random.NextGaussian();
        }

        var images = tensor(pixels).view(ProofImages, shape.Channels, shape.ImageSize, shape.ImageSize).to(context.Device);
        using var before = new VisionTransformer(masked, context.Device);
        using var after = new VisionTransformer(cut, context.Device);
        var (wanted, found) = (before.Forward(images), after.Forward(images));
        var difference = wanted.sub(found).abs().max().item<float>();
        var scale = Math.Max(1, wanted.abs().max().item<float>());
        if (!(difference <= LargestRelativeDifference * scale))
        {
            throw new InvalidOperationException(
                $"Surgery must preserve the logits within {LargestRelativeDifference * scale}, but the largest difference is {difference}.");
        }

        return new SurgeryProof
        {
            Before = shape,
            After = cut.Shape,
            CountedParameters = cut.Values.Length,
            LargestLogitDifference = difference,
            ParentWeights = AtomicFolder.Digest(Path.Combine(context.Input(recipe.Parent), ModelFolder.WeightsFile)),
        };
    }
}
