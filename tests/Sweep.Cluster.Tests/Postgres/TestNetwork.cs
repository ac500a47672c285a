using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Sweep.Cluster.Tests.Postgres;

/// <summary>
/// Machines of one network, each a network namespace with a cable to a bridge; this machine is on the bridge too. Pulling a cable at the
/// bridge leaves the machine's own link up: what it sends goes nowhere and nobody says so, as with a switch that fails. Needs root.
/// </summary>
internal sealed class TestNetwork : IDisposable
{
    private const string Tool = "/usr/sbin/ip";

    // Names of devices have at most 15 characters.
    private readonly string _tag = string.Create(CultureInfo.InvariantCulture, $"sw{Environment.ProcessId % 100000}");
    private readonly Dictionary<string, int> _machines = [];

    /// <summary>This machine, as the others see it.</summary>
    public static IPAddress Bridge { get; } = IPAddress.Parse("10.213.77.1");

    /// <summary>Why there can be no such network here; null where there can.</summary>
    public static string? Missing { get; } = Try();

    public TestNetwork()
    {
        Ip($"link add {_tag} type bridge");
        try
        {
            Ip($"addr add {Bridge}/24 dev {_tag}");
            Ip($"link set {_tag} up");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Add(string name)
    {
        var number = _machines.Count + 1;
        _machines.Add(name, number);
        var address = string.Create(CultureInfo.InvariantCulture, $"10.213.77.{10 + number}");
        var (space, cable) = (Space(name), Cable(name));
        Ip($"netns add {space}");
        Ip($"link add {cable} type veth peer name eth0 netns {space}");
        Ip($"link set {cable} master {_tag} up");
        Ip($"-n {space} addr add {address}/24 dev eth0");
        Ip($"-n {space} link set eth0 up");
        Ip($"-n {space} link set lo up");
        return address;
    }

    /// <summary>What is put before a command line to run it on a machine.</summary>
    public IReadOnlyList<string> CommandOn(string name) => [Tool, "netns", "exec", Space(name)];

    public void Pull(string name) => Ip($"link set {Cable(name)} nomaster");

    public void Plug(string name) => Ip($"link set {Cable(name)} master {_tag}");

    public void Dispose()
    {
        foreach (var name in _machines.Keys)
        {
            Ip($"netns del {Space(name)}");
        }

        Ip($"link del {_tag}");
    }

    private static string? Try()
    {
        if (!File.Exists(Tool) || !Environment.IsPrivilegedProcess)
        {
            return "Network namespaces need root and iproute2 (/usr/sbin/ip).";
        }

        try
        {
            using var network = new TestNetwork();
            network.Add("probe");
            return null;
        }
        catch (InvalidOperationException e)
        {
            return $"Network namespaces are not permitted here: {e.Message}";
        }
    }

    private string Space(string name) => $"{_tag}-{name}";

    private string Cable(string name) => string.Create(CultureInfo.InvariantCulture, $"{_tag}-{_machines[name]}");

    private static void Ip(string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Tool, arguments) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"ip {arguments} must succeed, but ended with {process.ExitCode}: {said}");
        }
    }
}
