using System.Net;
using System.Net.Sockets;

namespace Sweep.Silo.Settings;

/// <summary>What Kubernetes' downward API says about the pod that this process is in, as its users call the variables. The weakest word of all.</summary>
internal sealed record PodSettings
{
    private const string NameVariable = "POD_NAME";
    private const string AddressVariable = "POD_IP";

    public string? Name { get; private init; }

    public IPAddress? Address { get; private init; }

    /// <summary>Every address of the family, when the pod's own is known.</summary>
    public IPAddress? Listen => Address is null ? null : Address.AddressFamily is AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;

    public static PodSettings Of(IReadOnlyDictionary<string, string> environment, List<string> faults)
    {
        IPAddress? address = null;
        if (environment.GetValueOrDefault(AddressVariable) is { Length: > 0 } text && !IPAddress.TryParse(text, out address))
        {
            faults.Add($"{AddressVariable} must be an address, but is '{text}'.");
        }

        return new PodSettings { Name = environment.GetValueOrDefault(NameVariable) is { Length: > 0 } name ? name : null, Address = address };
    }
}
