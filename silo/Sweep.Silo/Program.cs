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
    var isCheck = args.Contains("--check");
    var settings = SiloSettingsReader.Read(
        [.. args.Where(argument => argument != "--check")], EngineEnvironment.OfThisProcess(), Path.Combine(AppContext.BaseDirectory, "appsettings.json"));
    return isCheck ? await SiloProgram.Check(settings) : await SiloProgram.Run(settings);
}
catch (UsageException e)
{
    Console.Error.WriteLine($"sweep-silo: {e.Message}");
    return ExitCode.Usage;
}
