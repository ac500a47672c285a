namespace Sweep.Client.Watching.Screens;

/// <summary>How many lines each part of an experiment's screen gets: of lists the rows, without title and headings. 0 leaves a part out.</summary>
internal sealed record ExperimentLayout
{
    /// <summary>Columns from which on two parts stand side by side.</summary>
    private const int Wide = 110;

    /// <summary>Title and headings.</summary>
    private const int Head = 2;

    public required int Header { get; init; }

    public int Trials { get; init; }

    public int Devices { get; init; }

    /// <summary>Points of the front that are listed.</summary>
    public int Front { get; init; }

    /// <summary>The picture, axis included.</summary>
    public int Plot { get; init; }

    public int Failures { get; init; }

    /// <summary>Lines below the failures, for all of the chosen one's reason.</summary>
    public int FailureText { get; init; }

    /// <summary>Columns of the picture where it stands beside devices and failures; 0 where it stands below.</summary>
    public int Beside { get; init; }

    public static ExperimentLayout Of(ExperimentScreen screen)
    {
        var (width, height) = (screen.Size.Width, screen.Size.Height);
        var header = (height < 14 ? 2 : 3) + (height >= 10 && ExperimentLines.Remark(screen) is not null ? 1 : 0);
        var body = Math.Max(height - header - 1, 1);
        var plain = new ExperimentLayout { Header = header };
        var hasPlot = PlotLines.HasPicture(screen.Status);
        switch (screen.View)
        {
            case View.Trials:
                return plain with { Trials = Math.Max(body - Head, 1) };
            case View.Devices:
                return plain with { Devices = Math.Max(body - Head, 1) };
            case View.Failures:
                var text = body >= 14 ? 5 : 0;
                return plain with { Failures = Math.Max(body - Head - text, 1), FailureText = text };
            case View.Front:
                var plot = hasPlot && body >= 12 ? body - Head - Math.Clamp(screen.Status!.Front.Count, 3, body / 3) : 0;
                return plain with { Plot = plot, Front = Math.Max(body - Head - plot, 1) };
        }

        if (body < 12)
        {
            return plain with { Trials = Math.Max(body - Head, 1) };
        }

        var workers = screen.Queue?.Workers.Count ?? 1;
        var failed = screen.Status?.Trials.Failed ?? 0;
        if (hasPlot && width >= Wide)
        {
            var band = Math.Clamp(body * 2 / 5, 8, 18);
            var few = failed == 0 ? 0 : Math.Clamp(band - Head - workers - 1, 1, failed);
            return plain with
            {
                Beside = Math.Clamp(width * 2 / 5, 44, 80),
                Plot = band - 1,
                Failures = few,
                Devices = Math.Max(1, band - Head - LinesOf(few)),
                Trials = Math.Max(body - band - Head, 1),
            };
        }

        var devices = Math.Clamp(workers, 1, Math.Max(2, body / 6));
        var failures = Math.Min(failed, body >= 28 ? 3 : 1);
        var left = body - devices - Head - LinesOf(failures);
        var picture = hasPlot && left >= 14 ? Math.Clamp(left * 2 / 5, 6, 14) : 0;
        return plain with
        {
            Devices = devices,
            Failures = failures,
            Plot = picture,
            Trials = Math.Max(left - (picture > 0 ? picture + 1 : 0) - Head, 1),
        };
    }

    /// <summary>Of the failures on the overview.</summary>
    public int FailureLines => LinesOf(Failures);

    /// <summary>One needs no title.</summary>
    private static int LinesOf(int failures) => failures < 2 ? failures : failures + 1;
}
