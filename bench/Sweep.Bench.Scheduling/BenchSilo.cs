using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Bench.Scheduling;

/// <summary>A silo with Sweep's grains, and workers that finish whatever they get at once.</summary>
internal sealed class BenchSilo : IAsyncDisposable
{
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

    /// <summary>Runs an experiment to its end.</summary>
    /// <param name="name">Of the experiment.</param>
    /// <param name="trials">One for each sparsity.</param>
    /// <param name="workers">How many call.</param>
    /// <param name="firstSparsity">Keeps experiments from sharing all but the root.</param>
    /// <param name="seed">Another one shares nothing with whatever the store holds.</param>
    /// <returns>Stages run, the root not counted if it was there.</returns>
    public async Task<int> Run(string name, int trials, int workers, double firstSparsity, long seed = 0)
    {
        var spec = Spec(name, [.. Enumerable.Range(0, trials).Select(i => Math.Round(firstSparsity + i * 1e-3, 6))], seed);
        var api = new GrainSweepApi(Grains);
        await api.Submit(spec, CancellationToken.None);
        using var ended = new CancellationTokenSource();
        var counts = await Task.WhenAll(Enumerable.Range(0, workers).Select(i => Work(FormattableString.Invariant($"bench/cpu-{i}/{name}"), api, name, ended)));
        var status = await api.GetStatus(name, CancellationToken.None);
        return status.State == ExperimentState.Complete
            ? counts.Sum()
            : throw new InvalidOperationException($"The experiment must end complete, but is {status.State}: {status.Failure}");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    /// <summary>Takes, finishes and reports stages until the experiment has ended.</summary>
    private async Task<int> Work(string worker, GrainSweepApi api, string experiment, CancellationTokenSource ended)
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
                Device = "cpu",
                Threads = 1,
                AcceptsWork = true,
                Attempt = report,
            });
            report = directive.Assignment is { } assignment ? Finish(assignment, worker) : null;
            if (report is not null)
            {
                count++;
                continue;
            }

            if ((await api.GetStatus(experiment, CancellationToken.None)).EndedAt is not null)
            {
                await ended.CancelAsync();
            }
            else
            {
                await Task.Delay(directive.NextCall, TimeProvider.System, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
                ? new Evaluation { Accuracy = 0.5, TestAccuracy = 0.5, Loss = 1, Parameters = 1000, Flops = 1000 }
                : null,
            Provenance = new Provenance { Device = "cpu", Threads = 1, Torch = "none", Engine = "none", Seconds = 0 },
        },
    };

    private static SweepSpec Spec(string name, double[] sparsities, long seed) => new()
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

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
