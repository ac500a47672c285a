namespace Sweep.Planning.Report;

/// <summary>One section of the report, told by its place among the others.</summary>
/// <param name="Id">After <c>h-</c>, the id of its heading: what a link names.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Draw">What stands under the heading. Where that is <see cref="Html.Empty"/>, the section is left out.</param>
internal sealed record ReportSection(string Id, string Title, Func<ExperimentResult, Html> Draw);

/// <summary>What the report consists of, in the order of reading. A new section is a line here.</summary>
internal static class ReportOutline
{
    public static IReadOnlyList<ReportSection> Sections { get; } =
    [
        new("front", "The front", result => ReportSections.Plots(ReportDetail.Of(result))),
        new("failures", "Failures", ReportSections.Failures),
        new("seeds", "Over the seeds", SummaryTable.Draw),
        new("trials", "Trials", TrialTable.Draw),
        new("shapes", "What is left of each net", ReportSections.Shapes),
        new("settings", "Settings and what came of them", ParallelPlot.Draw),
        new("importance", "Which setting matters", ImportanceBars.Draw),
        new("decisions", "How the search decided", DecisionSection.Draw),
        new("growth", "How the front grew", GrowthPlot.Draw),
        new("timeline", "Which worker ran what when", TimelinePlot.Draw),
        new("sharing", "What sharing saved", ReportSections.Sharing),
        new("provenance", "Provenance", ReportSections.Provenance),
    ];

    /// <summary>The sections that have something to say.</summary>
    public static Html Draw(ExperimentResult result) => Html.Join(Sections
        .Select(section => (Section: section, Body: section.Draw(result)))
        .Where(drawn => drawn.Body != Html.Empty)
        .Select(drawn => Html.Of($"""
            <section class="of-{drawn.Section.Id}" aria-labelledby="h-{drawn.Section.Id}"><h2 id="h-{drawn.Section.Id}">{drawn.Section.Title}</h2>
            {drawn.Body}
            </section>

            """)));
}
