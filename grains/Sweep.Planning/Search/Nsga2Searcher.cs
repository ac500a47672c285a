namespace Sweep.Planning;

/// <summary>
/// NSGA-II (Deb, Pratap, Agarwal, Meyarivan 2002, doi 10.1109/4235.996017) without generations to wait for: each trial is a child of the survivors among
/// whatever has been measured when it is proposed. Until as many trials as the population are there, points of the scrambled Sobol sequence fill it.
/// </summary>
public sealed class Nsga2Searcher : ISearcher
{
    /// <summary>Children that are tried before points at random.</summary>
    private const int MostChildren = 200;

    private readonly SpacePoints _points;
    private readonly long _seed;
    private readonly int _size;
    private readonly SobolSearcher _first;
    private readonly Nsga2Population _population;
    private readonly Nsga2Offspring _offspring;

    /// <param name="population">At least 2; null for <see cref="PopulationFor"/>.</param>
    /// <param name="trials">How many there will be; null when nobody knows.</param>
    /// <param name="objectives">How many costs a measured trial has.</param>
    public Nsga2Searcher(SearchSpace space, long seed, int? population, int? trials, int objectives)
    {
        _size = population ?? PopulationFor(trials);
        ArgumentOutOfRangeException.ThrowIfLessThan(_size, 2, nameof(population));
        _points = new SpacePoints(space);
        _seed = seed;
        _first = new SobolSearcher(space, seed);
        _population = new Nsga2Population(_points, _size, objectives);
        _offspring = new Nsga2Offspring(_points);
    }

    /// <summary>
    /// Grows with the root of the trials, so that a longer search has both larger generations and more of them, and leaves time for four: 25 for 100, 31 for
    /// 1,000, at most 100.
    /// </summary>
    public static int PopulationFor(int? trials) =>
        Math.Clamp(Math.Min((int)Math.Max(30, Math.Sqrt(trials ?? 1000)), (trials ?? 1000) / 4), 4, 100);

    public int? Foreknown => _size;

    public SearchProposal? Propose(int trial, SearchHistory history)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trial);
        ArgumentNullException.ThrowIfNull(history);
        var parents = _population.Of(history);
        var known = parents.Count(parent => history.Observations[parent.Place].Trial < 0);
        if (trial < _size - known || parents.Count < 2)
        {
            return _first.Propose(trial, history) is not { } first ? null : first with
            {
                Reason = FormattableString.Invariant($"{first.Reason} The population of {_size} has {parents.Count} measured trials."),
            };
        }

        var random = new SearchRandom(_seed, trial, "nsga2");
        var family = (A: parents[0], B: parents[0], Child: Array.Empty<double>());
        if (NewPoint.From(Children(), _points, history, random) is not { } values)
        {
            return null;
        }

        return new SearchProposal(values, values.Equals(_points.FromUnit(family.Child))
            ? $"Child of {Name(family.A)} and {Name(family.B)} among {parents.Count} survivors{Own(values)}."
            : "Drawn at random: no child of the survivors was new and allowed.");

        IEnumerable<double[]> Children()
        {
            for (var i = 0; i < MostChildren; i++)
            {
                var (a, b) = (Tournament(parents, random), Tournament(parents, random));
                family = (a, b, _offspring.Of(a.Unit, b.Unit, random));
                yield return family.Child;
            }
        }

        string Name(Nsga2Member parent) => history.Observations[parent.Place].Trial is >= 0 and var number
            ? FormattableString.Invariant($"{TrialPlanner.IdOf(number)} (rank {parent.Rank})")
            : FormattableString.Invariant($"a trial of an earlier experiment (rank {parent.Rank})");

        string Own(ParameterValues child)
        {
            var (a, b) = (history.Observations[family.A.Place].Values, history.Observations[family.B.Place].Values);
            var own = child.All.Where(value => a.Find(value.Name) != value.Value && b.Find(value.Name) != value.Value).Select(value => value.Name).ToList();
            return own.Count == 0 ? "" : $", with {string.Join(" and ", own)} of its own";
        }
    }

    /// <summary>The better of two.</summary>
    private static Nsga2Member Tournament(IReadOnlyList<Nsga2Member> parents, SearchRandom random)
    {
        var a = parents[(int)random.NextInteger(parents.Count)];
        var b = parents[(int)random.NextInteger(parents.Count)];
        return a.Beats(b) ? a : b;
    }
}
