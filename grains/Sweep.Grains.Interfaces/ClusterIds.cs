namespace Sweep.Grains;

/// <summary>Which cluster silos and clients belong to: those of other ids refuse one another.</summary>
public static class ClusterIds
{
    public const string Default = "sweep";

    /// <summary>Environment variable that names another one.</summary>
    public const string Variable = "SWEEP_CLUSTER_ID";
}
