using Sweep.Recipes.Protocol;

namespace Sweep.Recipes.Tests;

public class DeviceModelsTests
{
    private static readonly string[] s_cpu = ["processor\t: 0", "model\t\t: 2", "model name\t: Babbage 1: improved", "processor\t: 1", "model name\t: Babbage 1: improved"];
    private static readonly string[] s_gpus = ["Model: \t\t NVIDIA H200", "GPU UUID: 1", "Model: \t\t NVIDIA H200", "Model:\t"];

    [Fact]
    public void Cpu_HasItsPlainNameAndItsOwn() => Assert.Equal(["cpu", "Babbage 1: improved"], DeviceModels.Of("cpu", s_cpu, s_gpus));

    [Fact]
    public void Gpu_HasTheDriversName_Once() => Assert.Equal(["NVIDIA H200"], DeviceModels.Of("cuda:1", s_cpu, s_gpus));

    [Fact]
    public void Gpu_WithoutADriversFolder_HasNone_AndMayBeAny()
    {
        var names = DeviceModels.Of("cuda:0", s_cpu, []);
        Assert.Empty(names);
        Assert.True(DeviceModels.Fit(names, "NVIDIA H200"));
    }

    [Theory]
    [InlineData("nvidia h200", true)]
    [InlineData("H200", false)]
    public void Fit_TakesTheWholeName_InAnyCase(string model, bool fits) => Assert.Equal(fits, DeviceModels.Fit(["NVIDIA H200"], model));
}
