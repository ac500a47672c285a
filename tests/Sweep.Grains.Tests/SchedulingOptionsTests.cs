using Sweep.Scheduling;

namespace Sweep.Grains.Tests;

public class SchedulingOptionsTests
{
    [Fact]
    public void Defaults_AreValid() => Assert.True(new SchedulingOptionsValidator().Validate(null, new SchedulingOptions()).Succeeded);

    [Fact]
    public void Faults_NameTheProperty()
    {
        var options = new SchedulingOptions { Lease = TimeSpan.FromSeconds(1), LossLimit = 0, Offer = TimeSpan.Zero };
        var faults = new SchedulingOptionsValidator().Validate(null, options).Failures!.ToList();
        Assert.Contains(faults, fault => fault.Contains("BusyCall must be shorter than Lease", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("LossLimit must be at least 1, but is 0", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("Offer must be positive", StringComparison.Ordinal));
    }
}
