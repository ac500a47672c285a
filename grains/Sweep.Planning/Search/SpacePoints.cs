namespace Sweep.Planning;

/// <summary>
/// The points of a search space: along the unit cube, one coordinate a parameter, and, where they are finitely many, in the order of the grid, in which the
/// last parameter changes fastest.
/// </summary>
public sealed class SpacePoints
{
    private readonly IReadOnlyList<SpaceParameter> _parameters;
    private readonly int[] _parents;
    private readonly bool[] _divides;

    /// <exception cref="ArgumentException">A parameter has no value, a log scale starts at or below 0, or a condition names no earlier choice.</exception>
    public SpacePoints(SearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        Space = space;
        _parameters = space.Parameters;
        _parents = [.. _parameters.Select(Parent)];
        _divides = [.. Enumerable.Range(0, _parameters.Count).Select(i => _parents.Contains(i))];
        for (var i = 0; i < _parameters.Count; i++)
        {
            Check(_parameters[i], i);
        }

        Count = Remaining(0, new string?[_parameters.Count]);
    }

    public SearchSpace Space { get; }

    /// <summary>P, the coordinates of a point in the unit cube.</summary>
    public int Dimensions => _parameters.Count;

    /// <summary>How many points there are, allowed or not, at most <see cref="long.MaxValue"/>; null for a continuum.</summary>
    public long? Count { get; }

    public bool Allows(ParameterValues values) => Space.Allows?.Invoke(values) ?? true;

    /// <param name="unit">[P], in [0, 1]; those of parameters that do not exist there are passed over.</param>
    public ParameterValues FromUnit(IReadOnlyList<double> unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        return Build((i, _) => _parameters[i].At(unit[i]));
    }

    /// <param name="unit">[P], in [0, 1].</param>
    /// <returns>[P], which parameters exist there.</returns>
    public bool[] ExistingAt(IReadOnlyList<double> unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        var chosen = new string?[_parameters.Count];
        var exist = new bool[_parameters.Count];
        for (var i = 0; i < exist.Length; i++)
        {
            exist[i] = Exists(i, chosen);
            chosen[i] = exist[i] && _divides[i] ? _parameters[i].At(unit[i]).Choice : null;
        }

        return exist;
    }

    /// <returns>
    /// [P], from which <see cref="FromUnit"/> leads back; 0.5 for parameters that do not exist there. Null when the point is none of the space: a value is
    /// missing, not listed or out of bounds.
    /// </returns>
    public double[]? ToUnit(ParameterValues values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var unit = new double[_parameters.Count];
        var chosen = new string?[_parameters.Count];
        for (var i = 0; i < unit.Length; i++)
        {
            unit[i] = 0.5;
            if (!Exists(i, chosen))
            {
                continue;
            }

            if (values.Find(_parameters[i].Name) is not { } value || _parameters[i].PlaceOf(value) is not { } place)
            {
                return null;
            }

            unit[i] = place;
            chosen[i] = value.Choice;
        }

        return unit;
    }

    /// <param name="index">In 0 to <see cref="Count"/> − 1.</param>
    public ParameterValues At(long index)
    {
        if (Count is not { } count || index < 0 || index >= count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(index), index, $"A point of the grid has an index below the {Count?.ToString() ?? "countless"} points there are.");
        }

