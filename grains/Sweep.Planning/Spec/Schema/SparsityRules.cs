using Sweep.Recipes;
using static Sweep.Planning.Schema.RuleWords;

namespace Sweep.Planning.Schema;

/// <summary>No sparsity is asked that a method cannot reach, whatever it removes.</summary>
internal static class SparsityRules
{
    public static IEnumerable<(string, string)> Check(SpecDraft draft)
    {
        if (draft.Shape is not { } dense || draft.Sparsity is not { } sparsity || draft.Method is not { } methods)
        {
            yield break;
        }

        foreach (var method in methods.Values)
        {
            foreach (var target in Targets(method, draft))
            {
                var largest = LargestSparsity(dense, method, target, draft);
                var (path, asked) = sparsity.Range is { } range ? ("space.sparsity.range", range) : ("space.sparsity.values", sparsity.Values);
                for (var i = 0; i < asked.Count; i++)
                {
                    if (asked[i] > largest)
                    {
                        yield return (SpecPath.Item(path, i),
                            Say($"{Name(method)} can remove at most {largest:0.####} of {draft.Model!.Preset}'s {Name(target)}, but {asked[i]:R} is asked"));
                    }
                }
            }
        }
    }

    private static IReadOnlyList<BudgetTarget> Targets(PruningMethod method, SpecDraft draft) =>
        method.IsStructured() && draft.Target?.AppliesTo(method) == true ? draft.Target.Values : [draft.Budget.TargetOf(method)];

    private static double LargestSparsity(ViTShape dense, PruningMethod method, BudgetTarget target, SpecDraft draft)
    {
        if (!method.IsStructured())
        {
            return BlockWeights(dense) / ViTCost.Parameters(dense);
        }

        var bare = Bare(dense, Patterns(method, draft) ?? new StructurePatterns());
        return target switch
        {
            BudgetTarget.Parameters => ViTCost.Sparsity(dense, bare),
            BudgetTarget.Flops => 1 - (double)ViTCost.Flops(bare) / ViTCost.Flops(dense),
            _ => 1,
        };
    }

    /// <returns>Null for methods that know no patterns, or whose options are unusable.</returns>
    private static StructurePatterns? Patterns(PruningMethod method, SpecDraft draft) => method switch
    {
        PruningMethod.Gohsp => draft.Gohsp?.Patterns,
        PruningMethod.Somp => draft.Somp?.Patterns,
        PruningMethod.Sgmp => draft.Sgmp?.Patterns,
        PruningMethod.Taylor => draft.Taylor?.Patterns,
        PruningMethod.Ssp => draft.Ssp?.Patterns,
        PruningMethod.Random => draft.Random?.Patterns,
        _ => null,
    };

    /// <summary>A net without any structure that the patterns name: an upper bound, no method removes more.</summary>
    private static ViTShape Bare(ViTShape dense, StructurePatterns patterns) => dense with
    {
        Blocks =
        [
            .. dense.Blocks.Select(block => block with
            {
                Heads = patterns.Heads ? 0 : block.Heads,
                QueryKeyWidth = patterns.QueryKey ? 0 : block.QueryKeyWidth,
                ValueWidth = patterns.ValueProjection ? 0 : block.ValueWidth,
                MlpWidth = patterns.Mlp ? 0 : block.MlpWidth,
            }),
        ],
    };

    /// <summary>Weights of the linear layers of all blocks, which are what the unstructured methods mask.</summary>
    private static double BlockWeights(ViTShape dense) =>
        dense.Blocks.Sum(block => (double)dense.Width * (block.QkvWidth + (long)block.Heads * block.ValueWidth + 2L * block.MlpWidth));
}
