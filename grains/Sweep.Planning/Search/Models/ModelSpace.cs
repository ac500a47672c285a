namespace Sweep.Planning;

/// <summary>A search space as models see it: points of one coordinate for each parameter, [P], as <see cref="UnitAxis"/> has them.</summary>
internal sealed class ModelSpace
{
    private readonly SearchSpace _space;

    public ModelSpace(SearchSpace space)
    {
        _space = space;
        Axes = [.. space.Parameters.Select((parameter, i) => new UnitAxis(parameter, [.. space.Parameters.Take(i)]))];
    }

    public IReadOnlyList<UnitAxis> Axes { get; }

    /// <returns>Null for what is not a point of this space: a value out of bounds, or a parameter too few.</returns>
    public double[]? Encode(ParameterValues values)
    {
        var point = new double[Axes.Count];
        for (var i = 0; i < point.Length; i++)
        {
            point[i] = double.NaN;
            if (Axes[i].Exists(point))
            {
                if (values.Find(Axes[i].Name) is not { } value || Axes[i].Encode(value) is not { } coordinate)
                {
                    return null;
                }

                point[i] = coordinate;
            }
        }

        return point;
    }

    public ParameterValues Decode(double[] point) =>
        new(Axes.Zip(point, (axis, coordinate) => (axis, coordinate)).Where(pair => !double.IsNaN(pair.coordinate))
            .Select(pair => (pair.axis.Name, pair.axis.Decode(pair.coordinate))));

    /// <summary>A point without holes: 0.5 for a number that does not exist there, −1 for a choice.</summary>
    public double[] Features(double[] point) =>
        [.. point.Select((coordinate, i) => double.IsNaN(coordinate) ? (Axes[i].IsChoice ? -1 : 0.5) : coordinate)];

    /// <summary>Spreads the unit cube over the space: each parameter's values are equally likely there.</summary>
    /// <param name="cube">In [0, 1), [P].</param>
    public double[] Spread(ReadOnlySpan<double> cube)
    {
        var point = new double[Axes.Count];
        for (var i = 0; i < point.Length; i++)
        {
            point[i] = double.NaN;
            if (Axes[i].Exists(point))
            {
                point[i] = Axes[i].IsChoice ? Math.Floor(cube[i] * Axes[i].Count!.Value) : Axes[i].Snap(cube[i]);
            }
        }

        return point;
    }

    /// <returns>The point, if no trial had it and the space allows it; else null.</returns>
    public ParameterValues? New(double[] point, SearchHistory history)
    {
        var values = Decode(point);
        return !history.Contains(values) && (_space.Allows?.Invoke(values) ?? true) ? values : null;
    }
}
