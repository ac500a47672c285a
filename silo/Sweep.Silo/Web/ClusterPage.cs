using Microsoft.AspNetCore.Http;
using Sweep.Grains;
using Sweep.Planning.Report;

namespace Sweep.Silo.Web;

/// <summary>Silos, their devices and what each runs; what waits, and for whom.</summary>
internal static class ClusterPage
{
    public const string Workers = "workers";
    public const string Queue = "queue";

    private const int MostExperiments = 100;

    /// <summary>A worker that has not called for so long is worth a word.</summary>
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(15);

    public static async Task<IResult> Get(HttpContext context, Board board, CancellationToken cancellationToken)
    {
        var queue = await board.Queue(cancellationToken);
        return Layout.Page("Cluster", Html.Of($"<h1>Cluster</h1>{Part(Workers, queue)!.Value}{Part(Queue, queue)!.Value}"), Visitor.Of(context), "/events");
    }

    /// <returns>Null where there is no such part.</returns>
    public static Html? Part(string name, QueueStatus queue) => name switch
    {
        Workers => Layout.Part(Workers, VersionOf(name, queue), "/parts/workers", Silos(queue)),
        Queue => Layout.Part(Queue, VersionOf(name, queue), "/parts/queue", Waiting(queue)),
        _ => null,
    };

    public static string VersionOf(string name, QueueStatus queue) => name == Workers
        ? Sight.Of(queue.Workers.Select(worker => worker with { Silence = worker.Silence > s_quiet ? s_quiet : TimeSpan.Zero }))
        : Sight.Of(queue.Depth, queue.Experiments);

    private static Html Silos(QueueStatus queue)
    {
        var silos = queue.Workers.GroupBy(worker => worker.Silo).OrderBy(silo => silo.Key, StringComparer.Ordinal).ToList();
        var (busy, draining) = (queue.Workers.Count(worker => worker.Running is not null), queue.Workers.Count(worker => !worker.AcceptsWork));
        return Html.Of($"""
            <p class="summary" data-say>{busy} of {Words.Plural(queue.Workers.Count, "worker")} busy on {Words.Plural(silos.Count, "silo")}{(draining > 0 ? $" · {draining} take no more work" : "")}</p>
            {Html.If(silos.Count == 0, () => new Html("<p class=\"empty\">No worker has called. A silo of the role worker brings them.</p>"))}
            {Html.Join(silos.Select(silo => Html.Of($"""
                <section aria-label="Silo {silo.Key}"><h2>{silo.Key}</h2><div class="scroll" tabindex="0" role="region" aria-label="Workers of {silo.Key}"><table class="rows"><thead><tr><th scope="col">Worker</th><th scope="col">Device</th><th scope="col" class="num">Threads</th><th scope="col">Runs</th><th scope="col">For</th><th scope="col">Epochs</th><th scope="col" class="num">Loss</th><th scope="col">Memory</th><th scope="col">Last call</th></tr></thead>
                <tbody>{Html.Join(silo.Select(Row))}</tbody></table></div></section>
                """)))}
            """);
    }

    private static Html Row(WorkerStatus worker)
    {
        var running = worker.Running;
        return Html.Of($"""
            <tr data-key="{worker.Worker}"><th scope="row">{Marks.Slot(worker.Worker)}</th><td>{worker.Device}{Html.If(worker.DeviceModel is not null, () => Html.Of($" <small>{worker.DeviceModel}</small>"))}</td><td class="num">{worker.Threads}</td><td>{(running is null ? new Html("<span class=\"hint\">idle</span>") : Marks.Stage(running.Stage))}{Html.If(!worker.AcceptsWork, () => new Html(" <small>takes no more work</small>"))}</td><td>{Html.If(worker.Experiment is not null, () => Html.Of($"""<a href="{Marks.PathOf(worker.Experiment!)}">{worker.Experiment}</a>"""))}</td><td class="progress">{Html.If(running is { Epochs: > 0 }, () => Html.Of($"""{Marks.Progress(running!.EpochsDone / running.Epochs, "Epochs")}<small>{Marks.Epochs(running.EpochsDone, running.Epochs)}</small>"""))}</td><td class="num">{(running?.Loss is { } loss ? loss.ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture) : "–")}</td><td class="progress">{Memory(worker)}</td><td class="{(worker.Silence > s_quiet ? "bad" : "hint")}">{(worker.Silence > s_quiet ? Words.Duration(worker.Silence) + " ago" : "now")}</td></tr>

            """);
    }

    private static Html Memory(WorkerStatus worker) => worker switch
    {
        { PeakMemory: { } peak, DeviceMemory: { } all and > 0 } => Html.Of($"""{Marks.Progress(peak / (double)all, "Memory")}<small>{Marks.Bytes(peak)} of {Marks.Bytes(all)}</small>"""),
        { PeakMemory: { } peak } => Html.Of($"{Marks.Bytes(peak)}"),
        { DeviceMemory: { } all } => Html.Of($"""<small>of {Marks.Bytes(all)}</small>"""),
        _ => new Html("–"),
    };

    private static Html Waiting(QueueStatus queue)
    {
        var most = queue.Experiments.Select(experiment => experiment.Waiting).DefaultIfEmpty(0).Max();
        return Html.Of($"""
            <section aria-labelledby="h-queue"><h2 id="h-queue">The queue</h2>
            <p class="summary">{(queue.Depth == 0 ? "Nothing waits for a worker." : $"{Words.Plural(queue.Depth, "stage")} wait{(queue.Depth == 1 ? "s" : "")} for a worker{(queue.OldestAge is { } age ? $", the oldest for {Words.Duration(age)}" : "")}.")}</p>
            {Html.If(queue.Experiments.Count > 0, () => Html.Of($"""
                <div class="scroll" tabindex="0" role="region" aria-label="Experiments in the queue"><table class="rows"><thead><tr><th scope="col">Experiment</th><th scope="col">Waiting stages</th><th scope="col" class="num">Running</th><th scope="col" class="num">Priority</th><th scope="col" class="num">Share</th></tr></thead>
                <tbody>{Html.Join(queue.Experiments.Take(MostExperiments).Select(experiment => Html.Of($"""
                    <tr data-key="{experiment.Experiment}"><th scope="row"><a href="{Marks.PathOf(experiment.Experiment)}">{experiment.Experiment}</a></th><td class="progress">{Marks.Progress(most > 0 ? experiment.Waiting / (double)most : 0, "Waiting stages")}<small>{Words.Count(experiment.Waiting)}</small></td><td class="num">{experiment.Running}</td><td class="num">{experiment.Priority}</td><td class="num">{experiment.Weight}</td></tr>

                    """)))}</tbody></table></div>
                {Html.If(queue.Experiments.Count > MostExperiments, () => Html.Of($"""<p class="note">And {queue.Experiments.Count - MostExperiments} more.</p>"""))}
                """))}
            </section>
            """);
    }
}
