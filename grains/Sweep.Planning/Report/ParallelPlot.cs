using System.Globalization;

namespace Sweep.Planning.Report;

/// <summary>
/// Every complete trial as one line over the settings that differ and the objectives, as an SVG of its own: the front strong, the others
/// faint. A line starts where its trial's first setting is; settings that a trial does not have are passed below the axis.
/// </summary>
internal sealed class ParallelPlot
{
    private const double Width = 1120;
    private const double Height = 380;
    private const double Left = 56;
    private const double Right = 64;
    private const double Top = 44;
    private const double Bottom = 46;

    /// <summary>More lines are a grey area, and a large file.</summary>
    private const int MostLines = 400;

    private readonly IReadOnlyList<Axis> _axes;
    private readonly IReadOnlyList<TrialResult> _trials;
    private readonly HashSet<string> _front;
    private readonly int _complete;

    private ParallelPlot(IReadOnlyList<Axis> axes, IReadOnlyList<TrialResult> trials, HashSet<string> front, int complete) =>
        (_axes, _trials, _front, _complete) = (axes, trials, front, complete);

    /// <returns>Nothing where fewer than two trials are complete.</returns>
    public static Html Draw(ExperimentResult result)
    {
        var complete = result.Trials.Where(trial => trial.Metrics is not null).ToList();
        if (complete.Count < 2)
        {
            return Html.Empty;
        }

        var axes = TrialAxis.Settings(complete).Concat(TrialAxis.Metrics(result.Objectives)).ToList();
        var gap = (Width - Left - Right) / Math.Max(1, axes.Count - 1);
        var front = result.Front.ToHashSet(StringComparer.Ordinal);
        var placed = axes.Select((axis, i) => new Axis(axis, complete, Left + gap * i)).ToList();
        return new ParallelPlot(placed, Shown(complete, front), front, complete.Count).Draw();
    }

    /// <summary>The front, and others at even distances: their order is that in which they were proposed.</summary>
    private static List<TrialResult> Shown(List<TrialResult> complete, HashSet<string> front)
    {
        var others = complete.Where(trial => !front.Contains(trial.Id)).ToList();
        var drawn = ReportDetail.Evenly(complete.FindAll(trial => front.Contains(trial.Id)), MostLines / 2);
        var room = MostLines - drawn.Count;
        var step = Math.Max(1, (double)others.Count / Math.Max(1, room));
        return
        [
            .. Enumerable.Range(0, Math.Min(others.Count, room)).Select(i => others[(int)(i * step)]),
            .. drawn,
        ];
    }

    private Html Draw() => Html.Of($"""
        <div class="scroll" tabindex="0" role="region" aria-label="Settings and objectives, trial by trial"><svg class="plot parallel" viewBox="0 0 {Width} {Height}" role="group" aria-label="Settings and objectives of {Words.Plural(_trials.Count, "trial")}, {_trials.Count(trial => _front.Contains(trial.Id))} of them on the front">
        {Html.Join(_trials.Select(DrawLine))}{Html.Join(_axes.Select(axis => axis.Draw()))}</svg></div>
        {Html.If(_trials.Count < _complete, () => Html.Of($"""<p class="note">{_trials.Count} of {Words.Count(_complete)} complete trials are drawn: {(_trials.Count(trial => _front.Contains(trial.Id)) is var drawn && drawn == _front.Count ? "the front" : FormattableString.Invariant($"{drawn} of the front"))} and others at even distances.</p>"""))}
        """);

    private Html DrawLine(TrialResult trial)
    {
        var points = string.Join(' ', _axes.Select(axis => FormattableString.Invariant($"{axis.X:0.#},{axis.At(trial):0.#}")));
        var front = _front.Contains(trial.Id);
        return Html.Of($"""
            <polyline class="pl {Words.Method(trial.Settings.Method)}{(front ? " front" : "")}" points="{points}" data-trial="{trial.Id}"><title>{trial.Id}: {(front || _trials.Count < MostLines ? Words.Settings(trial.Settings) + ", " : "")}{Words.Percent(trial.Metrics!.Accuracy)}</title></polyline>
            """);
    }

    /// <summary>One vertical axis.</summary>
    private sealed class Axis
    {
        private readonly TrialAxis _axis;
        private readonly double _low;
        private readonly double _high;
        private readonly bool _log;
        private readonly bool _partial;

        public Axis(TrialAxis axis, IReadOnlyList<TrialResult> trials, double x)
        {
            (_axis, X) = (axis, x);
            var values = trials.Select(axis.Of).ToList();
            var known = values.OfType<double>().Where(double.IsFinite).DefaultIfEmpty(0).ToList();
            (_low, _high, _partial) = (known.Min(), known.Max(), values.Any(value => value is null));
            _log = axis.Words is null && _low > 0 && _high / _low >= 30;
        }

        public double X { get; }

        private double Floor => Height - Bottom - (_partial ? 18 : 0);

        public double At(TrialResult trial) => _axis.Of(trial) is { } value && double.IsFinite(value) ? At(value) : Height - Bottom;

        public Html Draw()
        {
            var ticks = _axis.Words is { } words
                ? words.Select((word, place) => Tick(place, word))
                : Ticks().Select(value => Tick(value, Text(value)));
            return Html.Of($"""
                <g aria-hidden="true" data-axis="{_axis.Name}" data-at="{X}" data-up="{FormattableString.Invariant($"{_low:R},{_high:R},{Floor},{Top},{Height - Bottom}")}"{Html.If(_log, () => new Html(" data-log=\"1\""))}{Html.If(_axis.Words is not null, () => Html.Of($" data-words=\"{string.Join(',', _axis.Words!)}\""))}><line class="axis" x1="{X}" x2="{X}" y1="{Top}" y2="{Floor}"/>{Html.Join(ticks)}{Html.If(_partial, () => Html.Of($"""<text class="tick" x="{X + 6}" y="{Height - Bottom + 4}">none</text>"""))}
                <text class="axisname" x="{X}" y="{Top - 20}" text-anchor="middle">{_axis.Name}</text></g>
                """);
        }

        private double At(double value)
        {
            var share = _high <= _low ? 0.5 : _log ? Math.Log(value / _low) / Math.Log(_high / _low) : (value - _low) / (_high - _low);
            return Floor - Math.Clamp(share, 0, 1) * (Floor - Top);
        }

        private IEnumerable<double> Ticks() => _high <= _low ? [_low]
            : Enumerable.Range(0, 5).Select(i => _log ? _low * Math.Pow(_high / _low, i / 4.0) : _low + (_high - _low) * i / 4);

        private Html Tick(double value, string text) => Html.Of($"""
            <line class="tickmark" x1="{X - 4}" x2="{X}" y1="{At(value)}" y2="{At(value)}"/><text class="tick halo-text" x="{X + 6}" y="{At(value) + 4}">{text}</text>
            """);

        private string Text(double value) => Math.Abs(value) >= 1000 ? Words.Short(value)
            : Math.Abs(value) is > 0 and < 1e-3 ? value.ToString("0.#e-0", CultureInfo.InvariantCulture)
            : value.ToString("0.###", CultureInfo.InvariantCulture);
    }
}
