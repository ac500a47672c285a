using System.Globalization;

namespace Sweep.Bench.TrainingStep;

/// <summary>What is measured: <c>command [--option value]…</c>.</summary>
internal sealed class Arguments
{
    public const string Usage = """
        usage: Sweep.Bench.TrainingStep step|penalties|inference [options]
          step         a training step in the engine against PyTorch eager
          penalties    a training step under each pruning method against the plain step of the same net
          inference    forward passes of pruned nets against the dense net, by the engine's Benchmark stage
        options, with defaults that depend on the net:
          --net quickstart|deit-tiny   (quickstart)
          --batch N      images a training step                      (64; deit-tiny 32)
          --steps N      training steps a turn                       (step 20, penalties 100; deit-tiny 1)
          --pairs N      turns of each, or timed passes of each net  (21, inference 50; deit-tiny 5, inference 10)
          --threads N    threads of a step                           (1)
          --methods A,B  of gohsp, vtp, sgmp                         (all that the command knows)
          --python FILE  interpreter that has torch                  (/usr/bin/python3)
          --allocator engine|same    PyTorch with its own allocator settings, or with the engine's (engine)
          --clock wall|cpu           elapsed time, or this process's time on a CPU: for a machine with other work (wall)
          --json FILE    appends each row as a line of JSON
        """;

    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);

    private Arguments(string command) => Command = command;

    public string Command { get; }

    public string Net => Text("net", "quickstart");

    public bool IsLarge => Net != "quickstart";

    /// <summary>The engine's name of the net.</summary>
    public string Preset => IsLarge ? Net : "vit-nano-28";

    public int Channels => IsLarge ? 3 : 1;

    public int Batch => Number("batch", IsLarge ? 32 : 64);

    public int Threads => Number("threads", 1);

    public string Python => Text("python", "/usr/bin/python3");

    public bool SameAllocator => Text("allocator", "engine") == "same";

    public TimeProvider Clock => Text("clock", "wall") == "cpu" ? new CpuClock() : TimeProvider.System;

    public string? Json => _options.GetValueOrDefault("json");

    /// <returns>Null when it is not an invocation.</returns>
    public static Arguments? Read(IReadOnlyList<string> words)
    {
        string[] known = ["net", "batch", "steps", "pairs", "threads", "methods", "python", "allocator", "clock", "json"];
        if (words.Count % 2 == 0 || words[0] is not ("step" or "penalties" or "inference"))
        {
            return null;
        }

        var read = new Arguments(words[0]);
        for (var i = 1; i < words.Count; i += 2)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal) || !known.Contains(words[i][2..], StringComparer.Ordinal))
            {
                return null;
            }

            read._options[words[i][2..]] = words[i + 1];
        }

        return read.Net is not ("quickstart" or "deit-tiny") || (read.Command == "step" && read.Clock is CpuClock)
            ? null // PyTorch computes in a process of its own
            : read;
    }

    public int Steps(int small) => Number("steps", IsLarge ? 1 : small);

    public int Pairs(int small, int large) => Number("pairs", IsLarge ? large : small);

    public IReadOnlyList<string> Methods(params string[] all) => _options.TryGetValue("methods", out var chosen) ? chosen.Split(',') : all;

    private string Text(string name, string otherwise) => _options.GetValueOrDefault(name, otherwise);

    private int Number(string name, int otherwise) =>
        _options.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
