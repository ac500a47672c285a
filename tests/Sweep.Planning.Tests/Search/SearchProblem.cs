namespace Sweep.Planning;

/// <summary>
/// A problem whose costs are known in closed form, and how much of the box between 0 and a reference point the points found for it dominate. ZDT: Zitzler
/// and others, 2000. DTLZ2: Deb and others, 2002. Branin-Currin: Belakaria and others, 2019. <see cref="Pruning"/> is of the shape of a sweep: a
/// choice, conditional and logarithmic parameters, integers, an ordinal.
/// </summary>
public sealed record SearchProblem(string Name, SearchSpace Space, IReadOnlyList<double> Reference, int Trials, Func<ParameterValues, double[]> Costs)
{
    public static IReadOnlyList<SearchProblem> All { get; } =
        [Zdt(1, 10, 100), Zdt(2, 10, 100), Zdt(1, 4, 60), Zdt(2, 4, 60), Dtlz2(), BraninCurrin(), Pruning()];

    public static SearchProblem Zdt(int number, int dimensions, int trials) => new(
        $"zdt{number}-{dimensions}", Cube(dimensions), [1.1, 5], trials, values =>
        {
            var x = Coordinates(values);
            var g = 1 + 9 * x.Skip(1).Sum() / (dimensions - 1);
            return [x[0], g * (1 - (number == 1 ? Math.Sqrt(x[0] / g) : x[0] / g * (x[0] / g)))];
        });

    /// <summary>Three objectives, five parameters.</summary>
    public static SearchProblem Dtlz2() => new("dtlz2", Cube(5), [1.5, 1.5, 1.5], 100, values =>
    {
        var x = Coordinates(values);
        var g = 1 + x.Skip(2).Sum(coordinate => (coordinate - 0.5) * (coordinate - 0.5));
        var (a, b) = (x[0] * Math.PI / 2, x[1] * Math.PI / 2);
        return [g * Math.Cos(a) * Math.Cos(b), g * Math.Cos(a) * Math.Sin(b), g * Math.Sin(a)];
    });

    public static SearchProblem BraninCurrin() => new("branin-currin", Cube(2), [18, 6], 60, values =>
    {
        var x = Coordinates(values);
        var (u, v) = (15 * x[0] - 5, 15 * x[1]);
        var bend = v - 5.1 / (4 * Math.PI * Math.PI) * u * u + 5 / Math.PI * u - 6;
        var branin = bend * bend + 10 * (1 - 1 / (8 * Math.PI)) * Math.Cos(u) + 10;
        var currin = (x[1] > 0 ? 1 - Math.Exp(-1 / (2 * x[1])) : 1)
            * (2300 * Math.Pow(x[0], 3) + 1900 * x[0] * x[0] + 2092 * x[0] + 60) / (100 * Math.Pow(x[0], 3) + 500 * x[0] * x[0] + 4 * x[0] + 20);
        return [branin, currin];
    });

    public static SearchProblem Pruning() => new(
        "pruning",
        new SearchSpace
        {
            Parameters =
            [
                new ChoiceParameter { Name = "method", Values = ["a", "b", "c"] },
                new FloatParameter { Name = "sparsity", Low = 0, High = 0.9 },
                new IntegerParameter { Name = "epochs", Low = 1, High = 20 },
                new OrdinalParameter { Name = "depth", Values = [0, 2, 4] },
                new FloatParameter { Name = "rate", Low = 1e-5, High = 1e-1, Log = true },
                new FloatParameter { Name = "rho", Low = 1e-4, High = 1e-1, Log = true, When = new ParameterCondition { Parameter = "method", Values = ["a"] } },
                new FloatParameter { Name = "lambda", Low = 1e-5, High = 1e-2, Log = true, When = new ParameterCondition { Parameter = "method", Values = ["a", "b"] } },
            ],
        },
        [1.0, 1.1],
        80,
        values =>
        {
            var (sparsity, epochs, depth) = (values.Find("sparsity")!.Value.Number, values.Find("epochs")!.Value.Number, values.Find("depth")!.Value.Number);
            var error = values.Find("method")!.Value.Choice switch
            {
                "a" => 0.05 + 0.5 * Math.Pow(sparsity, 4),
                "b" => 0.10 + 0.6 * Math.Pow(sparsity, 3),
                _ => 0.18 + 0.9 * Math.Pow(sparsity, 2),
            };
            error += 0.15 / epochs + 0.01 * Math.Abs(depth - 2) + Off("rate", -3, 0.03) + Off("rho", -1.5, 0.08) + Off("lambda", -4, 0.05);
            return [error, (1 - sparsity) * (1 - 0.05 * depth) + 0.005 * epochs];

            double Off(string name, double best, double weight) =>
                values.Find(name) is { } value ? weight * Math.Pow(Math.Log10(value.Number) - best, 2) : 0;
        });

    /// <summary>The hypervolume after the problem's number of trials, one after another, as a share of the box.</summary>
    public double Run(ISearcher searcher)
    {
        var history = new SearchHistory();
        for (var trial = 0; trial < Trials && searcher.Propose(trial, history) is { } proposal; trial++)
        {
            history.Note(new Observation { Trial = trial, Values = proposal.Values, State = ObservationState.Complete, Costs = Costs(proposal.Values) });
        }

        return Share(history);
    }

    public double Share(SearchHistory history) =>
        Hypervolume.Of([.. history.Observations.Where(observation => observation.Costs is not null)
            .Select(observation => observation.Costs!.Zip(Reference, (cost, reference) => 1 - cost / reference).ToArray())]);

    private static SearchSpace Cube(int dimensions) =>
        new() { Parameters = [.. Enumerable.Range(0, dimensions).Select(i => new FloatParameter { Name = $"x{i}", Low = 0, High = 1 })] };

    private static double[] Coordinates(ParameterValues values) => [.. values.All.Select(value => value.Value.Number)];
}
