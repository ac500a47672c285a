namespace Sweep.Planning.Report;

/// <summary>How the search decided: who proposed trials and why, what became of them at each rung, and why the experiment ended.</summary>
internal static class DecisionSection
{
    /// <summary>Rows that are listed to be read.</summary>
    private const int MostRows = 120;

    private const int MostKinds = 12;

    /// <returns>Nothing for a whole grid, about which nothing was decided.</returns>
    public static Html Draw(ExperimentResult result)
    {
        var rungs = RungTally.Of(result.Trials);
        if (rungs.Count == 0 && result.Reason is null && result.Search?.Algorithm is null or SearchAlgorithm.Grid && !result.Trials.Any(trial => trial.StopReason is not null))
        {
            return Html.Empty;
        }

        return Html.Of($"""
            {Html.If(result.Search is not null, () => Html.Of($"<p><strong>Search.</strong> {DecisionWords.Search(result.Search!, result.Trials.Count)}.</p>"))}
            {Kinds(result)}
            {Html.If(result.Stopping is not null, () => Html.Of($"<p><strong>Stopping.</strong> {DecisionWords.Stopping(result.Stopping!)}{Plateau(result.Stopping!)}</p>"))}
            {Html.If(result.Reason is not null, () => Html.Of($"""<p class="endreason"><strong>The experiment ended before its last trial:</strong> {result.Reason}.</p>"""))}
            {RungLadderPlot.Draw(result, rungs)}{Rungs(rungs)}{Trials(result)}
            """);
    }

    private static string Plateau(StoppingSpec stopping) => stopping.Plateau is not { } plateau ? ""
        : FormattableString.Invariant($" The experiment ends when the last {plateau.Trials} complete trials together bring less than {plateau.Gain} of hypervolume.");

    private static Html Kinds(ExperimentResult result)
    {
        var kinds = ReasonKind.Of(result.Trials);
        var rows = kinds.OrderByDescending(kind => kind.Count).Take(MostKinds).Select(kind => Html.Of(
            $"""<tr data-trial="{kind.Trial}"><td class="num">{kind.Count}</td><td class="wrap">{kind.Example}</td><td>{kind.Trial}</td></tr>"""));
        return Html.If(kinds.Count > 0, () => Html.Of($"""
            <div class="scroll" tabindex="0" role="region" aria-label="Why trials were proposed"><table><thead><tr><th scope="col" class="num">Trials</th><th scope="col">Proposed because, for example</th><th scope="col">Of</th></tr></thead><tbody>{Html.Join(rows)}</tbody></table></div>
            """));
    }

    private static Html Rungs(IReadOnlyList<RungTally> rungs)
    {
        var waits = rungs.Any(rung => rung.Waiting > 0);
        var ends = rungs.Any(rung => rung.Ended > 0);
        Html Head(string text) => Html.Of($"""<th scope="col" class="num">{text}</th>""");
        Html Cell(int count) => Html.Of($"""<td class="num">{(count == 0 ? "–" : Words.Count(count))}</td>""");
        return Html.If(rungs.Count > 0, () => Html.Of($"""
            <div class="scroll" tabindex="0" role="region" aria-label="Rungs"><table id="rungs"><thead><tr><th scope="col">After</th>{Head("Came")}{Head("Went on")}{Head("Stopped")}{Html.If(waits, () => Head("Waiting"))}{Html.If(ends, () => Head("At their end"))}<th scope="col">The decision among most</th></tr></thead>
            <tbody>{Html.Join(rungs.Select(rung => Html.Of($"""
                <tr><th scope="row">{Words.Plural(rung.Epochs, "epoch")}</th>{Cell(rung.Came)}{Cell(rung.WentOn)}{Cell(rung.Stopped)}{Html.If(waits, () => Cell(rung.Waiting))}{Html.If(ends, () => Cell(rung.Ended))}<td class="wrap">{rung.Latest ?? "–"}</td></tr>
                """)))}</tbody></table></div>
            """));
    }

    private static Html Trials(ExperimentResult result)
    {
        var trials = ReportDetail.Shown(result, MostRows);
        return Html.Of($"""
            <details><summary>Why each trial was proposed, and what was decided on it</summary><div class="scroll" tabindex="0" role="region" aria-label="Decisions on trials"><table id="decisions"><thead><tr><th scope="col">Trial</th><th scope="col">State</th><th scope="col">Proposed because</th><th scope="col">Decisions</th></tr></thead>
            <tbody>{Html.Join(trials.Select(DrawRow))}</tbody></table></div>{ReportDetail.Note(result, trials.Count, "are listed")}</details>
            """);
    }

    private static Html DrawRow(TrialResult trial) => Html.Of($"""
        <tr data-trial="{trial.Id}"><th scope="row">{trial.Id}</th><td class="state {trial.State.ToString()}">{trial.State.ToString()}</td><td class="wrap">{trial.Reason ?? "–"}</td><td class="wrap">{Html.Join(Lines(trial).Select((line, i) => Html.Of($"{(i == 0 ? Html.Empty : new Html("<br>"))}{line}")))}</td></tr>
        """);

    private static IEnumerable<string> Lines(TrialResult trial) => DecisionWords.Course(trial).Split('\n').Skip(1);
}
