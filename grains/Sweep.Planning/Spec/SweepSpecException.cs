namespace Sweep.Planning;

/// <summary>A sweep file breaks rules. Carries every fault found, not only the first.</summary>
public sealed class SweepSpecException(string message) : Exception(message)
{
    public SweepSpecException(IReadOnlyList<SpecFault> faults)
        : this(string.Join(Environment.NewLine, faults)) => Faults = faults;

    public IReadOnlyList<SpecFault> Faults { get; } = [];
}

/// <summary>One broken rule: where, which, and the value.</summary>
/// <param name="File">As the user named it.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Path">For example <c>space.sparsity.values[2]</c>.</param>
/// <param name="Rule">The rule, then the value.</param>
public sealed record SpecFault(string File, int Line, int Column, string Path, string Rule)
{
    public override string ToString() => FormattableString.Invariant($"{File}:{Line}:{Column}: {Path}: {Rule}");
}
