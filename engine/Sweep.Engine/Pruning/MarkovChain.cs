namespace Sweep.Engine.Pruning;

/// <summary>A Markov chain over the heads of one block (METHODS 1.2).</summary>
public static class MarkovChain
{
    private const double Tolerance = 1e-12; // L1 change
    private const int LongestRun = 10_000;

    /// <summary>P = D⁻¹W; a node without edges moves uniformly. With teleport ε: P' = (1−ε)P + ε/H.</summary>
    /// <param name="weights">W [H, H], at least 0.</param>
    public static double[,] Transitions(double[,] weights, double teleport = 0)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var count = weights.GetLength(0);
        var transitions = new double[count, count];
        for (var i = 0; i < count; i++)
        {
            double degree = 0;
            for (var j = 0; j < count; j++)
            {
                degree += weights[i, j];
            }

            for (var j = 0; j < count; j++)
            {
                var step = degree > 0 ? weights[i, j] / degree : 1.0 / count;
                transitions[i, j] = (1 - teleport) * step + teleport / count;
            }
        }

        return transitions;
    }

    /// <summary>
    /// π with πP = π and Σπ = 1, by power iteration from the uniform law on the lazy chain (P + I)/2: the same law, and no period to
    /// swing with, which two heads without self-loops would have.
    /// </summary>
    public static double[] Stationary(double[,] transitions)
    {
        ArgumentNullException.ThrowIfNull(transitions);
        var count = transitions.GetLength(0);
        var law = new double[count];
        Array.Fill(law, 1.0 / count);
        for (var run = 0; run < LongestRun; run++)
        {
            var next = new double[count];
            double change = 0, sum = 0;
            for (var j = 0; j < count; j++)
            {
                double arriving = 0;
                for (var i = 0; i < count; i++)
                {
                    arriving += law[i] * transitions[i, j];
                }

                next[j] = (arriving + law[j]) / 2;
                change += Math.Abs(next[j] - law[j]);
                sum += next[j];
            }

            for (var j = 0; j < count; j++)
            {
                next[j] /= sum;
            }

            law = next;
            if (change < Tolerance)
            {
                break;
            }
        }

        return law;
    }
}
