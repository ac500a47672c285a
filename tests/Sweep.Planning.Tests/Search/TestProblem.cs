namespace Sweep.Planning;

/// <summary>A function to search, its space and a point that all of interest dominates.</summary>
/// <param name="Costs">Of x in the unit cube, [D].</param>
internal sealed record TestProblem(int Parameters, Func<double[], double[]> Costs, double[] Reference)
{
    /// <summary>Zitzler, Deb, Thiele 2000 (doi 10.1162/106365600568202), T1, in 30 parameters.</summary>
    public static TestProblem Zdt1 { get; } = new(30, x => Zdt(x, ratio => 1 - Math.Sqrt(ratio)), [11, 11]);

    /// <summary>The same, T2.</summary>
    public static TestProblem Zdt2 { get; } = new(30, x => Zdt(x, ratio => 1 - ratio * ratio), [11, 11]);

    /// <summary>Deb, Thiele, Laumanns, Zitzler 2002 (doi 10.1109/CEC.2002.1007032), three costs in 12 parameters.</summary>
    public static TestProblem Dtlz2 { get; } = new(12, Sphere, [2.5, 2.5, 2.5]);

    public SearchSpace Space => new() { Parameters = [.. Enumerable.Range(0, Parameters).Select(i => new FloatParameter { Name = $"x{i}", Low = 0, High = 1 })] };

    /// <summary>One trial after another.</summary>
    /// <returns>The volume between the reference and the trials' costs.</returns>
    public double Search(ISearcher searcher, int trials)
    {
        var history = new SearchHistory();
        for (var trial = 0; trial < trials; trial++)
        {
            var values = searcher.Propose(trial, history)!.Values;
            history.Note(new() { Trial = trial, Values = values, State = ObservationState.Complete, Costs = CostsOf(values) });
        }

        return VolumeOf(history);
    }

    public double[] CostsOf(ParameterValues values) => Costs([.. values.All.Select(pair => pair.Value.Number)]);

    public double VolumeOf(SearchHistory history) =>
        Hypervolume.Of([.. ParetoFront
            .Of([.. history.Observations.Where(trial => trial.Costs is not null)], trial => trial.Costs!, [.. Reference.Select(_ => Goal.Minimize)])
            .Select(trial => trial.Costs!.Zip(Reference, (cost, bound) => (bound - cost) / bound).ToArray())])
        * Reference.Aggregate(1.0, (volume, side) => volume * side);

    private static double[] Zdt(double[] x, Func<double, double> h)
    {
        var g = 1 + 9 * x.Skip(1).Sum() / (x.Length - 1);
        return [x[0], g * h(x[0] / g)];
    }

    private static double[] Sphere(double[] x)
    {
        var g = 1 + x.Skip(2).Sum(value => (value - 0.5) * (value - 0.5));
        var (a, b) = (x[0] * Math.PI / 2, x[1] * Math.PI / 2);
        return [g * Math.Cos(a) * Math.Cos(b), g * Math.Cos(a) * Math.Sin(b), g * Math.Sin(a)];
    }
}
