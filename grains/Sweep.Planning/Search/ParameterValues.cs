namespace Sweep.Planning;

/// <summary>A value of one parameter: a name of a <see cref="ChoiceParameter"/>, else a number.</summary>
public readonly record struct ParameterValue
{
    public string? Choice { get; private init; }

    public double Number { get; private init; }

    public static ParameterValue Of(string choice) => new() { Choice = choice };

    public static ParameterValue Of(double number) => new() { Number = number };
}

/// <summary>One point of a search space: a value for each parameter that exists there, in the order of the space. Equal by value.</summary>
public sealed class ParameterValues : IEquatable<ParameterValues>
{
    private readonly (string Name, ParameterValue Value)[] _values;

    public ParameterValues(IEnumerable<(string Name, ParameterValue Value)> values) => _values = [.. values];

    public IReadOnlyList<(string Name, ParameterValue Value)> All => _values;

    /// <returns>Null where the parameter does not exist.</returns>
    public ParameterValue? Find(string name)
    {
        foreach (var (known, value) in _values)
        {
            if (known == name)
            {
                return value;
            }
        }

        return null;
    }

    public bool Equals(ParameterValues? other) => other is not null && _values.AsSpan().SequenceEqual(other._values);

    public override bool Equals(object? obj) => Equals(obj as ParameterValues);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var value in _values)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }
}
