using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Scheduling;

namespace Sweep.Bench.Scheduling;

/// <summary>A silo with Sweep's grains, and workers that finish whatever they get at once.</summary>
internal sealed class BenchSilo : IAsyncDisposable
{
    private const int SubmittedTogether = 50;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    private readonly IHost _host;

    private BenchSilo(IHost host) => _host = host;

    private IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    /// <param name="store">Adds the grain storage named <see cref="SchedulingOptions.Storage"/>.</param>
    public static async Task<BenchSilo> Start(Action<ISiloBuilder> store)
    {
        var (siloPort, gatewayPort) = (FreePort(), FreePort());
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => store(silo.UseLocalhostClustering(siloPort, gatewayPort)));
        builder.Services.AddSweepGrains();
        var host = builder.Build();
        await host.StartAsync();
        return new BenchSilo(host);
    }

    public GrainSweepApi Api => new(Grains);

    /// <summary>Runs an experiment to its end.</summary>
    /// <param name="name">Of the experiment.</param>
    /// <param name="trials">One for each sparsity.</param>
    /// <param name="workers">How many call.</param>
    /// <param name="firstSparsity">Keeps experiments from sharing all but the root.</param>
    /// <param name="seed">Another one shares nothing with whatever the store holds.</param>
    /// <returns>Stages run, the root not counted if it was there.</returns>
    public Task<int> Run(string name, int trials, int workers, double firstSparsity, long seed = 0) =>
        Run([Spec(name, [.. Enumerable.Range(0, trials).Select(i => Math.Round(firstSparsity + i * 1e-3, 6))], seed)], workers);

    /// <summary>Runs experiments to their ends, all at once.</summary>
    /// <returns>Stages run.</returns>
    public async Task<int> Run(IReadOnlyList<SweepSpec> specs, int workers)
    {
        foreach (var some in specs.Chunk(SubmittedTogether))
        {
            await Task.WhenAll(some.Select(spec => Api.Submit(spec, CancellationToken.None)));
        }

        using var ended = new CancellationTokenSource();
        var running = Enumerable.Range(0, workers).Select(i => Work(FormattableString.Invariant($"bench/cpu-{i}/{specs[0].Name}"), ended.Token)).ToList();
        foreach (var spec in specs)
        {
            ExperimentStatus status;
            while ((status = await Api.GetStatus(spec.Name, CancellationToken.None)).EndedAt is null)
            {
                await Task.WhenAny(Task.Delay(s_look, TimeProvider.System), Task.WhenAll(running));
                if (running.FirstOrDefault(worker => worker.IsFaulted) is { } faulted)
                {
                    await faulted;
                }
            }

            if (status.State != ExperimentState.Complete)
            {
                throw new InvalidOperationException($"The experiment must end complete, but is {status.State}: {status.Failure}");
            }
        }

        await ended.CancelAsync();
        return (await Task.WhenAll(running)).Sum();
    }

    /// <summary>Lets go of every grain that has nothing to do, and waits until they have gone.</summary>
    public async Task CollectIdle()
    {
        var management = Grains.GetGrain<IManagementGrain>(0);
        await management.ForceActivationCollection(TimeSpan.Zero);
        var active = int.MaxValue;
        while (await management.GetTotalActivationCount() is var left && left < active)
        {
            active = left;
            await Task.Delay(s_look, TimeProvider.System);
        }
    }

    /// <summary>A path of a shared root, and three stages of its own, for each sparsity; all that for each of so many seeds.</summary>
    public static SweepSpec Spec(string name, double[] sparsities, long seed, int seeds = 1) => new()
    {
        Name = name,
        Seed = seed,
        Model = new ModelSpec { Preset = "vit-nano-28" },
        Data = new DataSpec { Name = "fashion-mnist" },
        Pretrain = new TrainingSpec { Epochs = 1 },
        Space = new SpaceSpec
        {
            Method = new SpaceAxis<PruningMethod> { Values = [PruningMethod.Somp] },
            Sparsity = new SpaceAxis<double> { Values = sparsities },
            Seed = seeds == 1 ? null : new SpaceAxis<long> { Values = [.. Enumerable.Range(0, seeds).Select(i => seed + i)] },
        },
        Sparsify = new TrainingSpec { Epochs = 1 },
        Finetune = new FinetuneSpec { Epochs = 1 },
        Search = new SearchSpec(),
        Objectives =
        [
            new Objective { Metric = Metric.Accuracy, Goal = Goal.Maximize },
            new Objective { Metric = Metric.Parameters, Goal = Goal.Minimize },
        ],
    };

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    /// <summary>Takes, finishes and reports stages until everything has ended.</summary>
    private async Task<int> Work(string worker, CancellationToken ended)
    {
        var queue = Grains.GetGrain<IWorkQueueGrain>(IWorkQueueGrain.DefaultPool);
        var count = 0;
        AttemptReport? report = null;
        while (!ended.IsCancellationRequested)
        {
            var directive = await queue.Synchronize(new WorkerReport
            {
                Worker = worker,
                Silo = "bench",
                Device = worker,
                Threads = 1,
                AcceptsWork = true,
                Attempt = report,
            });
            report = directive.Assignment is { } assignment ? Finish(assignment, worker) : null;
            if (report is null)
            {
                await Task.Delay(directive.NextCall, TimeProvider.System, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            else
            {
                count++;
            }
        }

        return count;
    }

    private static AttemptReport Finish(StageAssignment assignment, string worker) => new()
    {
        Stage = assignment.Recipe.Id,
        Attempt = assignment.Attempt,
        Worker = worker,
        Phase = AttemptPhase.Succeeded,
        Artifact = new ArtifactId(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(assignment.Recipe.Id.Value)))),
        Result = new StageResult
        {
            Stage = assignment.Recipe.Id,
            Evaluation = assignment.Recipe.Kind == StageKind.Evaluate
                ? Measured(assignment.Recipe.Id)
                : null,
            Provenance = new Provenance { Device = "cpu", Threads = 1, Torch = "none", Engine = "none", Seconds = 0 },
        },
    };

    /// <summary>Scattered by the stage's id below a curve, so that there is a front of some tens.</summary>
    private static Evaluation Measured(StageId stage)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(stage.Value));
        var size = BitConverter.ToUInt32(bytes, 0) / (double)uint.MaxValue;
        var accuracy = Math.Sqrt(size) * (0.5 + BitConverter.ToUInt32(bytes, 4) / (double)uint.MaxValue / 2);
        var parameters = 1000 + (long)(size * 1e6);
        return new Evaluation { Accuracy = accuracy, TestAccuracy = accuracy, Loss = 1, Parameters = parameters, Flops = 10 * parameters };
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
