using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Sweep.Grains;

/// <summary>The names of all experiments.</summary>
public sealed partial class ExperimentCatalogGrain(
    [PersistentState("catalog", SchedulingOptions.Storage)] IPersistentState<StoredCatalog> state,
    ILogger<ExperimentCatalogGrain> log) : Grain, IExperimentCatalogGrain
{
    private IReadOnlyList<string> _names = [];

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _names = state.State.Experiments;
        return Task.CompletedTask;
    }

    public async Task Register(string experiment)
    {
        MessageRules.CheckExperiment(experiment);
        if (_names.Contains(experiment))
        {
            return;
        }

        await Store([.. _names, experiment]);
    }

    public async Task Forget(string experiment)
    {
        MessageRules.CheckExperiment(experiment);
        if (_names.Contains(experiment) && await GrainFactory.GetGrain<IExperimentGrain>(experiment).GetStatus() is null)
        {
            await Store([.. _names.Where(name => name != experiment)]);
        }
    }

    private async Task Store(IReadOnlyList<string> names)
    {
        state.State = new StoredCatalog { Experiments = names };
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }

        _names = state.State.Experiments;
    }

    public Task<IReadOnlyList<string>> List() => Task.FromResult<IReadOnlyList<string>>(_names.ToArray());

    public Task WakeUnfinished() => Task.WhenAll(_names.Select(Wake));

    /// <summary>One experiment that cannot be woken must not keep the others asleep.</summary>
    private async Task Wake(string experiment)
    {
        try
        {
            await GrainFactory.GetGrain<IExperimentGrain>(experiment).Wake();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogNotWoken(e, experiment);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Experiment {Experiment} could not be woken.")]
    private partial void LogNotWoken(Exception exception, string experiment);
}

/// <summary>What the grain storage keeps of the catalog.</summary>
public sealed record StoredCatalog
{
    /// <summary>In the order they were first submitted.</summary>
    public IReadOnlyList<string> Experiments { get; init; } = [];
}
