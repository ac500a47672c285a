using Microsoft.Extensions.DependencyInjection;
using Sweep.Silo.Devices;
using Sweep.Silo.Metrics;

namespace Sweep.Silo.Tests.Metrics;

[Collection(AloneCollection.Name)]
public sealed class GpuMeterTests
{
    [PromtoolFact]
    public async Task Readings_AreExposedInBaseUnits_AndCleanForPromtool()
    {
        await using var app = await Serve(
            new GpuReading
            {
                Index = 0,
                Uuid = "GPU-a",
                Model = "NVIDIA H200",
                Driver = "570",
                Utilization = 0.5,
                MemoryUsed = 10,
                MemoryTotal = 100,
                Power = 300.5,
                Energy = 1e9,
                Temperature = 41,
                UncorrectedErrors = 2,
            },
            new GpuReading { Index = 1, Uuid = "GPU-b", Model = "NVIDIA H200" });

        var exposed = await app.Scrape();

        Assert.Equal(["0", "1"], exposed.Of("sweep_gpu_info", ("model", "NVIDIA H200")).Select(gpu => gpu.Labels["gpu"]));
        foreach (var (name, value) in new[]
        {
            ("sweep_gpu_utilization_ratio", 0.5), ("sweep_gpu_memory_used_bytes", 10), ("sweep_gpu_memory_size_bytes", 100),
            ("sweep_gpu_power_watts", 300.5), ("sweep_gpu_energy_joules_total", 1e9), ("sweep_gpu_temperature_celsius", 41), ("sweep_gpu_memory_errors_total", 2),
        })
        {
            // The second GPU tells none of them, so nothing is told of it.
            var sample = Assert.Single(exposed.Of(name));
            Assert.Equal((value, "0"), (sample.Value, sample.Labels["gpu"]));
        }

        Assert.All(exposed.Samples.Where(sample => sample.Name.StartsWith("sweep_", StringComparison.Ordinal)), KnownMetrics.AssertBounded);
        await Promtool.AssertClean(exposed.Text);
    }

    [Fact]
    public async Task MoreGpusThanTheLimit_AreLeftOut()
    {
        await using var app = await Serve([.. Enumerable.Range(0, 40).Select(index => new GpuReading { Index = index, Uuid = $"GPU-{index}", Model = "m", Power = 1 })]);

        Assert.Equal(GpuMetrics.GpuLimit, (await app.Scrape()).Of("sweep_gpu_power_watts").Count);
    }

    private static Task<ScrapedApp> Serve(params GpuReading[] gpus) => ScrapedApp.StartExposition(services => services.AddSingleton<IGpuProbe>(new Probe(gpus)));

    private sealed class Probe(IReadOnlyList<GpuReading> gpus) : IGpuProbe
    {
        public IReadOnlyList<GpuReading> Read() => gpus;
    }
}
