using System.Runtime.InteropServices;

namespace Sweep.Silo.Hosting;

/// <summary>Watches the process that started this one.</summary>
internal static class ParentProcess
{
    private const long PidfdOpen = 434;
    private const short PollIn = 1;
    private const int Forever = -1;
    private const int Interrupted = 4; // EINTR

    /// <summary>
    /// Calls <paramref name="ended"/> once, on a thread of its own, when the process is gone. A process descriptor tells at once, asks nothing
    /// of the parent, and cannot mistake a later process of the same number for it.
    /// </summary>
    public static void Watch(int process, Action ended) =>
        new Thread(() =>
        {
            AwaitEnd(process);
            ended();
        })
        { IsBackground = true, Name = "parent" }.Start();

    private static void AwaitEnd(int process)
    {
        var descriptor = SystemCall(PidfdOpen, process, 0);
        if (descriptor < 0)
        {
            return; // there is no such process: it is gone already
        }

        var wait = new PollRequest { Descriptor = (int)descriptor, Events = PollIn };
        while (Poll(ref wait, 1, Forever) < 0 && Marshal.GetLastPInvokeError() == Interrupted)
        {
        }
    }

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static extern long SystemCall(long number, int process, uint flags);

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static extern int Poll(ref PollRequest request, ulong count, int timeout);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
