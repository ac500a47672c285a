using System.Diagnostics;
using System.Text.RegularExpressions;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Bench.Soak;

/// <summary>
/// One sweep after another, each in a state folder of its own, while the silo or one of its engines is killed at random moments. Each must
/// come to the very result that an undisturbed one comes to, accuracies to the last bit, and no silo may say twice that a stage has succeeded.
/// </summary>
internal sealed partial class Soak(SoakOptions options)
{
    private static readonly SweepSpec s_spec = SweepSpecReader.Read(
        """
        apiVersion: sweep/v1
        name: soak
        model:    { preset: vit-nano-28 }
        data:     { name: fashion-mnist, validation: 500 }
        pretrain: { epochs: 4, imagesPerEpoch: 640, learningRate: 1e-3, batch: 32 }
        space:
          method:   { values: [gohsp, vtp, somp] }
          sparsity: { values: [0.3, 0.5] }
        sparsify: { epochs: 2, imagesPerEpoch: 320, learningRate: 1e-3, batch: 32 }
        finetune: { epochs: 2, imagesPerEpoch: 320, learningRate: 1e-3, batch: 32 }
        gohsp:    { images: 64 }
        """,
        "soak.yaml");

    private readonly Random _random = new(options.Seed);
    private readonly string _folder = options.Folder ?? Directory.CreateTempSubdirectory("sweep-soak-").FullName;
    private readonly Stopwatch _watch = new();
    private int _siloKills;
    private int _engineKills;
    private int _attempts;

    public async Task<bool> Run()
    {
        var reference = await Sweep("reference", disturbed: false);
        Console.WriteLine($"reference: {reference.Front.Count} of {reference.Trials.Count} trials on the front, hypervolume {reference.Hypervolume:0.0000}");
        _watch.Start();
        var (rounds, wrong) = (0, 0);
        while (_watch.Elapsed < options.Length)
        {
            var before = (_siloKills, _engineKills, _attempts);
            var name = FormattableString.Invariant($"round-{++rounds}");
            var result = await Sweep(name, disturbed: true);
            var same = CanonicalJson.Serialize(result) == CanonicalJson.Serialize(reference);
            var twice = Successes(name).Where(stage => stage.Value > 1).Select(stage => stage.Key).ToList();
            wrong += same && twice.Count == 0 ? 0 : 1;
            Console.WriteLine(
                $"{_watch.Elapsed:mm\\:ss} {name}: {_siloKills - before._siloKills} silos and {_engineKills - before._engineKills} engines killed, {_attempts - before._attempts} attempts ended; "
                + (same ? "the same result" : "ANOTHER RESULT") + (twice.Count == 0 ? ", no stage twice" : $", TWICE: {string.Join(' ', twice)}"));
        }

        Console.WriteLine(FormattableString.Invariant($"{rounds} sweeps, {_siloKills} silos and {_engineKills} engines killed, {_attempts} attempts ended, {wrong} sweeps wrong"));
        if (wrong == 0 && options.Folder is null)
        {
            Directory.Delete(_folder, recursive: true);
        }

        return wrong == 0;
    }

    private string Log(string name) => Path.Combine(_folder, name + ".log");

    private async Task<ExperimentResult> Sweep(string name, bool disturbed)
    {
        var state = Path.Combine(_folder, name);
        Directory.CreateDirectory(state);
        var silo = await SoakedSilo.Start(options, state, Log(name));
        try
        {
            var submitted = await silo.Submit(s_spec);
            var next = NextKill();
            while (true)
            {
                if (!submitted)
                {
                    submitted = await silo.Submit(s_spec);
                }
                else if (await silo.Status(s_spec.Name) is { EndedAt: not null } && await silo.Result(s_spec.Name) is { } result)
                {
                    _attempts += Attempts(name);
                    return result with { StageTimes = null, Timeline = null }; // what the clock says differs
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200));
                if (!disturbed || _watch.Elapsed < next || _watch.Elapsed > options.Length)
                {
                    continue;
                }

                next = NextKill();
                if (silo.Engines() is { Count: > 0 } engines && _random.Next(3) == 0)
                {
                    _engineKills += KillEngine(engines[_random.Next(engines.Count)]) ? 1 : 0;
                    continue;
                }

                _siloKills++;
                silo.Dispose();
                silo = await SoakedSilo.Start(options, state, Log(name));
            }
        }
        finally
        {
            silo.Dispose();
        }
    }

    /// <summary>Kills come as if by chance: as likely in any moment as in any other.</summary>
    private TimeSpan NextKill() => _watch.Elapsed - (options.Between * Math.Log(1 - _random.NextDouble()));

    private static bool KillEngine(int process)
    {
        try
        {
            Process.GetProcessById(process).Kill();
            return true;
        }
        catch (ArgumentException)
        {
            return false; // it has just ended by itself
        }
    }

    private Dictionary<string, int> Successes(string name) =>
        File.ReadLines(Log(name)).Select(line => Succeeded().Match(line)).Where(match => match.Success).CountBy(match => match.Groups[1].Value).ToDictionary();

    private int Attempts(string name) => File.ReadLines(Log(name)).Count(line => AttemptEnded().IsMatch(line));

    /// <summary>Of the stage grain's log, which is written after the disk.</summary>
    [GeneratedRegex(@"(\S+) is Succeeded after attempt")]
    private static partial Regex Succeeded();

    [GeneratedRegex(@"after attempt [0-9]+ on ")]
    private static partial Regex AttemptEnded();
}
