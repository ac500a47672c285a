using System.Diagnostics;
using System.Globalization;

namespace Sweep.Client.Cluster;

/// <summary>The command line that starts a silo.</summary>
internal static class SiloCommand
{
    public static ProcessStartInfo Create(string program, SiloLaunch launch, int parentPid)
    {
        // A session of its own: Ctrl+C in the terminal reaches the client alone, which then asks the silo to drain.
        var setsid = new[] { "/usr/bin/setsid", "/bin/setsid" }.FirstOrDefault(File.Exists);
        var arguments = Arguments(launch, parentPid);
        return new ProcessStartInfo(setsid ?? program, setsid is null ? arguments : arguments.Prepend(program))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
    }

    /// <summary>Ports are free ones, of the silo's choice: it says which when it is ready.</summary>
    public static IReadOnlyList<string> Arguments(SiloLaunch launch, int parentPid)
    {
        List<string> arguments = ["--state", launch.State, "--silo-port", "0", "--gateway-port", "0"];
        if (launch.Workers is { } workers)
        {
            arguments.AddRange(["--workers", workers.ToString(CultureInfo.InvariantCulture)]);
        }

        if (launch.Threads is { } threads)
        {
            arguments.AddRange(["--threads", threads.ToString(CultureInfo.InvariantCulture)]);
        }

        if (launch.Data is { } data)
        {
            arguments.AddRange(["--data", data]);
        }

        arguments.AddRange(["--parent-pid", parentPid.ToString(CultureInfo.InvariantCulture)]);
        return arguments;
    }
}
