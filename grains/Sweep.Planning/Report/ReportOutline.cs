namespace Sweep.Planning.Report;

/// <summary>One section of the report, told by its place among the others.</summary>
/// <param name="Id">After <c>h-</c>, the id of its heading: what a link names.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Draw">What stands under the heading. Where that is <see cref="Html.Empty"/>, the section is left out.</param>
/// <param name="Basis">What its numbers are: measured or counted or predicted, on which split, under which seeds, on which devices.</param>
internal sealed record ReportSection(string Id, string Title, Func<ExperimentResult, Html> Draw, Func<ExperimentResult, string> Basis);

/// <param name="Of">What it is.</param>
/// <param name="Markup">The whole section.</param>
internal sealed record DrawnSection(ReportSection Of, Html Markup);

/// <summary>What the report consists of, in the order of reading. A new section is a line here.</summary>
internal static class ReportOutline
{
    public static IReadOnlyList<ReportSection> Sections { get; } =
    [
        new("front", "The front", ReportSections.Plots, NumberBasis.Nets),
        new("choice", "Choose a net", ChoiceSection.Draw, NumberBasis.Choice),
        new("failures", "Failures", ReportSections.Failures, NumberBasis.Failures),
        new("seeds", "Over the seeds", SummaryTable.Draw, NumberBasis.Seeds),
        new("trials", "Trials", TrialTable.Draw, NumberBasis.Trials),
        new("shapes", "What is left of each net", ReportSections.Shapes, NumberBasis.Shapes),
        new("curves", "Training curves", CurvesSection.Draw, NumberBasis.Curves),
        new("settings", "Settings and what came of them", ParallelPlot.Draw, NumberBasis.Nets),
        new("importance", "Which setting matters", ImportanceBars.Draw, NumberBasis.Importance),
        new("decisions", "How the search decided", DecisionSection.Draw, NumberBasis.Decisions),
        new("growth", "How the front grew", GrowthPlot.Draw, NumberBasis.Growth),
        new("timeline", "Which worker ran what when", TimelinePlot.Draw, NumberBasis.Timeline),
        new("sharing", "What sharing saved", ReportSections.Sharing, NumberBasis.Sharing),
        new("export", "Take it elsewhere", ExportSection.Draw, NumberBasis.Export),
        new("provenance", "Provenance", ReportSections.Provenance, NumberBasis.Provenance),
    ];

    /// <summary>The sections that have something to say.</summary>
    /// <param name="result">What to show.</param>
    /// <param name="without">Ids of sections to leave out; null for none.</param>
    public static IReadOnlyList<DrawnSection> Drawn(ExperimentResult result, IReadOnlySet<string>? without = null) =>
    [
        .. Sections
            .Where(section => without?.Contains(section.Id) != true)
            .Select(section => (Section: section, Body: section.Draw(result)))
            .Where(drawn => drawn.Body != Html.Empty)
            .Select(drawn => new DrawnSection(drawn.Section, Html.Of($"""
                <section class="of-{drawn.Section.Id}" aria-labelledby="h-{drawn.Section.Id}"><h2 id="h-{drawn.Section.Id}">{drawn.Section.Title}</h2>
                {drawn.Body}
                <details class="basis"><summary>Where these numbers come from</summary><p>{drawn.Section.Basis(result)}</p></details>
                </section>

                """))),
    ];

    /// <summary>Links to the sections.</summary>
    public static Html Contents(IReadOnlyList<DrawnSection> sections) => Html.Of($"""
        <nav aria-label="Sections"><ul class="contents">{Html.Join(sections.Select(section => Html.Of($"""<li><a href="#h-{section.Of.Id}">{section.Of.Title}</a></li>""")))}</ul></nav>
        """);
}
