namespace Sweep.Planning;

/// <summary>What docs/how-to/search.md tells a reader to paste, and what it says of algorithms, holds.</summary>
public sealed class SearchHowToTests
{
    private static readonly string s_text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "how-to", "search.md"));

    [Fact]
    public void HowTo_HasASoundExample()
    {
        var spec = SweepSpecReader.Read(s_text.Split("```yaml")[1].Split("```")[0], "search.md");

        Assert.Empty(SweepSpecValidator.Check(spec));
        Assert.Equal(SearchAlgorithm.Auto, spec.Search.Algorithm);
    }

    [Fact]
    public void HowTo_NamesEveryAlgorithm() =>
        Assert.All(Enum.GetNames<SearchAlgorithm>(), name => Assert.Contains($"| `{name.ToLowerInvariant()}` |", s_text, StringComparison.Ordinal));
}
