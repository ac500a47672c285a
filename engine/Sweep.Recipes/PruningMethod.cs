namespace Sweep.Recipes;

/// <summary>How a trial finds the structure to remove.</summary>
public enum PruningMethod
{
    /// <summary>Graph and Optimization based Heterogeneous Structured Pruning (arXiv 2301.05345).</summary>
    Gohsp,

    /// <summary>Vision Transformer Pruning by gates with an ℓ1 penalty (arXiv 2104.08500).</summary>
    Vtp,

    /// <summary>Structured one-shot magnitude pruning.</summary>
    Somp,
}
