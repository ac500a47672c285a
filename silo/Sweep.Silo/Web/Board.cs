using System.Collections.Concurrent;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Planning.Report;
using Sweep.Silo.Http;

namespace Sweep.Silo.Web;

/// <summary>
/// What pages know, asked for once for all browsers: an experiment at most once a second, and its whole result, which takes seconds at a hundred thousand
/// trials, at most for a twentieth of the time.
/// </summary>
internal sealed class Board(ISweepApi sweep, TimeProvider time)
{
    private const int MostKept = 512;

    /// <summary>Sections of the report that the page draws by itself, from less than the whole result, or that need the script of the report.</summary>
    private static readonly HashSet<string> s_drawnElsewhere = ["front", "choice", "failures", "trials", "export", "provenance"];

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly Recall<string, IReadOnlyList<ExperimentStatus>> _lists = new(time, s_second, 10, 1);
    private readonly Recall<string, QueueStatus> _queues = new(time, s_second, 10, 1);
    private readonly Recall<string, Sight> _sights = new(time, s_second, 10, MostKept);
    private readonly Recall<(string, string, TrialQuery), TrialPage> _pages = new(time, s_second, 10, MostKept);
    private readonly Recall<(string, string, string), TrialDetail> _trials = new(time, s_second, 10, MostKept);
    private readonly Recall<string, SweepSpec> _specs = new(time, TimeSpan.FromSeconds(10), 10, MostKept);
    private readonly Recall<string, Analysis> _analyses = new(time, TimeSpan.FromSeconds(5), 20, 32);
    private readonly ConcurrentDictionary<string, Pace> _paces = new(StringComparer.Ordinal);

    public DateTimeOffset Now => time.GetUtcNow();

    public async Task<IReadOnlyList<Sight>> List(CancellationToken cancellationToken) =>
        [.. (await _lists.Get("", () => sweep.List(CancellationToken.None), cancellationToken)).Select(See)];

    public Task<QueueStatus> Queue(CancellationToken cancellationToken) => _queues.Get("", () => sweep.GetQueue(CancellationToken.None), cancellationToken);

    /// <exception cref="ExperimentNotFoundException"/>
    public Task<Sight> Look(string name, CancellationToken cancellationToken)
    {
        ExperimentNames.Check(name);
        return _sights.Get(name, async () => See(await sweep.GetStatus(name, CancellationToken.None)), cancellationToken);
    }

    /// <param name="sight">Of the experiment; the answer is no older.</param>
    /// <param name="query">Which trials.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ExperimentNotFoundException"/>
    public Task<TrialPage> Find(Sight sight, TrialQuery query, CancellationToken cancellationToken) => _pages.Get(
        (sight.Status.Name, sight.Versions[Sight.Trials], query), () => sweep.FindTrials(sight.Status.Name, query, CancellationToken.None), cancellationToken);

    /// <exception cref="ExperimentNotFoundException"/>
    public Task<SweepSpec> Spec(string name, CancellationToken cancellationToken) =>
        _specs.Get(name, () => sweep.GetSpec(name, CancellationToken.None), cancellationToken);

    /// <param name="sight">Of the experiment; the answer is no older.</param>
    /// <param name="trial">Its id.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ExperimentNotFoundException"/>
    /// <exception cref="TrialNotFoundException"/>
    public Task<TrialDetail> Trial(Sight sight, string trial, CancellationToken cancellationToken) => _trials.Get(
        (sight.Status.Name, sight.Versions[Sight.Trial], trial), () => sweep.GetTrial(sight.Status.Name, trial, CancellationToken.None), cancellationToken);

    /// <summary>The sections of the report that need the whole result, as they were when it was last asked for.</summary>
    /// <exception cref="ExperimentNotFoundException"/>
    public Task<Analysis> Analyse(string name, CancellationToken cancellationToken) => _analyses.Get(name, async () =>
    {
        var version = (await Look(name, CancellationToken.None)).Versions[Sight.Analysis];
        var result = await sweep.WithCurves(await sweep.GetResult(name, CancellationToken.None), CancellationToken.None);
        return new Analysis(version, Html.Join(ReportOutline.Drawn(result, s_drawnElsewhere).Select(section => section.Markup)));
    }, cancellationToken);

    /// <summary>The whole report, for a download.</summary>
    /// <exception cref="ExperimentNotFoundException"/>
    public async Task<string> Report(string name, CancellationToken cancellationToken)
    {
        ExperimentNames.Check(name);
        return HtmlReport.Write(await sweep.WithCurves(await sweep.GetResult(name, cancellationToken), cancellationToken));
    }

    /// <summary>Somebody has ordered something: what was known of the experiment is old.</summary>
    public void Changed(string name)
    {
        _sights.Drop(name);
        _lists.Drop("");
    }

    private Sight See(ExperimentStatus status)
    {
        if (_paces.Count >= MostKept)
        {
            _paces.Clear();
        }

        return new Sight(status, _paces.GetOrAdd(status.Name, _ => new Pace()).Observe(status, Now));
    }
}

/// <param name="Version">Of <see cref="Sight.Analysis"/> when the result was asked for.</param>
/// <param name="Sections">One after another.</param>
internal sealed record Analysis(string Version, Html Sections);
