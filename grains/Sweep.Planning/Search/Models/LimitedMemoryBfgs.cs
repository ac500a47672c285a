namespace Sweep.Planning;

/// <summary>
/// Minimises a smooth function by L-BFGS (Nocedal and Wright, Numerical Optimization, 2nd ed., algorithm 7.4) with a backtracking line search;
/// a pair that breaks the curvature condition is left out.
/// </summary>
internal static class LimitedMemoryBfgs
{
    private const int Memory = 8;

    /// <returns>The value of the function at x and its gradient there, [n].</returns>
    public delegate (double Value, double[] Gradient) Function(double[] x);

    /// <summary>Ends after so many evaluations, or when a step gains less than a millionth of the value's size.</summary>
    public static (double[] X, double Value) Minimize(Function function, double[] start, int evaluations)
    {
        var x = start;
        var (value, gradient) = function(x);
        var pairs = new List<(double[] Step, double[] Change, double Curvature)>();
        for (var used = 1; used < evaluations && double.IsFinite(value);)
        {
            var direction = Direction(gradient, pairs);
            var slope = Cholesky.Dot(direction, gradient);
            var length = pairs.Count == 0 ? 1 / Math.Max(1, Math.Sqrt(Cholesky.Dot(gradient, gradient))) : 1;
            var (next, nextValue, nextGradient) = (x, value, gradient);
            for (var found = false; !found && used < evaluations; length /= 3)
            {
                next = Along(x, direction, length);
                (nextValue, nextGradient) = function(next);
                used++;
                found = nextValue <= value + 1e-4 * length * slope;
            }

            if (!(nextValue < value))
            {
                break;
            }

            var step = Along(next, x, -1);
            var change = Along(nextGradient, gradient, -1);
            var curvature = Cholesky.Dot(step, change);
            if (curvature > 1e-10 * Cholesky.Dot(change, change))
            {
                pairs.Add((step, change, curvature));
                pairs.RemoveRange(0, Math.Max(0, pairs.Count - Memory));
            }

            var gain = value - nextValue;
            (x, value, gradient) = (next, nextValue, nextGradient);
            if (gain < 1e-6 * (1 + Math.Abs(value)))
            {
                break;
            }
        }

        return (x, value);
    }

    /// <summary>−H·g by the two-loop recursion.</summary>
    private static double[] Direction(double[] gradient, List<(double[] Step, double[] Change, double Curvature)> pairs)
    {
        var q = Array.ConvertAll(gradient, element => -element);
        var alphas = new double[pairs.Count];
        for (var i = pairs.Count - 1; i >= 0; i--)
        {
            alphas[i] = Cholesky.Dot(pairs[i].Step, q) / pairs[i].Curvature;
            q = Along(q, pairs[i].Change, -alphas[i]);
        }

        if (pairs is [.., var last])
        {
            var scale = last.Curvature / Cholesky.Dot(last.Change, last.Change);
            q = Array.ConvertAll(q, element => element * scale);
        }

        for (var i = 0; i < pairs.Count; i++)
        {
            var beta = Cholesky.Dot(pairs[i].Change, q) / pairs[i].Curvature;
            q = Along(q, pairs[i].Step, alphas[i] - beta);
        }

        return q;
    }

    private static double[] Along(double[] x, double[] direction, double length)
    {
        var y = new double[x.Length];
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = x[i] + length * direction[i];
        }

        return y;
    }
}
