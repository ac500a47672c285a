using Sweep.Engine.Pruning;
using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Recipes;

namespace Sweep.Engine.Stages;

/// <summary>Cuts the structure that the method does not keep, and proves that the function stayed.</summary>
public sealed class HardPruneStage(HardPruneRecipe recipe) : IStage
{
    private StageId Source => recipe.Weights ?? recipe.Parent;

    public StageResult Run(StageContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var net = ModelFolder.Read(context.Input(Source));
        context.Events.Started(0);
        return recipe.Method is PruningMethod.Omp or PruningMethod.Gmp ? Mask(context, net) : Cut(context, net);
    }

    /// <summary>OMP masks the smallest single weights, GMP has its mask from training. The net keeps its shape; what goes is 0.</summary>
    private StageResult Mask(StageContext context, Net net)
    {
        RecipeRules.CheckUnstructured(recipe.Sparsity, recipe.Budget);
        var mask = recipe.Method == PruningMethod.Gmp
            ? TrainedMask(context, net)
            : UnstructuredPruner.Plan(net, recipe.Sparsity, recipe.Budget?.Scope ?? recipe.Scope ?? PruningScope.PerLayer);
        var zeroed = mask.Apply(net);
        var proof = SurgeryCheck.Prove(net, mask, zeroed, SourceDigest(context), context.Device);
        return context.Commit(
            provenance => new StageResult { Stage = context.Stage, Shape = zeroed.Shape, Surgery = proof, Provenance = provenance },
            zeroed,
            mask.Write);
    }

    private WeightMask TrainedMask(StageContext context, Net net)
    {
        var mask = WeightMask.Read(context.Input(recipe.Parent), net.Layout);
        return Math.Abs(mask.Sparsity - recipe.Sparsity) <= CutTarget.Tolerance
            ? mask
            : throw StageFaultException.InvalidRecipe(FormattableString.Invariant(
                $"A cut must ask for the sparsity that its parent trained to, {mask.Sparsity:0.0000}, but it asks for {recipe.Sparsity}."));
    }

    private string SourceDigest(StageContext context) => AtomicFolder.Digest(Path.Combine(context.Input(Source), ModelFolder.WeightsFile));

    private StageResult Cut(StageContext context, Net net)
    {
        var plan = recipe.Method switch
        {
            PruningMethod.Gohsp or PruningMethod.Sgmp or PruningMethod.S2vite => DecidedEarlier(context, net),
            PruningMethod.Vtp => ByGates(context, net),
            PruningMethod.Taylor or PruningMethod.Ssp => ByScores(net, ScoreTable.Read(context.Input(recipe.Parent), net.Shape).Blocks),
            PruningMethod.Random => ByScores(net, GroupScores.Random(net.Shape, recipe.Seed ?? 0)),
            _ => ByScores(net, GroupScores.Of(net, recipe.Norm ?? GroupNorm.L2)),
        };
        var dense = GateFolding.WithoutGates(net, recipe.Gates ?? GateRule.Fold);
        var cut = HardPruner.Prune(dense, plan);
        var proof = SurgeryCheck.Prove(dense, plan, cut, SourceDigest(context), context.Device);
        return context.Commit(
            provenance => new StageResult { Stage = context.Stage, Shape = cut.Shape, Surgery = proof, Provenance = provenance },
            cut,
            folder => AtomicFolder.WriteJson(Path.Combine(folder, PruningPlan.File), plan));
    }

    /// <summary>The plan that the parent's training ended with, checked against what this cut is to reach.</summary>
    private PruningPlan DecidedEarlier(StageContext context, Net net)
    {
        var plan = PruningPlan.Read(context.Input(recipe.Parent));
        var target = new CutTarget(net.Shape, recipe.Sparsity, recipe.Budget ?? plan.Budget);
        target.Require(target.Cost(plan.After), 0);
        return plan;
    }

    private PruningPlan ByGates(StageContext context, Net net)
    {
        var (plan, bound) = GatePlanner.Plan(net, new CutTarget(net.Shape, recipe.Sparsity, recipe.Budget, PruningScope.Global));
        if (bound > 0)
        {
            context.Log.WriteLine($"{context.Stage}: the floor of {GatePlanner.Floor} gates a site kept {bound} gates below the threshold.");
        }

        return plan;
    }

    private PruningPlan ByScores(Net net, IReadOnlyList<GroupScores> scores) => GroupPlanner.Plan(
        new CutTarget(net.Shape, recipe.Sparsity, recipe.Budget, recipe.Scope ?? PruningScope.PerLayer),
        recipe.Patterns ?? GroupPlanner.HeadsAndUnits,
        scores);
}
