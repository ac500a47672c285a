using Sweep.Data;
using Sweep.Engine.Stages;
using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;
using static TorchSharp.torch;

namespace Sweep.Bench.TrainingStep;

/// <summary>Runs the engine's own stages in a temporary folder, on noise.</summary>
internal sealed class Stages(Arguments arguments) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sweep-bench-").FullName;
    private readonly Dictionary<StageId, string> _artifacts = [];

    public ViTShape Shape { get; } = ModelPreset.Find(arguments.Preset, arguments.Channels, arguments.IsLarge ? 1000 : 10)!;

    public static DataRecipe Data { get; } = new() { Name = "noise", Digest = "made up", Validation = 0, SplitSeed = 0 };

    /// <summary>The quickstart's way of training, one epoch of so many steps.</summary>
    public TrainingRecipe Training(int steps) => new()
    {
        Epochs = 1,
        LearningRate = 1e-3,
        Batch = arguments.Batch,
        ImagesPerEpoch = steps * arguments.Batch,
    };

    public PretrainRecipe Pretrain(int steps) => new() { Shape = Shape, Data = Data, Training = Training(steps) };

    /// <param name="events">Hears the stage; null for nobody.</param>
    /// <param name="images">In the data set.</param>
    public StageResult Run(StageRecipe recipe, int images, IStageEvents? events = null, CancellationToken cancelled = default)
    {
        using var scope = NewDisposeScope();
        var context = Context(recipe, new NoiseSource(Shape, images), events ?? new Silent(), cancelled);
        context.Begin();
        set_num_threads(arguments.Threads);
        var result = StageCatalog.For(recipe).Run(context);
        _artifacts[recipe.Id] = context.Request.Output;
        return result;
    }

    /// <summary>Puts a net where a stage's artifact would be.</summary>
    public void Put(StageId stage, Net net)
    {
        var folder = Path.Combine(_folder, stage.Value);
        AtomicFolder.Write(folder, inside => ModelFolder.Write(inside, net));
        _artifacts[stage] = folder;
    }

    public Net Read(StageId stage) => ModelFolder.Read(_artifacts[stage]);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private StageContext Context(StageRecipe recipe, IDataSource data, IStageEvents events, CancellationToken cancelled) => new()
    {
        Request = new RunRequest
        {
            Recipe = recipe,
            Inputs = recipe.Inputs.ToDictionary(input => input, input => _artifacts[input]),
            Output = Path.Combine(_folder, recipe.Id.Value),
            Checkpoints = Path.Combine(_folder, recipe.Id.Value + ".checkpoints"),
            Execution = new ExecutionOptions { Threads = arguments.Threads },
        },
        Device = CPU,
        Data = data,
        Events = events,
        Cancelled = cancelled,
        Draining = () => false,
        Time = arguments.Clock,
        Log = Console.Error,
    };

    private sealed class Silent : IStageEvents
    {
        public bool ProgressDue => false;

        public void Started(int epochsResumed)
        {
        }

        public void Progress(double epochsDone, int epochs, double? loss, TrainingWork? work = null)
        {
        }

        public void Checkpoint(int epochs, string folder, IReadOnlyList<EpochRecord> curve, IReadOnlyList<EpochTime> times)
        {
        }
    }
}
