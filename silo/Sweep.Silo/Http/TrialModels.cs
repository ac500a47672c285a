using Orleans;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Silo.Artifacts;
using Sweep.Silo.Files;

namespace Sweep.Silo.Http;

/// <summary>A trial's model, checked, in a folder of this silo until disposed.</summary>
internal sealed record HeldModel(string Folder, ModelOrigin Origin) : IDisposable
{
    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>Finds the weights that a trial's measurement was made on, and what is known about them.</summary>
/// <param name="folder">Scratch of this silo.</param>
internal sealed class TrialModels(ISweepApi sweep, IGrainFactory grains, IArtifactStore store, string folder)
{
    /// <exception cref="ExperimentNotFoundException"/>
    /// <exception cref="ModelNotFoundException">The experiment has no such trial, or its model is not kept.</exception>
    /// <exception cref="ExperimentConflictException">The trial is not complete.</exception>
    public async Task<HeldModel> Hold(string experiment, string trial, CancellationToken cancellationToken)
    {
        var path = PathOf(await sweep.GetResult(experiment, cancellationToken), trial);
        var statuses = await Task.WhenAll(path.Select(stage => grains.GetGrain<IStageGrain>(stage.Value).GetStatus()));
        var results = statuses.Select(status => status?.Result).OfType<StageResult>().ToList();
        var model = statuses.LastOrDefault(status => status?.Result?.Provenance.Weights is not null && WritesTheTrialsNet(status.Stage.Kind));
        if (model is not { Artifact: { } artifact })
        {
            throw new ModelNotFoundException($"Trial '{trial}' of '{experiment}' must have a stage that wrote a model, but has none.");
        }

        var origin = new ModelOrigin
        {
            Experiment = experiment,
            Trial = trial,
            Stage = model.Stage,
            Weights = model.Result!.Provenance.Weights,
            Surgery = results.LastOrDefault(result => result.Surgery is not null)?.Surgery,
            Evaluation = results.LastOrDefault(result => result.Evaluation is not null)?.Evaluation,
            Preprocessing = results.LastOrDefault(result => result.Preprocessing is not null)?.Preprocessing,
        };
        var place = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder);
        try
        {
            await store.Materialize(artifact, place, cancellationToken);
            return new HeldModel(place, origin);
        }
        catch (DamagedArtifactException e)
        {
            throw new ModelNotFoundException($"The model of trial '{trial}' of '{experiment}' is not kept: {e.Message}");
        }
    }

    private static IReadOnlyList<StageId> PathOf(ExperimentResult result, string trial)
    {
        if (trial == ExperimentPlanner.DenseId)
        {
            return Measured(result.Dense, result.DenseStages);
        }

        if (result.DenseSeeds?.FirstOrDefault(dense => dense.Id == trial) is { } seed)
        {
            return Measured(seed.Metrics, seed.Stages);
        }

        var found = result.Trials.FirstOrDefault(candidate => candidate.Id == trial)
            ?? throw new ModelNotFoundException($"'{result.Experiment}' has no trial '{trial}'.");
        return found.State is TrialState.Complete ? found.Stages : throw Unfinished(result.Experiment, trial, found.State.ToString().ToLowerInvariant());

        IReadOnlyList<StageId> Measured(TrialMetrics? metrics, IReadOnlyList<StageId> stages) =>
            metrics is not null ? stages : throw Unfinished(result.Experiment, trial, "not measured yet");
    }

    /// <summary>Nets on the way, with gates or soft masks, are no trial's answer.</summary>
    private static bool WritesTheTrialsNet(StageKind kind) => kind is StageKind.Pretrain or StageKind.LoadWeights or StageKind.GradualPrune
        or StageKind.DynamicSparse or StageKind.HardPrune or StageKind.FineTune;

    private static ExperimentConflictException Unfinished(string experiment, string trial, string state) =>
        new($"A trial's model is there once the trial is complete, but '{trial}' of '{experiment}' is {state}.");
}

/// <summary>There is no such trial, or its model is not kept.</summary>
internal sealed class ModelNotFoundException(string message) : Exception(message);
