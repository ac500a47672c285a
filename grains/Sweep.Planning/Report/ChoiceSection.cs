using System.Globalization;

namespace Sweep.Planning.Report;

/// <summary>
/// Which net to take: limits to type or slide, of which the script finds the best net, and a short table of usual answers that stands in the page itself.
/// </summary>
internal static class ChoiceSection
{
    /// <summary>How far from the dense net's accuracy a smaller net still counts as equally good, as a fraction.</summary>
    private const double OnePoint = 0.01;

    private static readonly double[] s_shares = [0.75, 0.5, 0.25];

    private sealed record Answer(string Question, TrialResult Trial);

    /// <returns>Nothing before the first complete trial.</returns>
    public static Html Draw(ExperimentResult result)
    {
        var front = ReportSections.FrontTrials(result);
        if (front.Count == 0)
        {
            return Html.Empty;
        }

        return Html.Of($"""
            {Form(result)}
            <p id="answer" role="status" aria-live="polite"></p>
            <div id="card" class="card" role="region" aria-label="The chosen net" hidden="hidden"></div>
            {Usual(result, front)}
            """);
    }

    /// <summary>Hidden until the script runs, which alone can work it.</summary>
    private static Html Form(ExperimentResult result)
    {
        var limits = ReportColumn.Of(result).Where(column => column.Key is "accuracy" or "parameters" or "flops" or "latency").ToList();
        return Html.Of($"""
            <form id="choose" class="choose" hidden="hidden">
            <p><label for="want">Take the net with</label> <select id="want">{Html.Join(limits.Select(column => Html.Of($"""<option value="{column.Key}">{Wanted(column)}</option>""")))}</select> among those with</p>
            {Html.Join(limits.Select(Limit))}
            <p><button type="reset">No limits</button> <span class="hint">Suffixes are read: 2.5G, 1.2M, 90k, 85 %. Or point at a net anywhere on this page.</span></p>
            </form>
            """);
    }

    private static string Wanted(ReportColumn column) => column.Key switch
    {
        "accuracy" => "the best accuracy on validation",
        "parameters" => "the fewest parameters",
        "flops" => "the fewest FLOPs",
        _ => "the lowest latency",
    };

    private static Html Limit(ReportColumn column)
    {
        var (least, example) = column.Key switch
        {
            "accuracy" => (true, "85 %"),
            "parameters" => (false, "1.2M"),
            "flops" => (false, "2.5G"),
            _ => (false, "3 ms"),
        };
        return Html.Of($"""
            <div class="limit"><label for="limit-{column.Key}">{column.Title.ToLowerInvariant().Replace("flops", "FLOPs", StringComparison.Ordinal)} {(least ? "at least" : "at most")}</label><input id="limit-{column.Key}" data-limit="{column.Key}" data-sense="{(least ? "least" : "most")}" type="text" inputmode="decimal" autocomplete="off" placeholder="any, e.g. {example}" aria-describedby="fault-{column.Key}"/><input data-slide="{column.Key}" type="range" min="0" max="1" aria-label="{column.Title} {(least ? "at least" : "at most")}, net by net of the front"/><span class="fault" id="fault-{column.Key}"></span></div>
            """);
    }

    private static Html Usual(ExperimentResult result, IReadOnlyList<TrialResult> front)
    {
        var rows = Answers(result, front).Select(answer => Html.Of($"""
            <tr data-trial="{answer.Trial.Id}"><th scope="row">{answer.Question}</th><td><a href="#trial={answer.Trial.Id}">{answer.Trial.Id}</a></td><td>{TrialTable.Swatch(answer.Trial.Settings.Method)}{Words.Method(answer.Trial.Settings.Method)}</td>{Number(Words.Percent(answer.Trial.Metrics!.Accuracy))}{Number(Words.Percent(answer.Trial.Metrics.TestAccuracy))}{Number(Words.Count(answer.Trial.Metrics.Parameters))}{Number(Words.Count(answer.Trial.Metrics.Flops))}</tr>
            """));
        return Html.Of($"""
            <h3 id="h-usual">Usual answers</h3>
            <div class="scroll" tabindex="0" role="region" aria-labelledby="h-usual"><table id="usual"><thead><tr><th scope="col">Asked for</th><th scope="col">Trial</th><th scope="col">Method</th><th scope="col" class="num">Accuracy</th><th scope="col" class="num">Test</th><th scope="col" class="num">Parameters</th><th scope="col" class="num">FLOPs</th></tr></thead>
            <tbody>{Html.Join(rows)}</tbody></table></div>
            <p class="note"><code>sweep export {result.Experiment} TRIAL --format all</code> writes the weights, the ONNX file and the proof of any of them.</p>
            """);
    }

    private static List<Answer> Answers(ExperimentResult result, IReadOnlyList<TrialResult> front)
    {
        List<Answer> answers = [new("the best accuracy", front.MaxBy(trial => trial.Metrics!.Accuracy)!)];
        var plane = ParetoFront.Of(front, trial => [trial.Metrics!.Accuracy, trial.Metrics.Parameters], [Goal.Maximize, Goal.Minimize]);
        if (KneePoint.Of(plane, trial => trial.Metrics!.Parameters, trial => trial.Metrics!.Accuracy) is { } knee)
        {
            answers.Add(new("the knee: farthest above the line between the ends, by parameters", knee));
        }

        if (result.Dense is { } dense)
        {
            if (front.Where(trial => trial.Metrics!.Accuracy >= dense.Accuracy - OnePoint).MinBy(trial => trial.Metrics!.Parameters) is { } lean)
            {
                answers.Add(new($"the fewest parameters within one point of the dense net ({Words.Percent(dense.Accuracy - OnePoint)})", lean));
            }

            foreach (var share in s_shares)
            {
                Add(share, "parameters", dense.Parameters, metrics => metrics.Parameters);
                Add(share, "FLOPs", dense.Flops, metrics => metrics.Flops);
            }
        }

        return answers;

        void Add(double share, string name, long whole, Func<TrialMetrics, long> cost)
        {
            var limit = (long)(share * whole);
            if (front.Where(trial => cost(trial.Metrics!) <= limit).MaxBy(trial => trial.Metrics!.Accuracy) is { } best)
            {
                answers.Add(new(string.Create(CultureInfo.InvariantCulture, $"the best accuracy with {share * 100:0} % of the dense net's {name} ({Words.Short(limit)})"), best));
            }
        }
    }

    private static Html Number(string text) => Html.Of($"""<td class="num">{text}</td>""");
}
