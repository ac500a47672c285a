namespace Sweep.Engine.Pruning;

/// <summary>s_t = s_f + (s_i − s_f)(1 − (t − t_0)/(n·Δt))³ (Zhu and Gupta, arXiv 1710.01878, equation 1).</summary>
/// <param name="Initial">s_i.</param>
/// <param name="Final">s_f.</param>
/// <param name="Updates">n.</param>
public readonly record struct CubicSchedule(double Initial, double Final, int Updates)
{
    /// <param name="update">(t − t_0)/Δt, from 0 to n.</param>
    /// <returns>s_t; exactly s_f at the end.</returns>
    public double At(int update)
    {
        var left = 1 - (double)update / Updates;
        return Final + (Initial - Final) * left * left * left;
    }
}
