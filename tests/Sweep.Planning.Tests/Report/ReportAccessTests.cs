using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Sweep.Planning;

/// <summary>What people need who do not see the page, do not point at it, or do not tell its colours apart.</summary>
public sealed partial class ReportAccessTests
{
    private static readonly XElement s_page = Parse(HtmlReport.Write(LargeResult.Of(120)));
    private static readonly string s_style = HtmlReport.Resource("report.css");

    /// <summary>The three dresses of the page: by day, by night, on paper.</summary>
    public static TheoryData<string> Dresses => ["light", "dark", "print"];

    /// <summary>WCAG 2.2, 1.4.3: 4.5 to 1 for text.</summary>
    [Theory]
    [MemberData(nameof(Dresses))]
    public void Text_StandsOutFromItsGround(string dress)
    {
        var colours = Colours(dress);
        Assert.All(
            from text in new[] { "ink", "soft", "bad", "good", "link", "gohsp" }
            from ground in new[] { "paper", "card", "hover" }
            select (text, ground, ratio: Contrast(colours[text], colours[ground])),
            pair => Assert.True(pair.ratio >= 4.5, FormattableString.Invariant($"{pair.text} on {pair.ground} must have a contrast of 4.5, but has {pair.ratio:0.00} ({dress}).")));
        Assert.True(Contrast(colours["paper"], colours["ink"]) >= 4.5);
    }

