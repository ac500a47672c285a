using Microsoft.Extensions.Logging;
using Sweep.Silo.Devices;

namespace Sweep.Silo.Workers;

/// <summary>What a silo has taken of its machine, against the other silos there.</summary>
public sealed class DeviceClaims : IDisposable
{
    /// <summary>A silo that was killed a moment ago needs a moment to go, and its locks with it.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly List<IDisposable> _held = [];

    private DeviceClaims()
    {
    }

    /// <param name="lockFolder">By option; null for the machine's own.</param>
    /// <exception cref="DeviceInUseException">Another process computes on one of the GPUs.</exception>
    /// <exception cref="IOException">GPUs cannot be locked.</exception>
    public static async Task<DeviceClaims> Take(IReadOnlyList<DeviceSlot> slots, string? lockFolder, int coresPresent, TimeProvider time, ILogger log)
    {
        var claims = new DeviceClaims();
        try
        {
            foreach (var gpu in slots.Where(slot => slot.Device != "cpu").DistinctBy(slot => slot.Device))
            {
                var identity = gpu.DeviceId ?? gpu.Device.Replace(':', '-');
                claims._held.Add(await DeviceLock.Acquire(DeviceLockFolder.Open(lockFolder), gpu.Device, identity, s_patience, time));
            }

            claims.TakeCores(slots.Where(slot => slot.Device == "cpu").Sum(slot => slot.Threads), lockFolder, coresPresent, log);
            return claims;
        }
        catch
        {
            claims.Dispose();
            throw;
        }
    }

    public void Dispose() => _held.ForEach(claim => claim.Dispose());

    private void TakeCores(int cores, string? lockFolder, int coresPresent, ILogger log)
    {
        if (cores == 0)
        {
            return;
        }

        try
        {
            var claim = CoreClaim.Take(DeviceLockFolder.Open(lockFolder), cores);
            _held.Add(claim);
            if (claim.Warning(cores, coresPresent) is { } warning)
            {
                log.LogWarning("{Warning}", warning);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("Other silos of this machine are not told which cores this one uses: {Reason}", e.Message); // they only would have been warned
        }
    }
}
