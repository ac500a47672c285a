using System.Text.Json.Serialization;

namespace Sweep.Recipes;

/// <summary>
/// Everything that changes a stage's answer, and nothing else: no device, thread count, experiment name or trial number, but for
/// <see cref="Unshared"/>. A new optional field is null unless set, and null is absent from the canonical JSON, so old ids live.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(PretrainRecipe), "pretrain")]
[JsonDerivedType(typeof(RankHeadsRecipe), "rankHeads")]
[JsonDerivedType(typeof(SoftPruneRecipe), "softPrune")]
[JsonDerivedType(typeof(SparseTrainRecipe), "sparseTrain")]
[JsonDerivedType(typeof(HardPruneRecipe), "hardPrune")]
[JsonDerivedType(typeof(FineTuneRecipe), "fineTune")]
[JsonDerivedType(typeof(EvaluateRecipe), "evaluate")]
[JsonDerivedType(typeof(LoadWeightsRecipe), "loadWeights")]
[JsonDerivedType(typeof(ScoreGroupsRecipe), "scoreGroups")]
[JsonDerivedType(typeof(GradualPruneRecipe), "gradualPrune")]
[JsonDerivedType(typeof(DynamicSparseRecipe), "dynamicSparse")]
[JsonDerivedType(typeof(BenchmarkRecipe), "benchmark")]
public abstract record StageRecipe
{
    // One reference wide, so that readers on other threads see all of it or nothing.
    private StageId _id;

    [JsonIgnore]
    public abstract StageKind Kind { get; }

    /// <summary>Raised by hand when a change of code changes the answer of this kind of stage.</summary>
    public abstract int Version { get; }

    /// <summary>The stage this one continues; null for a root.</summary>
    [JsonIgnore]
    public abstract StageId? ParentId { get; }

    /// <summary>
    /// Whose stage this is alone, as EXPERIMENT/TRIAL, where sharing is switched off; null where equal recipes are one stage. Part of the id
    /// and of nothing else: engines do not read it. Only roots have it, since ids below hold their parents'.
    /// </summary>
    public string? Unshared { get; init; }

    /// <summary>The finished stages whose artifacts this one reads: its parent, and any other ancestor it needs.</summary>
    [JsonIgnore]
    public virtual IReadOnlyList<StageId> Inputs => ParentId is { } parent ? [parent] : [];

    /// <summary>Epochs of training this stage runs; 0 for stages that do not train.</summary>
    [JsonIgnore]
    public virtual int Epochs => 0;

    [JsonIgnore]
    public StageId Id
    {
        get
        {
            if (_id == default)
            {
                _id = StageId.Of(this);
            }

            return _id;
        }
    }

    /// <summary>Copies of a recipe (<c>with</c>) are other recipes: they must not inherit its id.</summary>
    protected StageRecipe(StageRecipe original)
    {
        _id = default;
        Unshared = original.Unshared;
    }

    protected StageRecipe()
    {
    }

    /// <summary>Compares the type and the owner; the deriving records compare their members. Whether an id was asked for before does not count.</summary>
    public virtual bool Equals(StageRecipe? other) =>
        other is not null && EqualityContract == other.EqualityContract && Unshared == other.Unshared;

    public override int GetHashCode() => HashCode.Combine(EqualityContract, Unshared);
}
