using System.Globalization;

namespace Sweep.Planning;

/// <summary>
/// A parameter laid along the unit interval. Each of finitely many values has a piece of it: equal pieces, or on a log scale as long as ln(1 + step / value),
/// which makes equal ratios equally likely. A continuum is cut to 12 significant digits, as ranges that a spec lays out are: powers may differ in the
/// last bits between machines, and values are part of stage ids.
/// </summary>
public static class ParameterScale
{
    private const int Digits = 12;

    /// <param name="place">Where on the unit interval; taken as its nearest end when outside.</param>
    public static ParameterValue At(this SpaceParameter parameter, double place)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        place = Math.Clamp(place, 0, 1);
        return parameter switch
        {
            FloatParameter { Step: null } number => ParameterValue.Of(Cut(number, Continuum(number, place))),
            IntegerParameter { Log: true } whole => parameter.ValueOf(Along(whole.Low, whole.Step, whole.Count!.Value, place)),
            FloatParameter { Log: true } number => parameter.ValueOf(Along(number.Low, number.Step!.Value, number.Count!.Value, place)),
            _ => parameter.ValueOf(Math.Min((long)(place * parameter.Count!.Value), parameter.Count.Value - 1)),
        };
    }

    /// <param name="index">In 0 to <see cref="SpaceParameter.Count"/> − 1, in ascending order or that of the names.</param>
    public static ParameterValue ValueOf(this SpaceParameter parameter, long index) => parameter switch
    {
        ChoiceParameter choice => ParameterValue.Of(choice.Values[(int)index]),
        OrdinalParameter ordinal => ParameterValue.Of(ordinal.Values[(int)index]),
        IntegerParameter whole => ParameterValue.Of(whole.Low + index * whole.Step),
        FloatParameter { Step: { } step } number => ParameterValue.Of(Cut(number, number.Low + index * step)),
        _ => throw new ArgumentException("A continuum has no n-th value.", nameof(parameter)),
    };

    /// <returns>The index of the value, or of the nearest; null for a continuum, for a name that is not listed, and for a number out of bounds.</returns>
    public static long? IndexOf(this SpaceParameter parameter, ParameterValue value)
    {
        switch (parameter)
        {
            case ChoiceParameter choice:
                return Found(choice.Values, value.Choice);
            case { } when value.Choice is not null:
                return null;
            case OrdinalParameter ordinal:
                return value.Number >= ordinal.Values[0] && value.Number <= ordinal.Values[^1]
                    ? Enumerable.Range(0, ordinal.Values.Count).MinBy(i => Math.Abs(ordinal.Values[i] - value.Number))
                    : null;
            case IntegerParameter whole:
                return Nearest(value.Number, whole.Low, whole.High, whole.Step, whole.Count!.Value);
            case FloatParameter { Step: { } step } number:
                return Nearest(value.Number, number.Low, number.High, step, number.Count!.Value);
            default:
                return null;
        }
    }

    /// <returns>
    /// A place on the unit interval that <see cref="At"/> leads back from: the middle of the value's piece. Null for a name that is not listed and for
    /// a number out of bounds.
    /// </returns>
    public static double? PlaceOf(this SpaceParameter parameter, ParameterValue value)
    {
        if (parameter is FloatParameter { Step: null } continuum)
        {
            return value.Choice is null && value.Number >= continuum.Low && value.Number <= continuum.High ? Place(continuum, value.Number) : null;
        }

        return parameter.IndexOf(value) is not { } index ? null : parameter switch
        {
            IntegerParameter { Log: true } whole => MiddleOf(whole.Low, whole.Step, whole.Count!.Value, index),
            FloatParameter { Log: true } number => MiddleOf(number.Low, number.Step!.Value, number.Count!.Value, index),
            _ => (index + 0.5) / parameter.Count!.Value,
        };
    }

    private static double Continuum(FloatParameter number, double place) => place switch
    {
        0 => number.Low,
        1 => number.High,
        _ => number.Log ? number.Low * Math.Pow(number.High / number.Low, place) : number.Low + (number.High - number.Low) * place,
    };

    private static double Place(FloatParameter number, double value)
    {
        if (number.Low == number.High)
        {
            return 0.5;
        }

        return number.Log ? Math.Log(value / number.Low) / Math.Log(number.High / number.Low) : (value - number.Low) / (number.High - number.Low);
    }

    /// <summary>
    /// On a linear scale the digits count from the larger bound: near 0 there would be more of them than a place between distant bounds can hold, and
    /// a value would not come back from its own place.
    /// </summary>
    private static double Cut(FloatParameter number, double value)
    {
        var decimals = number.Log ? -1 : Digits - 1 - (int)Math.Floor(Math.Log10(Math.Max(Math.Abs(number.Low), Math.Abs(number.High))));
        var format = decimals is >= 0 and <= 300 ? $"F{decimals}" : $"G{Digits}";
        var cut = double.Parse(value.ToString(format, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        // Adding 0 turns −0, which is written differently, into 0.
        return Math.Clamp(cut, number.Low, number.High) + 0.0;
    }

    private static long? Found(IReadOnlyList<string> names, string? name)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
            {
                return i;
            }
        }

        return null;
    }

    private static long? Nearest(double value, double low, double high, double step, long count) =>
        value >= low && value <= high ? Math.Min((long)Math.Round((value - low) / step), count - 1) : null;

    /// <summary>Value v has the piece from ln v to ln(v + step).</summary>
    private static long Along(double low, double step, long count, double place) =>
        Math.Clamp((long)Math.Floor((low * Math.Pow(1 + count * step / low, place) - low) / step), 0, count - 1);

    private static double MiddleOf(double low, double step, long count, long index)
    {
        var value = low + index * step;
        return Math.Log(Math.Sqrt(value * (value + step)) / low) / Math.Log(1 + count * step / low);
    }
}
