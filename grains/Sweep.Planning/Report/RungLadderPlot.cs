using System.Globalization;
using System.Text;

namespace Sweep.Planning.Report;

/// <summary>
/// How far each trial went: one column a trial in the order of their proposal, one row a rung, the first at the bottom. A column of many trials has in each
/// row the shares of what became of them.
/// </summary>
internal sealed class RungLadderPlot
{
    private const double Width = 1120;
    private const double Left = 96;
    private const double Right = 12;
    private const double Top = 10;
    private const double Bottom = 34;
    private const double RowHeight = 34;
    private const double Gap = 3;

    /// <summary>More columns would be narrower than four units of the picture.</summary>
    private const int MostColumns = 250;

    private static readonly string[] s_fates = ["on", "end", "stopped", "waiting"];

    private readonly IReadOnlyList<TrialResult> _trials;
    private readonly IReadOnlyList<RungTally> _rungs;
    private readonly int _group;
    private readonly double _step;

    private RungLadderPlot(IReadOnlyList<TrialResult> trials, IReadOnlyList<RungTally> rungs)
    {
        (_trials, _rungs) = (trials, rungs);
        _group = (trials.Count + MostColumns - 1) / MostColumns;
        _step = Math.Min(26, (Width - Left - Right) / Columns);
    }

    private int Columns => (_trials.Count + _group - 1) / _group;

    private double Floor => Top + _rungs.Count * RowHeight;

    /// <returns>Nothing without rungs.</returns>
    public static Html Draw(ExperimentResult result, IReadOnlyList<RungTally> rungs) =>
        Html.If(rungs.Count > 1, () => new RungLadderPlot(result.Trials, rungs).Draw(result));

    private Html Draw(ExperimentResult result)
    {
        var front = result.Front.ToHashSet(StringComparer.Ordinal);
        var last = result.Trials[^1].Id;
        return Html.Of($"""
            <ul class="legend ladderkey">{Key("on", "went on")}{Key("end", "trained to its end")}{Key("stopped", "stopped there")}{Html.If(_rungs.Any(rung => rung.Waiting > 0), () => Key("waiting", "waits there"))}<li class="hint">{(_group == 1 ? "a column a trial, in the order of proposal" : FormattableString.Invariant($"a column for {_group} trials in the order of proposal, and in it their shares"))}</li></ul>
            <figure class="scroll" tabindex="0" role="region" aria-label="Rungs, trial by trial"><svg class="plot ladder" viewBox="0 0 {Width} {Floor + Bottom}" role="group" aria-label="Rungs that {Words.Plural(_trials.Count, "trial")} reached; the table below has the counts"{Html.If(_group > 1, () => Html.Of($" data-group=\"{FormattableString.Invariant($"{Left},{_step:R},{_group},{Top},{Floor}")}\""))}>
            {Html.Join(_rungs.Select(DrawRow))}{Html.Join(s_fates.Select(DrawFate))}
            <line class="axis" x1="{Left}" x2="{Left + Columns * _step}" y1="{Floor}" y2="{Floor}"/><text class="tick" x="{Left}" y="{Floor + 20}">{result.Trials[0].Id}</text>{Html.If(Columns * _step > 120, () => Html.Of($"""<text class="tick" x="{Left + Columns * _step}" y="{Floor + 20}" text-anchor="end">{last}</text>"""))}
            {Html.If(_group == 1, () => Html.Join(_trials.Select((trial, i) => DrawColumn(trial, i, front.Contains(trial.Id)))))}</svg></figure>
            """);
    }

    private static Html Key(string fate, string text) =>
        Html.Of($"""<li><svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect class="fate {fate}" width="10" height="10"/></svg>{text}</li>""");

    private Html DrawRow(RungTally rung, int row) => Html.Of($"""
        <text class="tick" x="{Left - 10}" y="{RowFloor(row) - RowHeight / 2 + 5}" text-anchor="end">{Words.Plural(rung.Epochs, "epoch")}</text><line class="grid" x1="{Left}" x2="{Left + Columns * _step}" y1="{RowFloor(row)}" y2="{RowFloor(row)}"/>
        """);

    private double RowFloor(int row) => Floor - row * RowHeight;

    /// <summary>Every cell of one fate as one path: a hundred thousand trials take no more room than five hundred.</summary>
    private Html DrawFate(string fate)
    {
        var path = new StringBuilder();
        for (var column = 0; column < Columns; column++)
        {
            var trials = _trials.Skip(column * _group).Take(_group).ToList();
            for (var row = 0; row < _rungs.Count; row++)
            {
                var epochs = _rungs[row].Epochs;
                var fates = trials.Select(trial => FateAt(trial, epochs)).OfType<string>().ToList();
                var below = s_fates.TakeWhile(other => other != fate).Sum(other => fates.Count(own => own == other));
                var own = fates.Count(other => other == fate);
                if (own > 0)
                {
                    var unit = (RowHeight - Gap) / trials.Count;
                    path.Append(CultureInfo.InvariantCulture,
                        $"M{Left + column * _step:0.##} {RowFloor(row) - below * unit:0.##}h{Math.Max(1, _step - Math.Min(1.5, _step / 5)):0.##}v{-own * unit:0.##}h{-Math.Max(1, _step - Math.Min(1.5, _step / 5)):0.##}z");
                }
            }
        }

        return Html.If(path.Length > 0, () => Html.Of($"""<path class="fate {fate}" d="{path.ToString()}"/>"""));
    }

    /// <returns>Null where the trial was not measured after so many epochs.</returns>
    private static string? FateAt(TrialResult trial, int epochs) => trial.Rungs?.FirstOrDefault(rung => rung.Epochs == epochs) is not { } reached ? null
        : reached.Verdict switch
        {
            TrialVerdict.Continue => "on",
            TrialVerdict.Stop => "stopped",
            TrialVerdict.Wait => "waiting",
            _ => "end",
        };

    /// <summary>What is pointed at, over all rungs, and a mark below the front.</summary>
    private Html DrawColumn(TrialResult trial, int column, bool front) => Html.Of($"""
        <rect class="hit" data-trial="{trial.Id}" x="{Left + column * _step}" y="{Top}" width="{_step}" height="{Floor - Top}"><title>{DecisionWords.Course(trial)}</title></rect>{Html.If(front, () => Html.Of($"""<circle class="onfront" cx="{Left + column * _step + (_step - 1) / 2}" cy="{Floor + 5}" r="{Math.Min(2.5, _step / 2)}"/>"""))}
        """);
}
