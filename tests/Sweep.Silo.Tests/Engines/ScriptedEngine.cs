using Microsoft.Extensions.Logging.Abstractions;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;
using Sweep.Silo.Engines;

namespace Sweep.Silo.Tests.Engines;

/// <summary>An engine that does exactly what a few lines of shell say.</summary>
public sealed class ScriptedEngine(TemporaryFolder folder)
{
    public static StageRecipe Recipe { get; } = new EvaluateRecipe
    {
        Parent = StageId.Parse("finetune-1-00000000000000000000000000"),
        Data = new DataRecipe { Name = "fashion-mnist", Digest = "0", Validation = 1, SplitSeed = 0 },
    };

    public static StageResult Result { get; } = new()
    {
        Stage = Recipe.Id,
        Provenance = new Provenance { Device = "cpu", Threads = 1, Torch = "none", Engine = "script", Seconds = 0 },
    };

    public static string Ready { get; } = Say(new ReadyEvent { Engine = "script", Torch = "none", Devices = ["cpu"] });

    public static string Started { get; } = Say(new StartedEvent { Stage = Recipe.Id, EpochsResumed = 0 });

    public static string Completed { get; } = Say(new CompletedEvent { Stage = Recipe.Id, Result = Result });

    /// <summary>Takes one request.</summary>
    public const string Take = "read -r request || exit 0";

    /// <summary>Waits for ever, so that nothing but a kill or the end of its input ends it.</summary>
    public const string Hang = "while read -r ignored; do :; done";

    public string Log => folder["engine.log"];

    public static string Say(EngineEvent happened) => $"printf '%s\\n' '{CanonicalJson.Serialize(happened)}'";

    public static StageRun Run(TemporaryFolder folder) => new()
    {
        Recipe = Recipe,
        Inputs = new Dictionary<StageId, string>(),
        Output = folder["output"],
        Checkpoints = folder["checkpoints"],
    };

    public EngineProcess Start(Func<EngineSettings, EngineSettings>? change, TimeProvider? time, Func<long>? memoryKills, params string[] lines)
    {
        var script = folder.Write($"engine-{Guid.NewGuid():N}.sh", string.Join('\n', lines) + "\n");
        var settings = new EngineSettings
        {
            Executable = "/bin/sh",
            Arguments = [script],
            Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" },
            Execution = new ExecutionOptions(),
            Log = Log,
        };
        return new EngineProcess(change?.Invoke(settings) ?? settings, time ?? TimeProvider.System, NullLogger.Instance, memoryKills);
    }

    public EngineProcess Start(params string[] lines) => Start(null, null, null, lines);
}

/// <summary>Remembers what it was told.</summary>
public sealed class RecordingListener : IStageListener
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<string> Heard { get; } = [];

    /// <summary>Completes with the first news.</summary>
    public Task First => _first.Task;

    public void OnProgress(double epochsDone, double? loss, TrainingWork? work = null)
    {
        Heard.Add(FormattableString.Invariant($"progress {epochsDone} {loss} {(work is null ? "" : $"{work.Steps} steps")}").TrimEnd());
        _first.TrySetResult();
    }

    public void OnEpochs(IReadOnlyList<EpochRecord> curve, IReadOnlyList<EpochTime>? times) =>
        Heard.Add(FormattableString.Invariant($"epochs {string.Join(' ', curve.Select(epoch => epoch.Loss))}, {times?.Count ?? 0} timed"));

    public void OnCheckpoint(string folder, int epochs)
    {
        Heard.Add(FormattableString.Invariant($"checkpoint {epochs} {folder}"));
        _first.TrySetResult();
    }
}
