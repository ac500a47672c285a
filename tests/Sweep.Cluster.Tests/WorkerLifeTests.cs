using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sweep.Grains;
using Sweep.Recipes;

namespace Sweep.Cluster.Tests;

/// <summary>How workers come, share a machine and go, in real processes.</summary>
public sealed class WorkerLifeTests : IDisposable
{
    private const int Conflict = 5;

    private readonly TemporaryState _state = new();

    private string Locks => Path.Combine(_state.Path, "locks");

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task Device_BelongsToOneSilo_UntilThatIsKilled()
    {
        // No engine runs before there is a stage, so no GPU is needed to claim one.
        string[] gpu = ["--device", "cuda:0", "--device-locks", Locks];
        var (one, other) = (Path.Combine(_state.Path, "one"), Path.Combine(_state.Path, "other"));
        await using var first = await SiloProcess.Start(one, gpu);

        var (code, errors) = await SiloProcess.Refused(other, gpu);

        Assert.Equal(Conflict, code);
        Assert.Matches($@"One silo at a time may use a device, but cuda:0 \(.*\) is held by process {first.Id.ToString(CultureInfo.InvariantCulture)}\.", errors);
        first.Kill();
        await using var second = await SiloProcess.Start(other, gpu);
    }

    [Fact]
    public async Task SpotNotice_GivesALongEpochUp_AndTheWorkerIsGoneFromTheQueueAtOnce()
    {
        var notice = Path.Combine(_state.Path, "notice");
        await using var primary = await SiloProcess.Start(_state.Path, "--workers", "0", "--lease", "1h");
        await using var spot = await Member(primary, "--spot-notice", notice, "--spot-limit", "20s");
        await primary.Submit(SmallSweep.LongEpochs);
        var running = await Waiting.ForAStageInTraining(primary, epochs: 0);
        await Waiting.For(
            "the epoch should be under way",
            TimeSpan.FromMinutes(1),
            async () => (await primary.Queue()).Workers.Select(worker => worker.Running).OfType<RunningStage>().FirstOrDefault(stage => stage.EpochsDone > running.EpochsDone));

        await File.WriteAllTextAsync(notice, "");
        await spot.Ended();

        // The lease would keep it for an hour: it has taken leave.
        Assert.Empty((await primary.Queue()).Workers);
        Assert.Contains($"This machine will be taken away: file '{notice}' has appeared", spot.Errors, StringComparison.Ordinal);
        Assert.Contains("so it is given up now and repeated from the last checkpoint", spot.Errors, StringComparison.Ordinal);
        Assert.Contains("Drained", spot.Errors, StringComparison.Ordinal);
        Assert.Equal(("queued", 1), Stored(running.Stage));
    }

    [Fact]
    public async Task Terminated_AMemberFinishesItsEpoch_AndIsGoneFromTheQueueAtOnce()
    {
        await using var primary = await SiloProcess.Start(_state.Path, "--workers", "0", "--lease", "1h");
        await using var member = await Member(primary);
        await primary.Submit(SmallSweep.Spec);
        var running = await Waiting.ForAStageInTraining(primary, epochs: 1);

        Assert.Equal(0, await member.Terminate());

        Assert.Empty((await primary.Queue()).Workers);
        Assert.Equal(("queued", 1), Stored(running.Stage));
        Assert.Contains("Drained", member.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Engine_SeesNoSecretOfItsSilo()
    {
        const string Secret = "hunter2";
        var token = "sweep_" + Secret;
        var tokens = Path.Combine(_state.Path, "tokens");
        File.WriteAllText(tokens, $"me {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)))} read,submit\n");
        string[] secrets =
        [
            "SWEEP_AZURE", "SWEEP_POSTGRES", "AZURE_CLIENT_SECRET", "AZURE_STORAGE_CONNECTION_STRING", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
            "GITHUB_TOKEN", "PGPASSWORD", "DB_PASSWORD", "API_KEY", "CLIENT_SECRET", "OTEL_EXPORTER_OTLP_HEADERS", "CUDA_API_KEY", "TORCH_HUB_TOKEN", "NVIDIA_SECRET",
        ];
        var environment = secrets.ToDictionary(name => name, _ => Secret);
        environment["SWEEP_AZURE"] = $"AccountName={Secret};AccountKey={Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret))};EndpointSuffix=core.windows.net";
        environment["SWEEP_POSTGRES"] = $"Host=localhost;Password={Secret}";
        environment["SWEEP_TOKENS"] = tokens;
        await using var silo = await SiloProcess.StartWith(environment, _state.Path, "--workers", "1", "--device-locks", Locks);
        silo.Authorize(token);
        await silo.Submit(SmallSweep.Spec);
        await Waiting.ForAStageInTraining(silo, epochs: 0);
        var own = ProcessTable.EnvironmentOf(silo.Id);
        Assert.All(secrets, name => Assert.Contains(Secret, own[name], StringComparison.Ordinal));

        var engine = ProcessTable.EnvironmentOf(Assert.Single(silo.Engines()));

        Assert.Contains("OMP_NUM_THREADS", engine);
        Assert.DoesNotContain("SWEEP_TOKENS", engine);
        Assert.All(engine, variable => Assert.DoesNotContain(Secret, variable.Value, StringComparison.Ordinal));
        Assert.All(engine.Keys, name => Assert.DoesNotMatch("^(AZURE|AWS)_|(KEY|TOKEN|SECRET|PASSWORD)$", name));
    }

    private (string State, int Attempt) Stored(StageId stage)
    {
        var stored = StateFiles.Stages(_state.Path)[stage];
        return (stored.State, stored.Attempt);
    }

    private Task<SiloProcess> Member(SiloProcess primary, params string[] options) => SiloProcess.Start(
        _state.Path,
        [
            "--join", FormattableString.Invariant($"127.0.0.1:{primary.SiloPort}"), "--name", "member", "--workers", "1", "--lease", "1h",
            "--device-locks", Locks, .. options,
        ]);
}
