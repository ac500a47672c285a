using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Sweep.Planning;

/// <summary>Every sweep file that the documentation shows: readers paste them.</summary>
public sealed partial class PastedExampleTests
{
    private static readonly string s_docs = Path.Combine(AppContext.BaseDirectory, "docs");

    private static readonly IReadOnlyList<(string Page, string Text)> s_examples =
    [
        .. from page in Directory.EnumerateFiles(s_docs, "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
           from match in Fence().Matches(File.ReadAllText(page))
           where match.Groups[1].Value.StartsWith("apiVersion: sweep/v1", StringComparison.Ordinal)
           select (Path.GetRelativePath(s_docs, page), match.Groups[1].Value),
    ];

    public static TheoryData<string, int> Examples()
    {
        var data = new TheoryData<string, int>();
        foreach (var ((page, _), place) in s_examples.Select((example, place) => (example, place)))
        {
            data.Add(page, place);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_IsSoundAndCanBePlanned(string page, int place)
    {
        var spec = SweepSpecReader.Read(s_examples[place].Text, page);

        Assert.Empty(SweepSpecValidator.Check(spec));
        Assert.NotEmpty(TrialOutlook.Of(spec).Plan.Trials);
    }

    /// <summary>A key that a record of the spec gets, and no example shows, fails here.</summary>
    [Fact]
    public void EveryKeyOfSearchAndScheduling_IsShownInAnExample()
    {
        string[] keys =
        [
            .. KeysOf<SearchSpec>("search."),
            .. KeysOf<StoppingSpec>("stopping."),
            .. KeysOf<PlateauSpec>("stopping.plateau."),
            .. KeysOf<LimitsSpec>("limits."),
            .. KeysOf<FailurePolicies>("failurePolicies."),
            "constraints", "priority", "weight", "parallelism", "space.finetuneSeed", "space.finetuneEpochs", "space.finetuneLearningRate",
        ];
        var shown = s_examples.SelectMany(example => Paths(example.Text)).ToHashSet();

        Assert.DoesNotContain(keys, key => !shown.Contains(key));
    }

    [Fact]
    public void EveryAlgorithmHasAnExample_ButForThoseThatAutoStandsFor()
    {
        var used = s_examples.Select(example => SweepSpecReader.Read(example.Text, example.Page).Search.Algorithm).ToHashSet();

        Assert.Superset(new HashSet<SearchAlgorithm> { SearchAlgorithm.Grid, SearchAlgorithm.Sobol, SearchAlgorithm.Nsga2, SearchAlgorithm.Auto }, used);
    }

    private static IEnumerable<string> KeysOf<T>(string section) =>
        typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => section + JsonNamingPolicy.CamelCase.ConvertName(property.Name));

    private static IEnumerable<string> Paths(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return Below(stream.Documents[0].RootNode, "");

        static IEnumerable<string> Below(YamlNode node, string path) => node is not YamlMappingNode map ? []
            : map.Children.SelectMany(child => Below(child.Value, $"{path}{child.Key}.").Prepend($"{path}{child.Key}"));
    }

    [GeneratedRegex("^```yaml\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();
}
