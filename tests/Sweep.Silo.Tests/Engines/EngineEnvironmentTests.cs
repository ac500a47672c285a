using Sweep.Silo.Engines;

namespace Sweep.Silo.Tests.Engines;

public sealed class EngineEnvironmentTests
{
    private static readonly Dictionary<string, string> s_own = new()
    {
        ["PATH"] = "/bin",
        ["HOME"] = "/root",
        ["OPENBLAS_CORETYPE"] = "Haswell",
        ["OMP_NUM_THREADS"] = "64",
        ["AWS_SECRET_ACCESS_KEY"] = "secret",
        ["SWEEP_AZURE"] = "secret",
        ["SWEEP_POSTGRES"] = "secret",
        ["SWEEP_TOKENS"] = "secret",
        ["NVIDIA_API_KEY"] = "secret",
        ["TORCH_HUB_TOKEN"] = "secret",
        ["DOTNET_STARTUP_HOOKS"] = "hook.dll",
    };

    [Fact]
    public void Environment_HoldsNoMoreThanTheEngineNeeds()
    {
        var environment = EngineEnvironment.For(s_own, "cpu", threads: 2);

        Assert.Equal("/bin", environment["PATH"]);
        Assert.Equal("Haswell", environment["OPENBLAS_CORETYPE"]);
        Assert.DoesNotContain("secret", environment.Values);
        Assert.DoesNotContain("DOTNET_STARTUP_HOOKS", environment);
    }

    [Fact]
    public void Environment_SetsTheWorkersShareOfThreads() =>
        Assert.Equal("2", EngineEnvironment.For(s_own, "cpu", threads: 2)["OMP_NUM_THREADS"]);

    [Fact]
    public void Environment_HidesGpusFromACpuWorker()
    {
        Assert.Equal("", EngineEnvironment.For(s_own, "cpu", threads: 1)["CUDA_VISIBLE_DEVICES"]);
        Assert.DoesNotContain("CUDA_VISIBLE_DEVICES", EngineEnvironment.For(s_own, "cuda:0", threads: 1));
    }
}
