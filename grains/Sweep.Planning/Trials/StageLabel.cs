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
            SoftPruneRecipe soft => FormattableString.Invariant($"SoftPrune(ρ={soft.Rho:R}, λ={soft.Lambda:R}, s={soft.Sparsity:R})"),
            SparseTrainRecipe sparse => FormattableString.Invariant($"SparseTrain(λ={sparse.Lambda:R})"),
            HardPruneRecipe hard => FormattableString.Invariant($"HardPrune({hard.Method.ToString().ToLowerInvariant()}, s={hard.Sparsity:R})"),
            _ => recipe.Kind.ToString(),
        };
        return recipe.Epochs == 0 ? label : FormattableString.Invariant($"{label} [{recipe.Epochs} {(recipe.Epochs == 1 ? "epoch" : "epochs")}]");
    }
}
