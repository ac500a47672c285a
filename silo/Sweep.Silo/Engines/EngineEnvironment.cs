using System.Globalization;

namespace Sweep.Silo.Engines;

/// <summary>The environment of an engine process: what it needs of the silo's own, then what decides its speed.</summary>
public static class EngineEnvironment
{
    private static readonly string[] s_kept =
    [
        "PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "TZ",
        "LD_LIBRARY_PATH", "LD_PRELOAD",                                        // where a site keeps its libraries
        "DOTNET_ROOT", "DOTNET_ROOT_X64", "DOTNET_ROOT_ARM64",
        "OPENBLAS_CORETYPE", "MKL_ENABLE_INSTRUCTIONS",                         // respected, never set: a wrong one costs 20 %
        "SWEEP_DATA", "XDG_DATA_HOME", "SWEEP_LIBTORCH", "SWEEP_ENGINE_FAULT",
    ];

    /// <summary>Whatever begins as if it were needed: a secret is not.</summary>
    private static readonly string[] s_secretEndings = ["KEY", "TOKEN", "SECRET", "PASSWORD"];

    private static readonly string[] s_keptPrefixes = ["NVIDIA_", "CUDA_", "LIBTORCH_", "TORCH_"];

    /// <param name="own">This process's environment.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda:N</c>.</param>
    public static IReadOnlyDictionary<string, string> For(IReadOnlyDictionary<string, string> own, string device, int threads)
    {
        var variables = own
            .Where(variable => s_kept.Contains(variable.Key, StringComparer.Ordinal)
                || (s_keptPrefixes.Any(prefix => variable.Key.StartsWith(prefix, StringComparison.Ordinal))
                    && !s_secretEndings.Any(ending => variable.Key.EndsWith(ending, StringComparison.Ordinal))))
            .ToDictionary(StringComparer.Ordinal);
        var count = threads.ToString(CultureInfo.InvariantCulture);
        variables["OMP_NUM_THREADS"] = count;
        variables["OPENBLAS_NUM_THREADS"] = count;
        variables["MKL_NUM_THREADS"] = count;

        // Threads that meet at a barrier spin before they sleep. On a machine with other work, the default of seconds makes a step
        // with two threads many times slower than with one: spin for some microseconds only.
        variables["GOMP_SPINCOUNT"] = "10000";
        if (device == "cpu")
        {
            variables["CUDA_VISIBLE_DEVICES"] = ""; // a CPU worker must not take memory of a GPU
        }

        // cuda:N is then the driver's N, and what the driver tells of a GPU is told of the right one.
        variables.TryAdd("CUDA_DEVICE_ORDER", "PCI_BUS_ID");

        // A training step allocates and frees the same large blocks over and over: keep them in the heap instead of giving them back
        // to the system each time, which costs a page fault for every page of every step.
        variables["MALLOC_MMAP_THRESHOLD_"] = "1000000000";
        variables["MALLOC_TRIM_THRESHOLD_"] = "4000000000";
        variables["MALLOC_TOP_PAD_"] = "67108864";
        variables["DOTNET_gcServer"] = "0";
        variables["DOTNET_NOLOGO"] = "1";
        return variables;
    }

    public static IReadOnlyDictionary<string, string> OfThisProcess()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return variables;
    }
}
