using Microsoft.Extensions.Configuration;
using Sweep.Silo.Engines;
using Sweep.Silo.Hosting;
using Sweep.Silo.Settings;

if (args is ["--help"] or ["-h"])
{
    Console.Out.Write(SiloSettingsReader.Help);
    return ExitCode.Ok;
}

try
{
    var file = new ConfigurationBuilder().SetBasePath(AppContext.BaseDirectory).AddJsonFile("appsettings.json", optional: true).Build();
    return await SiloProgram.Run(SiloSettingsReader.Read(args, EngineEnvironment.OfThisProcess(), file.GetSection("Silo")));
}
catch (Exception e) when (e is UsageException or InvalidDataException)
{
    Console.Error.WriteLine($"sweep-silo: {e.Message}");
    return ExitCode.Usage;
}
