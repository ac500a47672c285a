using Sweep.Recipes;

namespace Sweep.Planning;

public sealed class GridSearcherTests
{
    [Fact]
    public void Grid_ProposesInTheOrderOfTheFile()
    {
        var settings = GridSearcher.Propose(SpecText.Spec);

        Assert.Equal(9 + 6 + 3, settings.Count);
        Assert.Equal(
            ["Gohsp 0.2 0 0.001", "Gohsp 0.2 0 0.01", "Gohsp 0.2 0 0.1", "Gohsp 0.4 0 0.001"],
            settings.Take(4).Select(s => FormattableString.Invariant($"{s.Method} {s.Sparsity} {s.Lambda} {s.Rho}")));
        Assert.Equal(
            ["Vtp 0.2 0.0001 -", "Vtp 0.2 0.001 -", "Vtp 0.4 0.0001 -"],
            settings.Skip(9).Take(3).Select(s => FormattableString.Invariant($"{s.Method} {s.Sparsity} {s.Lambda} {s.Rho?.ToString() ?? "-"}")));
    }

    /// <summary>An axis without when belongs to every method that knows the coefficient, and to no other.</summary>
    [Fact]
    public void Grid_GivesAnAxisOnlyToMethodsThatKnowIt()
    {
        var settings = GridSearcher.Propose(SweepSpecReader.Read(
            SpecText.With("{ values: [1e-4, 1e-3], when: { method: [vtp] } }", "{ values: [1e-4, 1e-3] }"), "sweep.yaml"));

        Assert.Equal(18, settings.Count(s => s.Method == PruningMethod.Gohsp));
        Assert.Equal(6, settings.Count(s => s.Method == PruningMethod.Vtp));
        Assert.Equal(3, settings.Count(s => s.Method == PruningMethod.Somp));
        Assert.All(settings.Where(s => s.Method == PruningMethod.Somp), s => Assert.True(s.Lambda is null && s.Rho is null));
    }

    [Fact]
    public void Grid_TakesAMethodsDefaultWhereTheSpaceHasNone()
    {
        var spec = SweepSpecReader.Read(SpecText.Sound
            .Replace("  lambda:", "  # lambda:", StringComparison.Ordinal)
            .Replace("  rho:", "  # rho:", StringComparison.Ordinal)
            + "\nvtp: { lambda: 0.5 }\ngohsp: { lambda: 0.25, rho: 0.125 }\n", "sweep.yaml");

        Assert.Equal(
            [(PruningMethod.Gohsp, 0.25, 0.125), (PruningMethod.Vtp, 0.5, null), (PruningMethod.Somp, null, null)],
            GridSearcher.Propose(spec).Where(s => s.Sparsity == 0.2).Select(s => (s.Method, s.Lambda, s.Rho)));
    }

    [Fact]
    public void Grid_NeverProposesTheSameTwice()
    {
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var settings = GridSearcher.Propose(RandomSpec.Next(random));

            Assert.NotEmpty(settings);
            Assert.Equal(settings.Count, settings.Distinct().Count());
        }
    }
}
