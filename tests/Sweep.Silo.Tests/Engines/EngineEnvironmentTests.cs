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
        ["DOTNET_STARTUP_HOOKS"] = "hook.dll",
    };

    [Fact]
    public void Environment_HoldsNoMoreThanTheEngineNeeds()
    {
        var environment = EngineEnvironment.For(s_own, "cpu", threads: 2);

        Assert.Equal("/bin", environment["PATH"]);
        Assert.Equal("Haswell", environment["OPENBLAS_CORETYPE"]);
        Assert.DoesNotContain("AWS_SECRET_ACCESS_KEY", environment);
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

    [Fact]
    public void Environment_TakesTheOpenBlasCore_UnlessAPersonNamedOne()
    {
        Assert.Equal("Haswell", EngineEnvironment.For(s_own, "cpu", threads: 1, "SKYLAKEX")["OPENBLAS_CORETYPE"]);
        var unnamed = s_own.Where(variable => variable.Key != "OPENBLAS_CORETYPE").ToDictionary();
        Assert.Equal("SKYLAKEX", EngineEnvironment.For(unnamed, "cpu", threads: 1, "SKYLAKEX")["OPENBLAS_CORETYPE"]);
        Assert.DoesNotContain("OPENBLAS_CORETYPE", EngineEnvironment.For(unnamed, "cpu", threads: 1));
    }

    [Theory]
    [InlineData("AuthenticAMD", "avx2 avx512f avx512dq avx512cd avx512bw avx512vl avx512_bf16", "COOPERLAKE")]
    [InlineData("AuthenticAMD", "avx2 avx512f avx512dq avx512cd avx512bw avx512vl", "SKYLAKEX")]
    [InlineData("AuthenticAMD", "avx2 avx512f", null)]
    [InlineData("AuthenticAMD", "avx2", null)]
    [InlineData("GenuineIntel", "avx2 avx512f avx512dq avx512cd avx512bw avx512vl avx512_bf16", null)]
    public void OpenBlasCore_IsNamedOnlyWhereOldVersionsChooseWrong(string vendor, string flags, string? core) =>
        Assert.Equal(core, OpenBlasCore.Of(["processor\t: 0", $"vendor_id\t: {vendor}", "model name\t: some: CPU", $"flags\t\t: fpu {flags} sse", "", "vendor_id\t: other"]));

    [Fact]
    public void OpenBlasCore_IsUnknown_WhereTheSystemTellsNothing() => Assert.Null(OpenBlasCore.Of([]));
}
