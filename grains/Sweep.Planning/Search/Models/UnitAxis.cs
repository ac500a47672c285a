namespace Sweep.Planning;

/// <summary>
/// One parameter as models see it: a number is its place on the unit interval (<see cref="ParameterScale"/>), a choice the index of its name. Where the
/// parameter does not exist there is <see cref="double.NaN"/>.
/// </summary>
internal sealed class UnitAxis
{
    private readonly SpaceParameter _parameter;
    private readonly int? _parent;
    private readonly bool[] _existsAt = [];

    /// <param name="parameter">What the axis is of.</param>
    /// <param name="before">The parameters before it, of which one may carry its condition.</param>
    public UnitAxis(SpaceParameter parameter, IReadOnlyList<SpaceParameter> before)
    {
        _parameter = parameter;
        if (parameter.When is { } condition)
        {
            _parent = before.ToList().FindIndex(other => other.Name == condition.Parameter);
            _existsAt = [.. ((ChoiceParameter)before[_parent.Value]).Values.Select(condition.Values.Contains)];
        }
    }

    public string Name => _parameter.Name;

    /// <summary>How many values there are; null for a continuum.</summary>
    public long? Count => _parameter.Count;

    public bool IsChoice => _parameter is ChoiceParameter;

    /// <summary>Whether the parameter exists beside the coordinates before it.</summary>
    public bool Exists(ReadOnlySpan<double> point) => _parent is not { } parent || (!double.IsNaN(point[parent]) && _existsAt[(int)point[parent]]);

    /// <returns>Null for what is not between the parameter's bounds, or not one of its names.</returns>
    public double? Encode(ParameterValue value) => IsChoice ? _parameter.IndexOf(value) : _parameter.PlaceOf(value);

    public ParameterValue Decode(double coordinate) => IsChoice ? _parameter.ValueOf((long)coordinate) : _parameter.At(coordinate);

    /// <summary>The coordinate of a number's nearest value, in [0, 1].</summary>
    public double Snap(double coordinate) =>
        Count is null ? Math.Clamp(coordinate, 0, 1)
            : _parameter.PlaceOf(_parameter.At(coordinate)) ?? throw new InvalidOperationException($"A value of '{Name}' has no place on its own scale.");

    /// <summary>The piece of the unit interval that belongs to a number's value; null for a continuum.</summary>
    public (double Low, double High)? Cell(double coordinate)
    {
        if (Count is not { } count)
        {
            return null;
        }

        var index = _parameter.IndexOf(_parameter.At(coordinate))!.Value;
        return _parameter switch
        {
            IntegerParameter { Log: true } whole => (Edge(index, whole.Step / (double)whole.Low), Edge(index + 1, whole.Step / (double)whole.Low)),
            FloatParameter { Log: true, Step: { } step } number => (Edge(index, step / number.Low), Edge(index + 1, step / number.Low)),
            _ => ((double)index / count, (index + 1.0) / count),
        };

        double Edge(long i, double ratio) => Math.Log(1 + i * ratio) / Math.Log(1 + count * ratio);
    }
}
