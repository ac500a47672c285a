using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Silo.Artifacts;
using Sweep.Silo.Files;
using Sweep.Silo.Hosting;
using Sweep.Silo.Metrics;
using Sweep.Silo.Settings;
using Sweep.Silo.Workers;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Metrics;

/// <summary>What a collector gets of a whole sweep.</summary>
[Collection(AloneCollection.Name)]
public sealed class TraceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ReceivedSpans _collector = new(ListeningPort.Choose(IPAddress.Loopback, "the collector", 0));

    public void Dispose()
    {
        _collector.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Sweep_IsTracedWithItsIds()
    {
        var spec = TestSpec.Of("traced", [0.4], [PruningMethod.Vtp]);
        var stages = StageTree.Of(ExperimentPlanner.Plan(spec)).Stages.ToDictionary(stage => stage.Id.Value, stage => stage.Recipe);

        await Run(spec);

        var spans = _collector.All;
        Assert.Equal("sweep-silo", _collector.Resource["service.name"]);
        Assert.Equal("primary", _collector.Resource["service.instance.id"]);
        Assert.Equal("traced", Assert.Single(spans, span => span.Name == "submit").Attributes["sweep.experiment"]);
        var attempts = spans.Where(span => span.Name == "attempt").ToList();
        Assert.Equal(stages.Keys.Order(StringComparer.Ordinal), attempts.Select(span => span.Attributes["sweep.stage"]).Order(StringComparer.Ordinal));
        Assert.All(attempts, span => Assert.Equal(("1", "succeeded", "cpu", "primary"),
            (span.Attributes["sweep.attempt"], span.Attributes["sweep.outcome"], span.Attributes["sweep.device"], span.Attributes["sweep.silo"])));

        // What is done for an attempt is in its span.
        var byId = attempts.ToDictionary(span => span.Span);
        Assert.Equal(stages.Count, spans.Count(span => span.Name == "artifact commit"));
        Assert.Equal(stages.Values.Sum(recipe => recipe.Inputs.Count), spans.Count(span => span.Name == "artifact fetch"));
        Assert.Contains(spans, span => span.Name == "checkpoint commit");
        Assert.All(spans.Where(span => span.Name is "artifact commit" or "checkpoint commit"), span => Assert.Equal(byId[span.Parent].Attributes["sweep.stage"], span.Attributes["sweep.stage"]));
        Assert.All(spans.Where(span => span.Name == "artifact fetch"), span => Assert.Contains(
            span.Attributes["sweep.stage"], stages[byId[span.Parent].Attributes["sweep.stage"]].Inputs.Select(input => input.Value)));
    }

    private async Task Run(SweepSpec spec)
    {
        var state = new StateFolder(_folder["state"]);
        state.Create();
        Directory.CreateDirectory(state.Silo("primary"));
        var settings = new SiloSettings
        {
            StateFolder = state.Root,
            Name = "primary",
            Workers = 0,
            Lease = TimeSpan.FromSeconds(2),
            Telemetry = new TelemetrySettings { Traces = new Uri(_collector.Url) },
        };
        await using var silo = SiloHost.Build(settings, state, [], null, NullLoggerProvider.Instance);
        await silo.StartAsync();
        using var drain = new Drain(TimeProvider.System);
        var working = WorkerOf(silo, state).Run(drain);
        using var http = new HttpClient { BaseAddress = new Uri(silo.Urls.First()) };
        using var answer = await http.PostAsync("/api/v1/experiments", new StringContent(CanonicalJson.Serialize(spec), Encoding.UTF8, "application/json"));
        answer.EnsureSuccessStatusCode();
        await using (var scraped = ScrapedApp.Watching(silo))
        {
            await scraped.ScrapeUntil(now => now.Sum("sweep_experiments", ("state", "complete")) == 1 && now.Sum("sweep_workers", ("state", "idle")) == 1);
        }

        drain.Begin(TimeSpan.FromMinutes(1));
        await working;
        await silo.StopAsync(); // and what is left is sent when the silo's services end
    }

    private Worker WorkerOf(WebApplication silo, StateFolder state)
    {
        var store = new DirectoryArtifactStore(state.Artifacts);
        var grains = silo.Services.GetRequiredService<IGrainFactory>();
        return new Worker(
            new WorkerPlace
            {
                Silo = "primary",
                Device = "cpu",
                Slot = 0,
                Threads = 1,
                Runner = new PlayedEngine(),
                Store = store,
                Cache = new ArtifactCache(store, Path.Combine(_folder["scratch"], "held"), capacity: 32),
                Gate = new MachineGate(),
                Meter = silo.Services.GetRequiredService<WorkerMeter>(),
                Scratch = _folder["scratch"],
            },
            "a1",
            report => grains.GetGrain<IWorkQueueGrain>(IWorkQueueGrain.DefaultPool).Synchronize(report),
            TimeProvider.System,
            NullLogger.Instance);
    }
}
