namespace Sweep.Silo.Hosting;

/// <summary>What the process answers to whoever started it; the same numbers as the <c>sweep</c> command's.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Error = 1;
    public const int Usage = 2;

    /// <summary>Something else holds what this silo needs: a folder, a port.</summary>
    public const int Conflict = 5;
}
