using System.Globalization;
using System.Net;
using System.Text;

namespace Sweep.Monitoring.Tests;

/// <summary>
/// What a silo with GPUs on the real Orleans exposes beside what the silos of the tests do, under the names that the product's own tests
/// pin (GpuMeterTests, OrleansMetersTests). Counters grow with each scrape.
/// </summary>
internal sealed class PlayedSeries : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;
    private int _scrapes;

    public PlayedSeries()
    {
        var port = PrometheusServer.FreePort();
        Target = FormattableString.Invariant($"127.0.0.1:{port}");
        _listener.Prefixes.Add($"http://{Target}/");
        _listener.Start();
        _serving = Serve();
    }

    public string Target { get; }

    public void Dispose()
    {
        _listener.Close();
        _serving.Wait();
    }

    private async Task Serve()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return; // closed
            }

            var body = Encoding.UTF8.GetBytes(Text(++_scrapes));
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            await context.Response.OutputStream.WriteAsync(body);
            context.Response.Close();
        }
    }

    private static string Text(int scrapes)
    {
        var text = new StringBuilder();
        void Say(string series, double value) => text.Append(CultureInfo.InvariantCulture, $"{series} {value}\n");
        Say("""sweep_gpu_info{gpu="0",uuid="GPU-a",model="NVIDIA H200",driver="570"}""", 1);
        Say("""sweep_gpu_utilization_ratio{gpu="0"}""", 0.9);
        Say("""sweep_gpu_memory_used_bytes{gpu="0"}""", 7e10);
        Say("""sweep_gpu_memory_size_bytes{gpu="0"}""", 1.4e11);
        Say("""sweep_gpu_power_watts{gpu="0"}""", 600);
        Say("""sweep_gpu_temperature_celsius{gpu="0"}""", 60);
        Say("""sweep_gpu_energy_joules_total{gpu="0"}""", 600 * scrapes);
        Say("""sweep_gpu_memory_errors_total{gpu="0"}""", 0);
        Say("""sweep_train_samples_total{device="cuda"}""", 1000 * scrapes);
        Say("""sweep_out_of_memory_total{device="cuda:0"}""", 1);
        Say("orleans_app_requests_total", 100 * scrapes);
        foreach (var (edge, share) in new[] { ("0.001", 50), ("0.01", 90), ("+Inf", 100) })
        {
            Say($"orleans_app_requests_latency_seconds_bucket{{le=\"{edge}\"}}", share * scrapes);
        }

        Say("orleans_catalog_activations", 100);
        Say("orleans_scheduler_long_running_turns_total", 0);
        Say("""orleans_messaging_expired_total{Phase="Send"}""", 0);
        Say("""orleans_messaging_rejected_total{Direction="Request"}""", 0);
        Say("orleans_messaging_pings_reply_missed_total", 0);
        Say("""orleans_app_requests_timedout_total{grain_type="stage"}""", 0);
        return text.ToString();
    }
}
