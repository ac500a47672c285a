using System.Globalization;
using System.Text.RegularExpressions;
using Sweep.Planning;
using Sweep.Recipes;
using Xunit.Abstractions;

namespace Sweep.Cluster.Tests;

/// <summary>
/// The short form of <c>bench/Sweep.Bench.Soak</c>: silos and engines are killed in a sweep whose stages take no time, so that most kills fall between a
/// stage's end and somebody's hearing of it. Kills come when so many stages have succeeded, never by the clock.
/// </summary>
public sealed partial class SoakTests(ITestOutputHelper output) : IDisposable
{
    private const int SiloKills = 3;

    private static readonly string[] s_flags = ["--workers", "3", "--lease", "2s", "--engine", Checkout.NoOpEngine];

    private static readonly SweepSpec s_spec = SweepSpecReader.Read(
        """
        apiVersion: sweep/v1
        name: small
        model:    { preset: vit-nano-28 }
        data:     { name: fashion-mnist, validation: 500 }
        pretrain: { epochs: 4 }
        space:
          method:   { values: [gohsp, vtp, somp] }
          sparsity: { values: [0.2, 0.3, 0.4, 0.5] }
        sparsify: { epochs: 2 }
        finetune: { epochs: 3 }
        """,
        "soak.yaml");

    private readonly TemporaryState _quiet = new();
    private readonly TemporaryState _soaked = new();

    public void Dispose()
    {
        _quiet.Dispose();
        _soaked.Dispose();
    }

    [Fact]
    public async Task SilosAndEnginesKilled_TheResultIsThatOfAQuietRun_AndNoStageSucceedsTwice()
    {
        var expected = await Quiet();
        var random = new Random(1);
        var said = new List<string>();
        var engines = 0;
        for (var kill = 0; kill < SiloKills; kill++)
        {
            await using var doomed = await SiloProcess.Start(_soaked.Path, s_flags);
            await doomed.Submit(s_spec);
            await Succeeded(doomed, random.Next(1, 6));
            if (doomed.Engines() is { Count: > 0 } running)
            {
                ProcessTable.KillNow(running[random.Next(running.Count)]);
                engines++;
            }

            await Succeeded(doomed, Successes(doomed.Errors).Count() + random.Next(1, 4));
            doomed.Kill();
            said.Add(doomed.Errors);
        }

        await using var silo = await SiloProcess.Start(_soaked.Path, s_flags);
        var result = await Waiting.ForTheEnd(silo);
        said.Add(silo.Errors);

        Assert.Equal(expected, Answer(result));
        Assert.All(said.SelectMany(Successes).CountBy(stage => stage), stage => Assert.Equal(1, stage.Value));
        var stages = StateFiles.Stages(_soaked.Path);
        Assert.All(stages.Values, stage => Assert.Equal("succeeded", stage.State));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{SiloKills} silos and {engines} engines killed; {stages.Count} stages took {stages.Values.Sum(stage => stage.Attempt)} attempts."));
    }

    private async Task<string> Quiet()
    {
        await using var silo = await SiloProcess.Start(_quiet.Path, s_flags);
        await silo.Submit(s_spec);
        return Answer(await Waiting.ForTheEnd(silo));
    }

    /// <summary>How long stages took is the machine's affair.</summary>
    private static string Answer(ExperimentResult result) => CanonicalJson.SerializeIndented(result with { StageTimes = null, Timeline = null });

    /// <summary>Until so many have in this life of the silo, or all there are.</summary>
    private static Task Succeeded(SiloProcess silo, int count) => Waiting.For(
        FormattableString.Invariant($"{count} stages should have succeeded"),
        TimeSpan.FromMinutes(2),
        () => Task.FromResult(Successes(silo.Errors).Skip(count - 1).Any() || silo.Errors.Contains("Complete", StringComparison.Ordinal) ? silo : null),
        () => silo.Errors);

    private static IEnumerable<string> Successes(string log) => SucceededStage().Matches(log).Select(match => match.Groups[1].Value);

    /// <summary>Of the stage grain's log, which is written after the disk.</summary>
    [GeneratedRegex(@"(\S+) is Succeeded after attempt")]
    private static partial Regex SucceededStage();
}
