using Orleans;
using Sweep.Planning;

namespace Sweep.Grains;

/// <summary>The application interface, over grains.</summary>
public sealed class GrainSweepApi(IGrainFactory grains) : ISweepApi
{
    /// <remarks>Checked here, where the exception still carries its faults: no grain sees a spec that breaks rules.</remarks>
    public async Task<ExperimentStatus> Submit(SweepSpec spec, CancellationToken cancellationToken)
    {
        SweepSpecValidator.Validate(spec);
        return await Experiment(spec.Name).Submit(spec);
    }

    public async Task<IReadOnlyList<ExperimentStatus>> List(CancellationToken cancellationToken)
    {
        var names = await grains.GetGrain<IExperimentCatalogGrain>(IExperimentCatalogGrain.Key).List();
        var statuses = await Task.WhenAll(names.Select(name => Experiment(name).GetStatus()));
        return [.. statuses.OfType<ExperimentStatus>()];
    }

    public async Task<ExperimentStatus> GetStatus(string experiment, CancellationToken cancellationToken) =>
        await Experiment(experiment).GetStatus() ?? throw ExperimentNotFoundException.Named(experiment);

    public Task<TrialPage> ListTrials(string experiment, int offset, int limit, CancellationToken cancellationToken) =>
        Experiment(experiment).ListTrials(offset, limit);

    public Task<ExperimentResult> GetResult(string experiment, CancellationToken cancellationToken) => Experiment(experiment).GetResult();

    public Task Pause(string experiment, CancellationToken cancellationToken) => Experiment(experiment).Pause();

    public Task Resume(string experiment, CancellationToken cancellationToken) => Experiment(experiment).Resume();

    public Task Cancel(string experiment, CancellationToken cancellationToken) => Experiment(experiment).Cancel();

    public Task<SweepSpec> GetSpec(string experiment, CancellationToken cancellationToken) => Experiment(experiment).GetSpec();

    public Task StopTrial(string experiment, string trial, CancellationToken cancellationToken) => Experiment(experiment).StopTrial(trial);

    public Task RetryTrial(string experiment, string trial, CancellationToken cancellationToken) => Experiment(experiment).RetryTrial(trial);

    public Task<QueueStatus> GetQueue(CancellationToken cancellationToken) =>
        grains.GetGrain<IWorkQueueGrain>(IWorkQueueGrain.DefaultPool).GetStatus();

    private IExperimentGrain Experiment(string name) => grains.GetGrain<IExperimentGrain>(name);
}
