namespace Sweep.Planning;

/// <summary>
/// Points of the scrambled Sobol sequence, trial n the n-th. Where the space refuses one or a trial had it, the n-th of another scrambling takes its place,
/// so that no proposal depends on how often earlier ones were refused. Parameters beyond <see cref="SobolSequence.MostDimensions"/> are drawn at random.
/// </summary>
public sealed class SobolSearcher(SearchSpace space, long seed) : ISearcher
{
    /// <summary>Scramblings that are tried before points at random.</summary>
    private const int Scramblings = 32;

    private readonly SpacePoints _points = new(space);
    private readonly SobolSequence?[] _sequences = new SobolSequence?[Scramblings];

    public int? Foreknown => null;

    public SearchProposal? Propose(int trial, SearchHistory history)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trial);
        var random = new SearchRandom(seed, trial, "sobol");
        var values = NewPoint.From(Candidates((uint)trial, random), _points, history, random);
        return values is null
            ? null
            : new SearchProposal(values, FormattableString.Invariant($"Point {trial + 1} of a scrambled Sobol sequence, which fills the space evenly."));
    }

    private IEnumerable<double[]> Candidates(uint trial, SearchRandom random)
    {
        for (var i = 0; i < Scramblings; i++)
        {
            var sequence = _sequences[i] ??= new SobolSequence(
                Math.Min(_points.Dimensions, SobolSequence.MostDimensions), (long)new SearchRandom(seed, i, "scrambling").NextBits());
            yield return [.. sequence.At(trial), .. random.NextDoubles(_points.Dimensions - Math.Min(_points.Dimensions, SobolSequence.MostDimensions))];
        }
    }
}
