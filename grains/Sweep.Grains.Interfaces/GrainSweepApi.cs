using Orleans;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>The application interface, over grains.</summary>
public sealed class GrainSweepApi(IGrainFactory grains) : ISweepApi
{
    private const int StagesAtOnce = 64;

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

    public Task<TrialPage> FindTrials(string experiment, TrialQuery query, CancellationToken cancellationToken) => Experiment(experiment).FindTrials(query);

    public Task<TrialDetail> GetTrial(string experiment, string trial, CancellationToken cancellationToken) => Experiment(experiment).GetTrial(trial);

    public Task<ExperimentResult> GetResult(string experiment, CancellationToken cancellationToken) => Experiment(experiment).GetResult();

    public Task Pause(string experiment, CancellationToken cancellationToken) => Experiment(experiment).Pause();

    public Task Resume(string experiment, CancellationToken cancellationToken) => Experiment(experiment).Resume();

    public Task Cancel(string experiment, CancellationToken cancellationToken) => Experiment(experiment).Cancel();

    /// <remarks>The name last: what is lost on the way is asked for again, and ends the same.</remarks>
    public async Task Delete(string experiment, CancellationToken cancellationToken)
    {
        await Experiment(experiment).Delete();
        await grains.GetGrain<IExperimentCatalogGrain>(IExperimentCatalogGrain.Key).Forget(experiment);
    }

    public Task<SweepSpec> GetSpec(string experiment, CancellationToken cancellationToken) => Experiment(experiment).GetSpec();

    public Task StopTrial(string experiment, string trial, CancellationToken cancellationToken) => Experiment(experiment).StopTrial(trial);

    public Task RetryTrial(string experiment, string trial, CancellationToken cancellationToken) => Experiment(experiment).RetryTrial(trial);

    public Task<QueueStatus> GetQueue(CancellationToken cancellationToken) =>
        grains.GetGrain<IWorkQueueGrain>(IWorkQueueGrain.DefaultPool).GetStatus();

    public async Task<IReadOnlyList<StageId>> FindFinished(IReadOnlyList<StageId> stages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stages);
        if (stages.Count > ISweepApi.MostStages)
        {
            throw new ArgumentException(FormattableString.Invariant($"At most {ISweepApi.MostStages} stages are looked up at once, but these are {stages.Count}."), nameof(stages));
        }

        var finished = new List<StageId>();
        foreach (var some in stages.Chunk(StagesAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var statuses = await Task.WhenAll(some.Select(stage => grains.GetGrain<IStageGrain>(stage.Value).GetStatus()));
            finished.AddRange(statuses.OfType<StageStatus>().Where(status => status.State == StageState.Succeeded).Select(status => status.Stage));
        }

        return finished;
    }

    public async Task<IReadOnlyList<StageHistory>> GetHistories(IReadOnlyList<StageId> stages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stages);
        if (stages.Count > ISweepApi.MostHistories)
        {
            throw new ArgumentException(FormattableString.Invariant($"The training of at most {ISweepApi.MostHistories} stages is asked for at once, but these are {stages.Count}."), nameof(stages));
        }

        var histories = new List<StageHistory>();
        foreach (var some in stages.Chunk(StagesAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            histories.AddRange((await Task.WhenAll(some.Select(stage => grains.GetGrain<IStageGrain>(stage.Value).GetHistory()))).OfType<StageHistory>());
        }

        return histories;
    }

    private IExperimentGrain Experiment(string name) => grains.GetGrain<IExperimentGrain>(name);
}
