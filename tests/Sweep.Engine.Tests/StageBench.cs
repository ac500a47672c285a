using Sweep.Data;
using Sweep.Engine.Stages;
using Sweep.Models.Numerics;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;
using static TorchSharp.torch;

namespace Sweep.Engine.Tests;

/// <summary>Runs stages in this process, on images made up on the spot: three classes, three shades of noise.</summary>
internal sealed class StageBench : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<StageId, string> _artifacts = [];

    public static DataRecipe Data { get; } = new() { Name = "shades", Digest = "made up", Validation = 30, SplitSeed = 1 };

    public static TrainingRecipe Training { get; } = new()
    {
        Epochs = 4,
        ImagesPerEpoch = 60,
        LearningRate = 5e-3,
        Batch = 16,
        CropPadding = 1,
        Flip = true,
        Seed = 3,
    };

    private Events _events = new();

    /// <summary>The epochs that the last checkpoint of the last run told of.</summary>
    public IReadOnlyList<EpochRecord> Told => _events.Told;

    public StringWriter Log { get; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public IDataSource Source { get; init; } = new Shades();

    public ExecutionOptions Execution { get; set; } = new();

    /// <summary>Where stages write and checkpoint, under the name of the last run.</summary>
    public string Folder(StageRecipe recipe, string attempt = "") => _folder[recipe.Id + attempt];

    public string Checkpoints(StageRecipe recipe, string attempt = "") => Folder(recipe, attempt) + ".checkpoints";

    /// <param name="recipe">Its inputs must have been run before.</param>
    /// <param name="attempt">Keeps the folders of two runs of one recipe apart.</param>
    /// <param name="drainAfter">Asks to drain when so many epochs are done.</param>
    /// <param name="cancelled">Drops the stage.</param>
    /// <param name="microBatch">Images at once; null for the whole step.</param>
    public StageResult Run(StageRecipe recipe, string attempt = "", int? drainAfter = null, CancellationToken cancelled = default, int? microBatch = null)
    {
        using var scope = NewDisposeScope();
        var events = _events = new Events();
        var context = new StageContext
        {
            Request = new RunRequest
            {
                Recipe = recipe,
                Inputs = recipe.Inputs.ToDictionary(input => input, input => _artifacts[input]),
                Output = Folder(recipe, attempt),
                Checkpoints = Checkpoints(recipe, attempt),
                Execution = Execution with { MicroBatch = microBatch },
            },
            Device = CPU,
            Data = Source,
            Events = events,
            Cancelled = cancelled,
            Draining = () => drainAfter == events.EpochsSaved,
            Time = Time,
            Log = Log,
        };
        context.Begin();
        set_num_threads(1);
        var result = StageCatalog.For(recipe).Run(context);
        _artifacts[recipe.Id] = context.Request.Output;
        return result;
    }

    public byte[] Weights(StageRecipe recipe, string attempt = "") => File.ReadAllBytes(Path.Combine(Folder(recipe, attempt), "model.safetensors"));

    public void Dispose() => _folder.Dispose();

    private sealed class Events : IStageEvents
    {
        public int EpochsSaved { get; private set; }

        public bool ProgressDue => false;

        public void Started(int epochsResumed) => EpochsSaved = epochsResumed;

        public void Progress(double epochsDone, int epochs, double? loss, TrainingWork? work = null)
        {
        }

        public IReadOnlyList<EpochRecord> Told { get; private set; } = [];

        public void Checkpoint(int epochs, string folder, IReadOnlyList<EpochRecord> curve, IReadOnlyList<EpochTime> times)
        {
            EpochsSaved = epochs;
            Told = [.. curve];
        }
    }

    private sealed class Shades : IDataSource
    {
        public ImageDataSet Load(DataRecipe recipe, IReadOnlyList<string> roots) =>
            new(Images(180, 1), Images(60, 2), new PixelStatistics([0.5f], [0.25f]), 3);

        private static LabelledImages Images(int count, long seed)
        {
            const int Side = 8;
            var random = new SeededRandom(seed, "shades");
            var (pixels, labels) = (new byte[count * Side * Side], new int[count]);
            for (var i = 0; i < count; i++)
            {
                labels[i] = i % 3;
                for (var y = 0; y < Side; y++)
                {
                    for (var x = 0; x < Side; x++)
                    {
                        pixels[(i * Side + y) * Side + x] = (byte)(random.Next(120) + 60 * labels[i]);
                    }
                }
            }

            return new LabelledImages(pixels, labels, 1, Side);
        }
    }
}
