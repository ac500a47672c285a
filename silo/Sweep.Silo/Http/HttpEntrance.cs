using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sweep.Silo.Settings;

namespace Sweep.Silo.Http;

/// <summary>Everything that HTTP serves, behind one gate.</summary>
internal static class HttpEntrance
{
    public static void ListenHttp(this WebApplicationBuilder builder, HttpSettings settings, int port)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = settings.LargestBody;
            kestrel.Listen(settings.Address, port);
        });
        builder.Services.AddSingleton(settings);
    }

    /// <summary>A worker serves health, and metrics, to whoever runs the cluster; experiments are the control silos'.</summary>
    /// <exception cref="TokenFileException">The token file cannot be used.</exception>
    public static void ServeHttp(this WebApplication app, HttpSettings settings, SiloRole role)
    {
        var time = app.Services.GetRequiredService<TimeProvider>();
        var tokens = settings.Tokens is { } path ? new TokenFile(path, time, app.Services.GetRequiredService<ILogger<TokenFile>>()) : null;
        var gate = new AccessGate(settings, tokens, time);
        app.UseRouting();
        app.Use(gate.Pass);
        app.MapHealth();
        if (role == SiloRole.Worker)
        {
            return;
        }

        app.MapSweepApi();
        app.MapPages();
        if (tokens is not null)
        {
            app.MapSignIn(tokens);
        }
    }
}