    /// <summary>WCAG 2.2, 1.4.11: 3 to 1 for what a picture or a control is understood by.</summary>
    [Theory]
    [MemberData(nameof(Dresses))]
    public void Marks_StandOutFromTheirGround(string dress)
    {
        var colours = Colours(dress);
        var marks = colours.Keys.Except(["paper", "card", "hover", "line"]).ToList();
        Assert.Contains("vtp", marks);
        Assert.All(
            from mark in marks
            select (mark, ratio: Contrast(colours[mark], colours["card"])),
            pair => Assert.True(pair.ratio >= 3 || pair.mark.StartsWith("k-", StringComparison.Ordinal), FormattableString.Invariant($"{pair.mark} must have a contrast of 3, but has {pair.ratio:0.00} ({dress}).")));

        // Dominated trials are drawn through.
        var faint = double.Parse(Faint().Match(s_style).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.All(
            ["gohsp", "vtp", "somp"],
            method => Assert.InRange(Contrast(Mixed(colours[method], colours["card"], faint), colours["card"]), 2.6, 21));
    }

    [Fact]
    public void Headings_LeaveNoLevelOut()
    {
        var levels = s_page.Descendants().Where(element => Heading().IsMatch(element.Name.LocalName)).Select(element => element.Name.LocalName[1] - '0').ToList();

        Assert.Equal(1, levels[0]);
        Assert.Single(levels, 1);
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1, $"h{pair.Second} follows h{pair.First}."));
    }

    [Fact]
    public void References_NameWhatIsThereOnce()
    {
        var ids = s_page.Descendants().Select(element => (string?)element.Attribute("id")).OfType<string>().ToList();

        Assert.Equal(ids.Distinct(), ids);
        Assert.All(
            from element in s_page.Descendants()
            from name in new[] { "aria-labelledby", "aria-describedby", "for" }
            let target = (string?)element.Attribute(name)
            where target is not null
            select target,
            target => Assert.Contains(target, ids));
        Assert.All(s_page.Descendants("a").Select(link => (string)link.Attribute("href")!).Where(link => !link.Contains('=', StringComparison.Ordinal)), link => Assert.Contains(link[1..], ids));
    }

    [Fact]
    public void Pictures_SayWhatTheyShow()
    {
        var pictures = s_page.Descendants("svg").ToList();

        Assert.NotEmpty(pictures);
        Assert.All(pictures, picture => Assert.True(
            (string?)picture.Attribute("aria-hidden") == "true" || picture.Attribute("role") is not null && !string.IsNullOrWhiteSpace((string?)picture.Attribute("aria-label")), picture.ToString()[..Math.Min(200, picture.ToString().Length)]));
        Assert.All(pictures.Where(picture => picture.Attribute("data-x") is not null), picture => Assert.Contains("The front goes from t", (string)picture.Element("desc")!, StringComparison.Ordinal));
    }

    [Fact]
    public void Tables_NameTheirColumnsAndRows()
    {
        var tables = s_page.Descendants("table").ToList();

        Assert.NotEmpty(tables);
        Assert.All(tables, table => Assert.NotEmpty(table.Element("thead")!.Descendants("th")));
        Assert.All(s_page.Descendants("th"), head => Assert.Contains((string?)head.Attribute("scope"), new[] { "col", "row" }));

        // What scrolls sideways is reached by the keyboard and has a name.
        Assert.All(
            s_page.Descendants("div").Where(element => (string?)element.Attribute("class") == "scroll"),
            element => Assert.Equal(("0", "region", true), ((string?)element.Attribute("tabindex"), (string?)element.Attribute("role"), element.Attribute("aria-label") is not null || element.Attribute("aria-labelledby") is not null)));
    }

    [Fact]
    public void Controls_HaveNames()
    {
        var labelled = s_page.Descendants("label").Select(label => (string?)label.Attribute("for")).ToHashSet();
        Assert.All(
            s_page.Descendants().Where(element => element.Name.LocalName is "input" or "select"),
            control => Assert.True(control.Attribute("aria-label") is not null || labelled.Contains((string?)control.Attribute("id")) || control.Parent!.Name.LocalName == "label", control.ToString()));
        Assert.All(s_page.Descendants("button"), button => Assert.True(button.Attribute("aria-label") is not null || button.Value.Length > 0, button.ToString()));
    }

    [Fact]
    public void Plot_IsOneStopOfTheTabKey() => Assert.All(
        s_page.Descendants("svg").Where(picture => picture.Attribute("data-x") is not null),
        picture => Assert.Single(picture.Descendants("g"), point => (string?)point.Attribute("tabindex") == "0"));

    [Fact]
    public void EverySection_SaysWhereItsNumbersComeFrom()
    {
        var sections = s_page.Descendants("section").ToList();

        Assert.True(sections.Count >= 10);
        Assert.All(sections, section => Assert.True(((string?)section.Elements("details").Single(details => (string?)details.Attribute("class") == "basis").Element("p"))!.Length > 60));
        Assert.All(
            ["of-front", "of-choice", "of-trials", "of-settings"],
            name => Assert.Contains(
                "on cuda: on 50,000 validation images of imagenet-1k, cut from the training set with seed 0; test on 50,000 test images, never selected on. One training seed (0), so each figure is of one run",
                sections.Single(section => (string?)section.Attribute("class") == name).Elements("details").Last().Value, StringComparison.Ordinal));
    }

    [GeneratedRegex("^h[1-6]$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"\.pt\.faint[^}]*opacity: ([\d.]+)")]
    private static partial Regex Faint();

    [GeneratedRegex(@":root \{(.*?)\}", RegexOptions.Singleline)]
    private static partial Regex Roots();

    [GeneratedRegex(@"--([\w-]+): #([0-9a-f]{3,6});")]
    private static partial Regex Variables();

    private static XElement Parse(string report)
    {
        var body = report[(report.IndexOf("<body>", StringComparison.Ordinal) + 6)..report.IndexOf("<div id=\"tip\"", StringComparison.Ordinal)];
        return XElement.Parse($"<body>{body.Replace("<br>", "<br/>", StringComparison.Ordinal)}</body>");
    }

    /// <summary>Colours by name; a dress changes those of the day.</summary>
    private static Dictionary<string, double[]> Colours(string dress)
    {
        var roots = Roots().Matches(s_style).Select(root => root.Groups[1].Value).ToList();
        Assert.Equal(3, roots.Count);

        // On paper the page may have been dark before: what paper does not set stays as it was by night.
        string[] layers = dress switch { "light" => [roots[0]], "dark" => [roots[0], roots[1]], _ => [roots[0], roots[1], roots[2]] };
        var colours = new Dictionary<string, double[]>(StringComparer.Ordinal);
        foreach (var variable in layers.SelectMany(layer => Variables().Matches(layer)))
        {
            var digits = variable.Groups[2].Value;
            digits = digits.Length == 3 ? string.Concat(digits.Select(digit => new string(digit, 2))) : digits;
            colours[variable.Groups[1].Value] = [.. Enumerable.Range(0, 3).Select(i => int.Parse(digits.AsSpan(2 * i, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)];
        }

        return colours;
    }

    private static double[] Mixed(double[] colour, double[] ground, double share) => [.. colour.Zip(ground, (over, under) => over * share + under * (1 - share))];

    /// <summary>WCAG's contrast ratio, in [1, 21].</summary>
    private static double Contrast(double[] one, double[] other)
    {
        static double Luminance(double[] colour)
        {
            static double Linear(double value) => value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
            return 0.2126 * Linear(colour[0]) + 0.7152 * Linear(colour[1]) + 0.0722 * Linear(colour[2]);
        }

        var (high, low) = (Math.Max(Luminance(one), Luminance(other)), Math.Min(Luminance(one), Luminance(other)));
        return (high + 0.05) / (low + 0.05);
    }
}