        return Build((i, chosen) =>
        {
            var rest = 0L;
            if (!_divides[i])
            {
                rest = Remaining(i + 1, chosen)!.Value;
                (var digit, index) = Math.DivRem(index, rest);
                return _parameters[i].ValueOf(digit);
            }

            foreach (var name in ((ChoiceParameter)_parameters[i]).Values)
            {
                chosen[i] = name;
                rest = Remaining(i + 1, chosen)!.Value;
                if (index < rest)
                {
                    break;
                }

                index -= rest;
            }

            return ParameterValue.Of(chosen[i]!);
        });
    }

    private ParameterValues Build(Func<int, string?[], ParameterValue> value)
    {
        var chosen = new string?[_parameters.Count];
        var values = new List<(string, ParameterValue)>(_parameters.Count);
        for (var i = 0; i < _parameters.Count; i++)
        {
            if (Exists(i, chosen))
            {
                var here = value(i, chosen);
                chosen[i] = here.Choice;
                values.Add((_parameters[i].Name, here));
            }
        }

        return new ParameterValues(values);
    }

    /// <param name="chosen">[P], the names that the choices before it have; null where one does not exist.</param>
    private bool Exists(int parameter, string?[] chosen) =>
        _parents[parameter] < 0 || chosen[_parents[parameter]] is { } name && _parameters[parameter].When!.Values.Contains(name);

    /// <summary>How many ways there are to go on from the parameters before one. Conditions make a forest, so trees multiply.</summary>
    private long? Remaining(int from, string?[] chosen)
    {
        long? product = 1;
        for (var i = from; i < _parameters.Count; i++)
        {
            if (_parents[i] < 0 || _parents[i] < from && Exists(i, chosen))
            {
                product = Times(product, CountBelow(i));
            }
        }

        return product;
    }

    /// <summary>The ways that a parameter and those that depend on it can go.</summary>
    private long? CountBelow(int parameter)
    {
        if (!_divides[parameter])
        {
            return _parameters[parameter].Count;
        }

        long? sum = 0;
        foreach (var name in ((ChoiceParameter)_parameters[parameter]).Values)
        {
            long? product = 1;
            for (var child = parameter + 1; child < _parameters.Count; child++)
            {
                if (_parents[child] == parameter && _parameters[child].When!.Values.Contains(name))
                {
                    product = Times(product, CountBelow(child));
                }
            }

            sum = sum is { } a && product is { } b ? (long)Int128.Min((Int128)a + b, long.MaxValue) : null;
        }

        return sum;
    }

    private static long? Times(long? a, long? b) => a is { } x && b is { } y ? (long)Int128.Min((Int128)x * y, long.MaxValue) : null;

    /// <returns>The index of the parameter that the condition names; −1 without a condition.</returns>
    private int Parent(SpaceParameter parameter, int index)
    {
        if (parameter.When is not { } when)
        {
            return -1;
        }

        var parent = _parameters.Take(index).ToList().FindIndex(other => other is ChoiceParameter && other.Name == when.Parameter);
        return parent >= 0
            ? parent
            : throw new ArgumentException($"A condition names a choice that comes before, but {parameter.Name} depends on {when.Parameter}.", nameof(parameter));
    }

    private void Check(SpaceParameter parameter, int index)
    {
        var fault = parameter switch
        {
            _ when _parameters.Take(index).Any(other => other.Name == parameter.Name) => "has the name of an earlier one",
            ChoiceParameter { Values.Count: 0 } or OrdinalParameter { Values.Count: 0 } => "has no value",
            OrdinalParameter ordinal when !ordinal.Values.Zip(ordinal.Values.Skip(1)).All(pair => pair.First < pair.Second) => "has values that do not ascend",
            IntegerParameter whole when whole.Low > whole.High => FormattableString.Invariant($"runs from {whole.Low} to {whole.High}"),
            IntegerParameter { Step: <= 0 } or FloatParameter { Step: <= 0 } => "has a step that is not above 0",
            IntegerParameter { Log: true, Low: <= 0 } or FloatParameter { Log: true, Low: <= 0 } => "has a log scale that starts at or below 0",
            FloatParameter number when !(number.Low <= number.High) || !double.IsFinite(number.High - number.Low) =>
                FormattableString.Invariant($"runs from {number.Low} to {number.High}"),
            _ => null,
        };
        if (fault is not null)
        {
            throw new ArgumentException(
                $"A parameter must have a name of its own, values that ascend and, for a log scale, start above 0, but {parameter.Name} {fault}.");
        }
    }
}
