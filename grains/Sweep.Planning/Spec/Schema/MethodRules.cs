using Sweep.Recipes;
using static Sweep.Planning.Schema.RuleWords;

namespace Sweep.Planning.Schema;

/// <summary>The rules inside a method's options, and between them and the rest.</summary>
internal static class MethodRules
{
    public static IEnumerable<(string, string)> Check(SpecDraft draft) =>
    [
        .. CheckGohsp(draft),
        .. draft.Sgmp is { } sgmp ? CheckSchedule(PruningMethod.Sgmp, sgmp.Begin, sgmp.End, sgmp.InitialSparsity, draft) : [],
        .. draft.Gmp is { } gmp ? CheckSchedule(PruningMethod.Gmp, gmp.Begin, gmp.End, gmp.InitialSparsity, draft) : [],
        .. CheckScoring(PruningMethod.Taylor, (long?)draft.Taylor?.Batches * draft.Taylor?.Batch, draft),
        .. CheckScoring(PruningMethod.Ssp, (long?)draft.Ssp?.Batches * draft.Ssp?.Batch, draft),
        .. CheckS2vite(draft),
    ];

    private static bool Has(SpecDraft draft, PruningMethod method) => draft.Method?.Values.Contains(method) == true;

    private static IEnumerable<(string, string)> CheckGohsp(SpecDraft draft)
    {
        if (draft.Gohsp is not { } gohsp)
        {
            yield break;
        }

        if (gohsp.Similarity == HeadSimilarity.JensenShannon && gohsp.Feature != HeadFeature.Attention)
        {
            yield return ("gohsp.similarity", $"jensenShannon compares attention maps, but feature is {Name(gohsp.Feature)}");
        }

        if (Has(draft, PruningMethod.Gohsp) && draft.TrainingSplit is { } images && gohsp.Images > images)
        {
            yield return ("gohsp.images", Say($"must be at most the training split, {images} images, but is {gohsp.Images}"));
        }
    }

    private static IEnumerable<(string, string)> CheckSchedule(PruningMethod method, double begin, double end, double initial, SpecDraft draft)
    {
        if (begin >= end)
        {
            yield return ($"{Name(method)}.end", Say($"must be greater than begin, {begin:R}, but is {end:R}"));
        }

        if (Has(draft, method) && draft.Sparsity is { } sparsity && initial > sparsity.Least())
        {
            yield return ($"{Name(method)}.initialSparsity",
                Say($"must be at most the least sparsity of the space, {sparsity.Least():R}, but is {initial:R}"));
        }
    }

    private static IEnumerable<(string, string)> CheckScoring(PruningMethod method, long? scored, SpecDraft draft)
    {
        if (Has(draft, method) && draft.TrainingSplit is { } images && scored > images)
        {
            yield return ($"{Name(method)}.batches", Say($"batches times batch must be at most the training split, {images} images, but is {scored}"));
        }
    }

    private static IEnumerable<(string, string)> CheckS2vite(SpecDraft draft)
    {
        if (Has(draft, PruningMethod.S2vite) && draft.Budget is { Scope: PruningScope.Global })
        {
            yield return ("budget.scope", "s2vite keeps a fixed number of groups in each layer, so must be perLayer, but is global");
        }

        if (draft.S2vite is not { } s2vite)
        {
            yield break;
        }

        if (s2vite.FinalDeathRate > s2vite.DeathRate)
        {
            yield return ("s2vite.finalDeathRate", Say($"must be at most deathRate, {s2vite.DeathRate:R}, but is {s2vite.FinalDeathRate:R}"));
        }

        if (Has(draft, PruningMethod.S2vite) && s2vite.Start == DynamicStart.Scratch
            && draft.Model is { Weights: not null } && !draft.Present.Contains("pretrain"))
        {
            yield return ("s2vite.start", "scratch trains under pretrain's settings, but there are none; dense starts from the model's weights");
        }
    }
}
