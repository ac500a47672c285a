using Sweep.Data;
using Sweep.Engine.Protocol;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;
using static TorchSharp.torch;

namespace Sweep.Engine.Stages;

/// <summary>Everything around one attempt at a stage.</summary>
public sealed class StageContext
{
    private long _start;

    public required RunRequest Request { get; init; }

    public required Device Device { get; init; }

    public required IDataSource Data { get; init; }

    public required IStageEvents Events { get; init; }

    /// <summary>Drop the stage now.</summary>
    public required CancellationToken Cancelled { get; init; }

    /// <summary>Finish the epoch, write its checkpoint, stop.</summary>
    public required Func<bool> Draining { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>For people.</summary>
    public required TextWriter Log { get; init; }

    public FaultInjection Fault { get; init; } = FaultInjection.None;

    /// <summary>What provenance says of the epochs; set by who trains, null where nobody does.</summary>
    public IReadOnlyList<EpochTime>? EpochTimes { get; set; }

    public StageId Stage => Request.Recipe.Id;

    /// <summary>Sets the clock that provenance reads.</summary>
    public void Begin() => _start = Time.GetTimestamp();

    public CheckpointFolder CheckpointFolder() => new(Request.Checkpoints, Stage, Log);

    /// <summary>The local folder of a finished stage.</summary>
    /// <exception cref="StageFaultException">InvalidRecipe: the request names no folder for it.</exception>
    public string Input(StageId stage) => Request.Inputs.TryGetValue(stage, out var folder)
        ? folder
        : throw StageFaultException.InvalidRecipe($"A request must name the folder of each input of its stage, but {stage} has none.");

    /// <summary>Between passes of a stage that does not train: heeds a cancellation, and says that it lives.</summary>
    public void Passing()
    {
        Cancelled.ThrowIfCancellationRequested();
        if (Events.ProgressDue)
        {
            Events.Progress(0, 0, null);
        }
    }

    public ImageDataSet LoadData(DataRecipe recipe) => Data.Load(recipe, Request.Execution.DataRoots);

    /// <summary>Writes an artifact whole or not at all: the given files, the model if any, and <c>result.json</c>.</summary>
    /// <param name="result">Without provenance.</param>
    public StageResult Commit(Func<Provenance, StageResult> result, Net? net = null, Action<string>? write = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        StageResult? committed = null;
        AtomicFolder.Write(Request.Output, folder =>
        {
            var weights = net is null ? null : ModelFolder.Write(folder, net);
            write?.Invoke(folder);
            committed = result(Provenance(weights));
            AtomicFolder.WriteJson(Path.Combine(folder, ResultFile), committed);
        });
        return committed!;
    }

    public const string ResultFile = "result.json";

    private Provenance Provenance(string? weights) => new()
    {
        Device = Request.Execution.Device,
        Threads = Request.Execution.Threads,
        Torch = EngineVersion.Torch,
        Engine = EngineVersion.Engine,
        DeviceModel = DeviceModels.ModelIn(Request.Execution.DeviceModels),
        Seconds = Math.Round(Time.GetElapsedTime(_start).TotalSeconds, 3),
        EpochTimes = EpochTimes,
        Weights = weights,
    };
}
