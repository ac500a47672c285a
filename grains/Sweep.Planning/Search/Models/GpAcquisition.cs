namespace Sweep.Planning;

/// <summary>The expected hypervolume improvement over a space, and the search for where it is largest.</summary>
internal sealed class GpAcquisition
{
    private readonly ModelSpace _space;
    private readonly GpObjectives _model;
    private readonly GpSuccess? _success;
    private readonly IReadOnlyList<MeasuredTrial> _trials;
    private readonly ImprovementBoxes _boxes;

    /// <param name="space">What is searched.</param>
    /// <param name="model">Of the trials, running ones included.</param>
    /// <param name="costs">Scaled costs that were measured at the full length or believed, [N, D].</param>
    /// <param name="failed">Points, [F][P].</param>
    /// <param name="trials">Those that the model was fitted to.</param>
    public GpAcquisition(ModelSpace space, GpObjectives model, List<double[]> costs, List<double[]> failed, IReadOnlyList<MeasuredTrial> trials)
    {
        (_space, _model, _trials) = (space, model, trials);
        _success = GpSuccess.Of(space, trials, failed);
        var all = costs.Count > 0 ? costs : [.. Enumerable.Range(0, trials.Count).Select(model.Costs)];
        var reference = Reference(all, model.Count);
        _boxes = new ImprovementBoxes(Thinned(costs, reference), reference);
    }

    /// <summary>
    /// Points spread over the space, then small moves about the best of these and of the trials on the front, narrower from round to round.
    /// </summary>
    /// <returns>Null when no point is new and allowed.</returns>
    public (ParameterValues Values, double Gain, double[] Costs)? Search(SearchRandom random, SearchHistory history, GpSettings settings)
    {
        var pool = new List<(double[] Point, double Gain)>();
        var even = Math.Min(_space.Axes.Count, SobolSequence.MostDimensions);
        var sequence = new SobolSequence(even, (long)random.NextBits());
        for (var i = 0u; i < settings.Spread; i++)
        {
            Rate(_space.Spread([.. sequence.At(i), .. random.NextDoubles(_space.Axes.Count - even)]), history, pool);
        }

        var front = ParetoFront.Indices([.. _trials.Select(trial => trial.Costs)]).Select(i => _trials[i].Point).ToList();
        for (var round = 0; round < settings.Rounds; round++)
        {
            var radius = 0.2 * Math.Pow(0.5, round);
            List<double[]> starts = [.. pool.OrderByDescending(rated => rated.Gain).Take(4).Select(rated => rated.Point), .. round < 2 ? front : []];
            foreach (var start in starts)
            {
                for (var i = 0; i < (round < 2 ? 8 : 16); i++)
                {
                    Rate(Move(start, radius, random), history, pool);
                }
            }
        }

        if (pool.Count == 0)
        {
            return null;
        }

        var (best, gain) = pool.MaxBy(rated => rated.Gain);
        var means = new double[_model.Count];
        _model.Predict(best, means, new double[_model.Count]);
        return (_space.Decode(best), gain, _model.Unscale(means));
    }

    private void Rate(double[] point, SearchHistory history, List<(double[] Point, double Gain)> pool)
    {
        if (_space.New(point, history) is not null)
        {
            pool.Add((point, Gain(point)));
        }
    }

    private double Gain(double[] point)
    {
        Span<double> means = stackalloc double[_model.Count];
        Span<double> deviations = stackalloc double[_model.Count];
        _model.Predict(point, means, deviations);

        // Where no improvement is left above rounding, the least known point is the best.
        var unknown = 0.0;
        foreach (var deviation in deviations)
        {
            unknown += deviation;
        }

        return (_boxes.ExpectedImprovement(means, deviations) + 1e-12 * unknown) * (_success?.At(point) ?? 1);
    }

    /// <summary>Moves each number with probability 1/2 by a normal step (a discrete one to a neighbour at least), and a choice now and then to any name.</summary>
    private double[] Move(double[] start, double radius, SearchRandom random)
    {
        var point = new double[start.Length];
        for (var d = 0; d < point.Length; d++)
        {
            var axis = _space.Axes[d];
            point[d] = double.NaN;
            if (!axis.Exists(point))
            {
                continue;
            }

            if (axis.IsChoice)
            {
                var other = Math.Floor(random.NextDouble() * axis.Count!.Value);
                point[d] = double.IsNaN(start[d]) || random.NextDouble() < 0.1 ? other : start[d];
            }
            else if (double.IsNaN(start[d]))
            {
                point[d] = axis.Snap(random.NextDouble());
            }
            else
            {
                var step = random.NextDouble() < 0.5 ? Math.Max(radius, 0.6 / (axis.Count ?? double.PositiveInfinity)) * random.NextNormal() : 0;
                point[d] = axis.Snap(Math.Clamp(start[d] + step, 0, 1));
            }
        }

        return point;
    }

    /// <summary>
    /// The point that volumes are measured from: beyond the front's worst costs by half of its extent, but not by more than a tenth beyond those of all
    /// trials. Nearer, what lengthens a front that is still short would count for nothing; farther, its ends would count for all.
    /// </summary>
    private static double[] Reference(List<double[]> costs, int dimensions)
    {
        var front = ParetoFront.Indices(costs).Select(i => costs[i]).ToList();
        var reference = new double[dimensions];
        for (var d = 0; d < dimensions; d++)
        {
            var (low, high) = (front.Min(point => point[d]), front.Max(point => point[d]));
            var (least, most) = (costs.Min(point => point[d]), costs.Max(point => point[d]));
            var limit = most + 0.1 * Math.Max(most - least, 1e-3);
            reference[d] = high > low ? Math.Min(limit, high + 0.5 * (high - low)) : limit;
        }

        return reference;
    }

    /// <summary>The front, less what adds least where its boxes would be too many: they grow as its size to the power D − 1.</summary>
    private static List<double[]> Thinned(List<double[]> costs, double[] reference)
    {
        var most = reference.Length switch { <= 2 => 200, 3 => 40, _ => 12 };
        var front = ParetoFront.Indices(costs).Select(i => costs[i]).ToList();
        return front.Count <= most ? front
            : [.. GoodTrials.Of([.. front.Select(point => new MeasuredTrial([], point, null, false))], most).Good.Select(i => front[i])];
    }
}
