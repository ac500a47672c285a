using System.Globalization;

namespace Sweep.Silo.Devices;

/// <summary>
/// A device that belongs to one process of this machine. The system drops the lock when the process ends, however it ends; a file beside it
/// names the holder for the message of whoever is refused.
/// </summary>
public sealed class DeviceLock : IDisposable
{
    private readonly FileStream _file;

    private DeviceLock(FileStream file) => _file = file;

    /// <param name="folder">See <see cref="DeviceLockFolder"/>.</param>
    /// <param name="device">For example <c>cuda:0</c>.</param>
    /// <param name="identity">The same for every process of the machine, whatever it calls the device.</param>
    /// <param name="patience">How long to wait for a holder that is about to end: a killed process needs a moment to go.</param>
    /// <exception cref="DeviceInUseException">Another process holds it.</exception>
    public static async Task<DeviceLock> Acquire(string folder, string device, string identity, TimeSpan patience, TimeProvider time)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            if (DeviceLockFolder.TryLock(Path.Combine(folder, $"{identity}.lock")) is { } file)
            {
                // A file of its own: the locked one cannot be read by others.
                DeviceLockFolder.Write(HolderOf(folder, identity), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
                return new DeviceLock(file);
            }

            if (time.GetElapsedTime(started) >= patience)
            {
                throw new DeviceInUseException(device, identity, Holder(folder, identity));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), time);
        }
    }

    public void Dispose() => _file.Dispose();

    private static string HolderOf(string folder, string identity) => Path.Combine(folder, $"{identity}.holder");

    private static string? Holder(string folder, string identity)
    {
        try
        {
            var text = File.ReadAllText(HolderOf(folder, identity)).Trim();
            return text.Length == 0 ? null : text;
        }
        catch (IOException)
        {
            return null; // not written yet, or being written: the message does without the number
        }
    }
}

/// <summary>A device belongs to another process of this machine.</summary>
public sealed class DeviceInUseException(string device, string identity, string? holder) : Exception(
    $"One silo at a time may use a device, but {device} ({identity}) is held by {(holder is null ? "another process" : $"process {holder}")}. "
    + "Give this silo other devices with --device, or end the other one.");
