using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;

namespace Sweep.NoOpEngine;

/// <summary>A stage that only pretends: an epoch is a checkpoint, and every figure is a function of the stage's id and of what its inputs hold.</summary>
internal static class PlayedStage
{
    private const string Epochs = "epochs";
    private const string Net = "net";

    public static void Run(RunRequest request, Action<EngineEvent> say)
    {
        var stage = request.Recipe.Id;
        var done = Resumed(request.Checkpoints);
        say(new StartedEvent { Stage = stage, EpochsResumed = done });
        while (done < request.Recipe.Epochs)
        {
            done++;
            var name = string.Create(CultureInfo.InvariantCulture, $"epoch-{done:0000}");
            Write(Path.Combine(request.Checkpoints, name), Epochs, done.ToString(CultureInfo.InvariantCulture));
            say(new CheckpointEvent { Stage = stage, Epochs = done, Folder = name });
            say(new ProgressEvent { Stage = stage, EpochsDone = done, Epochs = request.Recipe.Epochs });
        }

        var net = Convert.ToHexStringLower(Digest(stage, request.Inputs));
        Write(request.Output, Net, net);
        say(new CompletedEvent { Stage = stage, Result = ResultOf(request.Recipe, net) });
    }

    /// <summary>Of the newest checkpoint that is whole.</summary>
    private static int Resumed(string checkpoints) => !Directory.Exists(checkpoints) ? 0
        : Directory.EnumerateDirectories(checkpoints).Select(folder => Path.Combine(folder, Epochs)).Where(File.Exists)
            .Select(file => int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture)).DefaultIfEmpty(0).Max();

    /// <summary>Of the stage, and of every net that it reads: a wrong or missing input shows in all that comes after.</summary>
    private static byte[] Digest(StageId stage, IReadOnlyDictionary<StageId, string> inputs)
    {
        var read = inputs.OrderBy(input => input.Key).Select(input => $"{input.Key} {File.ReadAllText(Path.Combine(input.Value, Net))}");
        return SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', read.Prepend(stage.Value))));
    }

    private static StageResult ResultOf(StageRecipe recipe, string net)
    {
        var bytes = Convert.FromHexString(net);
        return new StageResult
        {
            Stage = recipe.Id,
            Evaluation = recipe.Kind == StageKind.Evaluate
                ? new Evaluation
                {
                    Accuracy = 0.5 + bytes[0] / 512.0,
                    TestAccuracy = 0.5 + bytes[1] / 512.0,
                    Loss = 1 + bytes[2] / 256.0,
                    Parameters = 10_000 + 100 * bytes[3],
                    Flops = 1_000_000 + 10_000 * bytes[4],
                }
                : null,
            Provenance = new Provenance { Device = "cpu", Threads = 1, Torch = "none", Engine = "no-op", Seconds = 0, Weights = net },
        };
    }

    /// <summary>Whole or not at all: under another name first.</summary>
    private static void Write(string folder, string name, string text)
    {
        var partial = folder + ".partial";
        Directory.CreateDirectory(partial);
        File.WriteAllText(Path.Combine(partial, name), text);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.Move(partial, folder);
    }
}
