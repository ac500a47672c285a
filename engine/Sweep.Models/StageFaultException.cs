using System.Globalization;
using Sweep.Recipes;

namespace Sweep.Models;

/// <summary>A stage cannot go on, and the reason is known. The message states the rule, then the values.</summary>
public sealed class StageFaultException : Exception
{
    public StageFaultException(FailureReason reason, string message, Exception? inner = null)
        : base(message, inner)
    {
        Reason = reason;
    }

    public FailureReason Reason { get; }

    public static StageFaultException NonFiniteLoss(int epoch, int step, double loss) => new(
        FailureReason.NonFiniteLoss,
        string.Create(CultureInfo.InvariantCulture, $"The training loss must be finite, but it is {loss} at step {step} of epoch {epoch} (both from 0)."));

    public static StageFaultException UnreachableSparsity(double wanted, double largest, double tolerance = 0.005) => new(
        FailureReason.UnreachableSparsity,
        string.Create(CultureInfo.InvariantCulture, $"The sparsity must be within {tolerance:0.####} of one that this method can reach on this net, at most {largest:0.0000}, but it is {wanted}."));

    public static StageFaultException SparsityNotMet(double wanted, double nearest, double tolerance = 0.005) => new(
        FailureReason.UnreachableSparsity,
        string.Create(CultureInfo.InvariantCulture, $"The structure to remove must meet the sparsity within {tolerance:0.####}, but the nearest to {wanted} that whole groups allow is {nearest:0.0000}."));

    public static StageFaultException InvalidRecipe(string message) => new(FailureReason.InvalidRecipe, message);

    public static StageFaultException BadData(string message, Exception? inner = null) => new(FailureReason.BadData, message, inner);

    public static StageFaultException DamagedArtifact(string path, string rule, Exception? inner = null) =>
        new(FailureReason.DamagedArtifact, $"{path}: {rule}", inner);
}
