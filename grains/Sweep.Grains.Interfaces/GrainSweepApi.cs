using Orleans;
using Sweep.Planning;

namespace Sweep.Grains;

/// <summary>The application interface, over grains.</summary>
public sealed class GrainSweepApi(IGrainFactory grains) : ISweepApi
{
    public Task<ExperimentStatus> Submit(SweepSpec spec, CancellationToken cancellationToken) => Experiment(spec.Name).Submit(spec);

    public async Task<IReadOnlyList<ExperimentStatus>> List(CancellationToken cancellationToken)
    {
        var names = await grains.GetGrain<IExperimentCatalogGrain>(IExperimentCatalogGrain.Key).List();
        var statuses = await Task.WhenAll(names.Select(name => Experiment(name).GetStatus()));
        return [.. statuses.OfType<ExperimentStatus>()];
    }

    public async Task<ExperimentStatus> GetStatus(string experiment, CancellationToken cancellationToken)
    {
        var queue = GetQueue(cancellationToken);
        var status = await Experiment(experiment).GetStatus() ?? throw ExperimentNotFoundException.Named(experiment);
        return WithProgress(status, await queue);
    }

    public Task<TrialPage> ListTrials(string experiment, int offset, int limit, CancellationToken cancellationToken) =>
        Experiment(experiment).ListTrials(offset, limit);

    public Task<ExperimentResult> GetResult(string experiment, CancellationToken cancellationToken) => Experiment(experiment).GetResult();

    public Task Pause(string experiment, CancellationToken cancellationToken) => Experiment(experiment).Pause();

    public Task Resume(string experiment, CancellationToken cancellationToken) => Experiment(experiment).Resume();

    public Task Cancel(string experiment, CancellationToken cancellationToken) => Experiment(experiment).Cancel();

    public Task<QueueStatus> GetQueue(CancellationToken cancellationToken) =>
        grains.GetGrain<IWorkQueueGrain>(IWorkQueueGrain.DefaultPool).GetStatus();

    private IExperimentGrain Experiment(string name) => grains.GetGrain<IExperimentGrain>(name);

    /// <summary>The experiment knows which of its stages are open; the queue knows how far each has come.</summary>
    private static ExperimentStatus WithProgress(ExperimentStatus status, QueueStatus queue)
    {
        var open = status.Running.Select(stage => stage.Stage).ToHashSet();
        var running = queue.Workers.Select(worker => worker.Running).OfType<RunningStage>().Where(stage => open.Contains(stage.Stage)).ToList();
        return status with { Running = running, EpochsDone = status.EpochsDone + running.Sum(stage => stage.EpochsDone) };
    }
}
