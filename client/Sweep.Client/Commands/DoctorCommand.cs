using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Orleans;
using Sweep.Client.Cluster;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Data;
using Sweep.Data.Decoding;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;

namespace Sweep.Client.Commands;

/// <summary><c>sweep doctor</c>: what this machine has of what a sweep needs, and what to do about the rest.</summary>
internal static class DoctorCommand
{
    /// <summary>Below this a sweep of small networks may run out of disk before its end.</summary>
    private const long FewBytes = 1L << 30;

    private static readonly TimeSpan s_probeLimit = TimeSpan.FromSeconds(60);

    private enum Verdict
    {
        Ok,
        Warning,
        Failed,
    }

    /// <summary>The package's version, or that its stand-in was built in.</summary>
    private static string OrleansVersion { get; } =
        typeof(IGrainFactory).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "of unknown version";

    private sealed record Finding(string Subject, Verdict Verdict, string Detail, string? Advice = null);

    public static Command Create(CommonOptions common, Surroundings surroundings)
    {
        var command = new Command("doctor", "Check what a sweep needs on this machine.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = common.Settle(parsed, surroundings);
            List<Finding> findings =
            [
                new("client", Verdict.Ok, $"sweep {LocalCommands.ProductVersion}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}"),
                new("orleans", Verdict.Ok, $"Orleans {OrleansVersion}"),
                File(ProgramFile.Silo, surroundings, out _),
                File(ProgramFile.Engine, surroundings, out var engine),
                .. engine is null ? [] : await Probe(engine, cancellationToken),
                .. KnownData.All.Select(data => Data(data, surroundings)),
                Photographs(),
                State(settings.State),
                await Cluster(settings, surroundings, cancellationToken),
            ];
            AnswerWriter.Write(
                Answer.List(
                    "findings",
                    findings,
                    [
                        new("subject", "subject", finding => finding.Subject, finding => finding.Subject),
                        new("verdict", "verdict", finding => Words.Name(finding.Verdict), finding => Words.Name(finding.Verdict)) { Markup = Colour },
                        new("detail", "detail", finding => Told(finding), finding => finding.Detail),
                        new(null, "advice", _ => "", finding => finding.Advice ?? ""),
                    ],
                    whenEmpty: ""),
                settings.Form,
                surroundings);
            return (int)(findings.Exists(finding => finding.Verdict is Verdict.Failed) ? ExitCode.Error : ExitCode.Ok);
        });
        return command;
    }

    private static string Told(Finding finding) => finding.Advice is { } advice ? $"{finding.Detail} {advice}" : finding.Detail;

    private static string Colour(Finding finding) => finding.Verdict switch
    {
        Verdict.Ok => "[green]ok[/]",
        Verdict.Warning => "[yellow]warning[/]",
        _ => "[red]failed[/]",
    };

    private static Finding File(ProgramFile program, Surroundings surroundings, out string? path)
    {
        path = null;
        try
        {
            path = program.Find(surroundings.Variable, AppContext.BaseDirectory);
            return new(program.Name, Verdict.Ok, path);
        }
        catch (ClientException e)
        {
            return new(program.Name, Verdict.Failed, e.Message, e.Advice);
        }
    }

    /// <summary>Asks the engine what it runs on: only it may load libtorch.</summary>
    private static async Task<IReadOnlyList<Finding>> Probe(string engine, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(engine, ["probe"]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await Task.WhenAll(output, error).WaitAsync(s_probeLimit, cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 && CanonicalJson.Deserialize<EngineEvent>((await output).Trim()) is ReadyEvent ready
                ? Readings(ready, (await error).Trim())
                : [new("libtorch", Verdict.Failed, $"the engine ended with exit code {process.ExitCode}: {LastLine(await error)}", "Run build/install-prerequisites.sh.")];
        }
        catch (Exception e) when (e is Win32Exception or TimeoutException or JsonException)
        {
            return [new("libtorch", Verdict.Failed, $"the engine does not tell: {e.Message}", "Run build/install-prerequisites.sh.")];
        }
    }

    private static IReadOnlyList<Finding> Readings(ReadyEvent ready, string speed) =>
    [
        new("libtorch", Verdict.Ok, ready.Torch),
        new("devices", Verdict.Ok, string.Join(", ", ready.Devices)),
        ready.Blas is { } blas && blas.Contains("openblas", StringComparison.OrdinalIgnoreCase)
            ? new("blas", Verdict.Ok, $"{blas}; {speed}")
            : new("blas", Verdict.Warning, $"{ready.Blas ?? "unknown"}; {speed}.", "The reference BLAS is ten times slower than OpenBLAS: run build/install-prerequisites.sh."),
    ];

    private static string LastLine(string text) => text.Trim().Split('\n')[^1];

    /// <summary>Absence is a fault only of a set that the prerequisites install: the others are for whoever wants them.</summary>
    private static Finding Data(KnownData data, Surroundings surroundings) =>
        DataSets.Find(data, named: null, surroundings.Variable) is { } folder ? new($"data {data.Name}", Verdict.Ok, folder)
        : data.DebianPackage is null ? new($"data {data.Name}", Verdict.Ok, $"not here; 'sweep data get {data.Name}' downloads it")
        : new($"data {data.Name}", Verdict.Failed, "not found.", DataSetFolder.HowToPlace(data));

    private static Finding Photographs() => PhotographDecoder.MissingPackages is { Count: > 0 } missing
        ? new("photographs", Verdict.Warning, $"{string.Join(" and ", missing)} cannot be loaded.", $"To train on folders of photographs: 'apt-get install {string.Join(' ', missing)}', or its counterpart.")
        : new("photographs", Verdict.Ok, "libjpeg-turbo and libpng decode them");

    private static Finding State(string state)
    {
        // The folder may not exist yet; then its nearest ancestor decides.
        var folder = state;
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
        {
            folder = parent;
        }

        try
        {
            var probe = Path.Combine(folder, FormattableString.Invariant($".sweep-doctor-{Environment.ProcessId}"));
            System.IO.File.WriteAllText(probe, "");
            System.IO.File.Delete(probe);
            var free = new DriveInfo(folder).AvailableFreeSpace;
            return free < FewBytes
                ? new("state", Verdict.Warning, $"{state}: only {Words.Magnitude(free)}B free.", "Name another folder with --state.")
                : new("state", Verdict.Ok, $"{state}, {Words.Magnitude(free)}B free");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new("state", Verdict.Failed, $"{state} cannot be written to: {e.Message}", "Name another folder with --state or SWEEP_STATE.");
        }
    }

    private static async Task<Finding> Cluster(CommonSettings settings, Surroundings surroundings, CancellationToken cancellationToken)
    {
        try
        {
            await using var session = await ClusterSession.TryJoin(settings, surroundings, cancellationToken);
            if (session is null)
            {
                return new("cluster", Verdict.Ok, "none runs here; 'sweep run' starts its own");
            }

            var queue = await session.Api.GetQueue(cancellationToken);
            return new("cluster", Verdict.Ok, $"{Words.Many(queue.Workers.Count, "worker")}, {Words.Many(queue.Depth, "stage")} waiting");
        }
        catch (Exception e) when (e is ClientException || Watching.ExperimentWatch.IsOutage(e))
        {
            return new("cluster", Verdict.Failed, e.Message, (e as ClientException)?.Advice);
        }
    }
}
