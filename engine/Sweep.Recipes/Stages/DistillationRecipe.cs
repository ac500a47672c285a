namespace Sweep.Recipes;

/// <summary>How a student follows its teacher.</summary>
public enum DistillationKind
{
    /// <summary>τ²·KL(teacher ‖ student) of logits over τ (Hinton et al., arXiv 1503.02531).</summary>
    Soft,

    /// <summary>Cross-entropy with the teacher's decision as label (DeiT, arXiv 2012.12877).</summary>
    Hard,
}

/// <summary>Training under a teacher: (1 − weight)·task + weight·distillation.</summary>
public sealed record DistillationRecipe
{
    /// <summary>The stage whose net teaches: the dense net.</summary>
    public required StageId Teacher { get; init; }

    public DistillationKind Kind { get; init; }

    /// <summary>Share of the distillation term, in (0, 1].</summary>
    public double Weight { get; init; } = 0.5;

    /// <summary>τ, soft distillation only.</summary>
    public double Temperature { get; init; } = 3;
}
