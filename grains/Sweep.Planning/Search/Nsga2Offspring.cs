namespace Sweep.Planning;

/// <summary>
/// Children of two points of a space, coordinate by coordinate along the unit cube. A coordinate is taken from either parent, sometimes blended of both
/// (simulated binary crossover: Deb, Agrawal 1995), and one in P mutates: most go some way (polynomial mutation: Deb, Goyal 1996), some anywhere; names are never
/// blended and mutate into any other. A parameter that one parent lacks comes from the other, one that both lack is drawn at random, should the child have
/// it. The chances are those that did best on the problems of docs/LOG.md, "Searchers against Optuna".
/// </summary>
internal sealed class Nsga2Offspring(SpacePoints points)
{
    /// <summary>η_c: how near to its parents a blended coordinate lies.</summary>
    private const double CrossoverSpread = 15;

    /// <summary>η_m: how near to where it was a mutated coordinate lies.</summary>
    private const double MutationSpread = 5;

    private const double BlendChance = 0.3;

    /// <summary>Of mutations.</summary>
    private const double AnywhereChance = 0.2;

    private readonly IReadOnlyList<SpaceParameter> _parameters = points.Space.Parameters;

    /// <param name="a">[P].</param>
    /// <param name="b">[P].</param>
    /// <returns>[P].</returns>
    public double[] Of(double[] a, double[] b, SearchRandom random)
    {
        var (hasA, hasB) = (points.ExistingAt(a), points.ExistingAt(b));
        var child = new double[a.Length];
        for (var i = 0; i < child.Length; i++)
        {
            child[i] = (hasA[i], hasB[i]) switch
            {
                (true, true) => Cross(_parameters[i], a[i], b[i], random),
                (true, false) => a[i],
                (false, true) => b[i],
                _ => random.NextDouble(),
            };
        }

        var has = points.ExistingAt(child);
        var chance = 1.0 / Math.Max(1, has.Count(exists => exists));
        for (var i = 0; i < child.Length; i++)
        {
            if (has[i] && random.NextDouble() < chance)
            {
                child[i] = Mutate(_parameters[i], child[i], random);
            }
        }

        return child;
    }

    private static double Cross(SpaceParameter parameter, double a, double b, SearchRandom random)
    {
        var takesA = random.NextDouble() < 0.5;
        if (parameter is ChoiceParameter || Math.Abs(a - b) < 1e-14 || random.NextDouble() >= BlendChance)
        {
            return takesA ? a : b;
        }

        var (low, high) = (Math.Min(a, b), Math.Max(a, b));
        var nearLow = takesA == a < b;
        var room = nearLow ? low : 1 - high;
        var place = random.NextDouble();
        var alpha = 2 - Math.Pow(1 + 2 * room / (high - low), -(CrossoverSpread + 1));
        var beta = Math.Pow(place * alpha <= 1 ? place * alpha : 1 / (2 - place * alpha), 1 / (CrossoverSpread + 1));
        return Math.Clamp(((low + high) + (nearLow ? -beta : beta) * (high - low)) / 2, 0, 1);
    }

    private static double Mutate(SpaceParameter parameter, double place, SearchRandom random)
    {
        if (parameter is ChoiceParameter)
        {
            return OtherThan(parameter, place, random);
        }

        if (random.NextDouble() < AnywhereChance)
        {
            return random.NextDouble();
        }

        var u = random.NextDouble();
        var power = 1 / (MutationSpread + 1);
        var moved = Math.Clamp(place + (u < 0.5
            ? Math.Pow(2 * u + (1 - 2 * u) * Math.Pow(1 - place, MutationSpread + 1), power) - 1
            : 1 - Math.Pow(2 * (1 - u) + (2 * u - 1) * Math.Pow(place, MutationSpread + 1), power)), 0, 1);
        return parameter.Count is null ? moved : Step(parameter, place, moved);
    }

    /// <summary>A short way along few values would end where it began: it goes to the next value, or back from the last.</summary>
    private static double Step(SpaceParameter parameter, double place, double moved)
    {
        var from = parameter.IndexOf(parameter.At(place))!.Value;
        if (parameter.Count == 1 || parameter.IndexOf(parameter.At(moved)) != from)
        {
            return moved;
        }

        var to = moved < place ? from - 1 : from + 1;
        to = to < 0 || to >= parameter.Count ? 2 * from - to : to;
        return parameter.PlaceOf(parameter.ValueOf(to))!.Value;
    }

    private static double OtherThan(SpaceParameter parameter, double place, SearchRandom random)
    {
        var count = parameter.Count!.Value;
        if (count == 1)
        {
            return place;
        }

        var from = parameter.IndexOf(parameter.At(place))!.Value;
        var to = random.NextInteger(count - 1);
        return parameter.PlaceOf(parameter.ValueOf(to >= from ? to + 1 : to))!.Value;
    }
}
