using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary>Makes a net without gates out of one with gates (METHODS 2.1).</summary>
public static class GateFolding
{
    /// <param name="net">With or without gates.</param>
    /// <param name="rule">Fold multiplies each gate into the columns of the weight that reads it, which is exact; Binary replaces it by 1.</param>
    public static Net WithoutGates(Net net, GateRule rule)
    {
        ArgumentNullException.ThrowIfNull(net);
        var layout = ParameterLayout.Of(net.Shape);
        var bare = new Net(layout, net.Values[..layout.Length], net.Inputs);
        if (!net.Layout.Gated || rule == GateRule.Binary)
        {
            return bare;
        }

        for (var i = 0; i < net.Shape.Blocks.Count; i++)
        {
            ScaleColumns(bare[Name.QkvWeight(i)], net[Name.AttentionInputGate(i)]);
            ScaleColumns(bare[Name.ProjWeight(i)], net[Name.AttentionResultGate(i)]);
            ScaleColumns(bare[Name.Fc1Weight(i)], net[Name.MlpInputGate(i)]);
            ScaleColumns(bare[Name.Fc2Weight(i)], net[Name.MlpHiddenGate(i)]);
        }

        return bare;
    }

    private static void ScaleColumns(Span<float> weight, ReadOnlySpan<float> gates)
    {
        for (var i = 0; i < weight.Length; i++)
        {
            weight[i] *= gates[i % gates.Length];
        }
    }
}
