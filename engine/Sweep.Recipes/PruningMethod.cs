namespace Sweep.Recipes;

/// <summary>How a trial finds the structure to remove (METHODS 1 to 3).</summary>
public enum PruningMethod
{
    /// <summary>Graph and Optimization based Heterogeneous Structured Pruning (arXiv 2301.05345).</summary>
    Gohsp,

    /// <summary>Vision Transformer Pruning by gates with an ℓ1 penalty (arXiv 2104.08500).</summary>
    Vtp,

    /// <summary>Structured one-shot magnitude pruning.</summary>
    Somp,

    /// <summary>One-shot magnitude pruning of single weights (Han et al., arXiv 1510.00149): masks, no smaller net.</summary>
    Omp,

    /// <summary>Structured gradual magnitude pruning: groups under the cubic schedule of Zhu and Gupta (arXiv 1710.01878).</summary>
    Sgmp,

    /// <summary>Gradual magnitude pruning of single weights (arXiv 1710.01878): masks, no smaller net.</summary>
    Gmp,

    /// <summary>First-order Taylor expansion of the loss (Molchanov et al., arXiv 1906.10771).</summary>
    Taylor,

    /// <summary>Salience-based structured pruning, as S²ViTE's authors name their baseline; its definition is our reading (METHODS 3.4).</summary>
    Ssp,

    /// <summary>S²ViTE: dynamic sparse training that prunes and grows heads and MLP units (arXiv 2106.04533).</summary>
    S2vite,

    /// <summary>Groups drawn at random: a control.</summary>
    Random,
}
