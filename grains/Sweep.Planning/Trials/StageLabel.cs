using Sweep.Planning.Schema;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>A stage in a few words for people: its kind, what sets it apart, its epochs.</summary>
public static class StageLabel
{
    public static string Of(StageRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var label = recipe switch
        {
            LoadWeightsRecipe load => $"LoadWeights({load.File})",
            SoftPruneRecipe soft => FormattableString.Invariant($"SoftPrune(ρ={soft.Rho:R}, λ={soft.Lambda:R}, s={soft.Sparsity:R}{Target(soft.Budget)})"),
            SparseTrainRecipe sparse => FormattableString.Invariant($"SparseTrain(λ={sparse.Lambda:R})"),
            ScoreGroupsRecipe score => $"ScoreGroups({RuleWords.Name(score.Criterion)})",
            GradualPruneRecipe gradual => FormattableString.Invariant(
                $"GradualPrune({(gradual.Unstructured ? "gmp" : "sgmp")}, s={gradual.Sparsity:R}{Target(gradual.Budget)})"),
            DynamicSparseRecipe dynamic => FormattableString.Invariant($"DynamicSparse(s={dynamic.Sparsity:R}{Target(dynamic.Budget)})"),
            HardPruneRecipe hard => FormattableString.Invariant($"HardPrune({RuleWords.Name(hard.Method)}, s={hard.Sparsity:R}{Target(hard.Budget)})"),
            BenchmarkRecipe benchmark => $"Benchmark({benchmark.DeviceModel})",
            _ => recipe.Kind.ToString(),
        };
        return recipe.Epochs == 0 ? label : FormattableString.Invariant($"{label} [{recipe.Epochs} {(recipe.Epochs == 1 ? "epoch" : "epochs")}]");
    }

    private static string Target(PruningBudget? budget) => budget?.Target is { } target ? $" of {RuleWords.Name(target)}" : "";
}
