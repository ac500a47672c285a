using System.Net;
using System.Net.Sockets;

namespace Sweep.Silo.Hosting;

/// <summary>Ports to listen on.</summary>
internal static class ListeningPort
{
    /// <param name="address">Of an interface of this machine, or any.</param>
    /// <param name="flag">The option that asks, for the message.</param>
    /// <param name="wanted">0 for a free one.</param>
    /// <returns>A port that was free a moment ago; whoever takes it first has it.</returns>
    /// <exception cref="PortInUseException">The wanted port is taken.</exception>
    public static int Choose(IPAddress address, string flag, int wanted)
    {
        try
        {
            using var listener = new TcpListener(address, wanted);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            throw new PortInUseException(FormattableString.Invariant(
                $"Port {wanted} ({flag}) must be free, but another process listens there. Name another one, or 0 for any."));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
        {
            throw new PortInUseException($"The address of {flag} must belong to this machine, but {address} does not.");
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AccessDenied)
        {
            throw new PortInUseException(FormattableString.Invariant(
                $"Port {wanted} ({flag}) must be open to this user, but the system refuses it. Name a port above 1023, or 0 for any."));
        }
    }
}

/// <summary>A port that was asked for cannot be had.</summary>
internal sealed class PortInUseException(string message) : Exception(message);
