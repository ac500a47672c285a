using Microsoft.Extensions.Options;

namespace Sweep.Scheduling;

/// <summary>How long things may take, and how often they may go wrong.</summary>
public sealed record SchedulingOptions
{
    /// <summary>The name of the grain storage that keeps experiments and stages.</summary>
    public const string Storage = "sweep";

    /// <summary>A worker that does not call for this long is lost. Longer outlives network trouble, shorter moves work away sooner.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a busy worker calls at least: how soon it hears of a cancellation, and how fresh shown progress is.</summary>
    public TimeSpan BusyCall { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How soon a worker that has just ended a stage asks for the next. An idle one calls less and less often.</summary>
    public TimeSpan FirstIdleCall { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>How often an idle worker calls at least: how long a stage may wait for a worker that has nothing to do.</summary>
    public TimeSpan LastIdleCall { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long smaller stages may pass one that finds no room on a shared device, before a device is kept for it. Longer packs better,
    /// shorter lets large stages wait less.
    /// </summary>
    public TimeSpan MemoryPatience { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How often a running stage tells the queue whose it is, and how soon one that waits tells it again when it could not be told: how long a
    /// restarted queue may not know of a worker that is gone.
    /// </summary>
    public TimeSpan Offer { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often an experiment reads its open stages again: how long a lost notification may go unnoticed. It reads at most
    /// <see cref="RereadsPerSecond"/> in the time, so with more of them open each is read less often.
    /// </summary>
    public TimeSpan Reread { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many open stages an experiment reads again in a second at most, on average: what its open stages cost while nothing happens.</summary>
    public int RereadsPerSecond { get; set; } = 100;

    /// <summary>A stage whose worker is lost this many times in a row, without a new checkpoint in between, is taken for poison.</summary>
    public int LossLimit { get; set; } = 3;

    /// <summary>A stage that fails for the infrastructure's sake this many times in a row, without a new checkpoint in between, fails.</summary>
    public int InfrastructureLimit { get; set; } = 5;

    /// <summary>Wait after the first failure for the infrastructure's sake; each further one doubles it.</summary>
    public TimeSpan BackOff { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest such wait.</summary>
    public TimeSpan BackOffLimit { get; set; } = TimeSpan.FromMinutes(5);

    internal int MostRereads => (int)Math.Clamp(Reread.TotalSeconds * RereadsPerSecond, 1, int.MaxValue);

    /// <summary>
    /// Wait before the attempt after the n-th failure in a row, n from 1. A first wait of the experiment's own, in seconds, is never cut short.
    /// </summary>
    internal TimeSpan BackOffAfter(int failures, double? first = null)
    {
        var wait = first is { } seconds ? TimeSpan.FromSeconds(seconds) : BackOff;
        return TimeSpan.FromTicks((long)Math.Min(Math.Max(BackOffLimit.Ticks, wait.Ticks), wait.Ticks * Math.Pow(2, failures - 1)));
    }
}

/// <summary>Names the property that makes no sense.</summary>
internal sealed class SchedulingOptionsValidator : IValidateOptions<SchedulingOptions>
{
    public ValidateOptionsResult Validate(string? name, SchedulingOptions options)
    {
        var faults = new List<string>();
        Positive(nameof(options.Lease), options.Lease);
        Positive(nameof(options.BusyCall), options.BusyCall);
        Positive(nameof(options.FirstIdleCall), options.FirstIdleCall);
        Positive(nameof(options.Offer), options.Offer);
        Positive(nameof(options.MemoryPatience), options.MemoryPatience);
        Positive(nameof(options.Reread), options.Reread);
        Positive(nameof(options.BackOff), options.BackOff);
        Require(options.BusyCall < options.Lease, $"BusyCall must be shorter than Lease, but {options.BusyCall} >= {options.Lease}.");
        Require(options.LastIdleCall < options.Lease, $"LastIdleCall must be shorter than Lease, but {options.LastIdleCall} >= {options.Lease}.");
        Require(options.FirstIdleCall <= options.LastIdleCall, $"FirstIdleCall must not exceed LastIdleCall, but {options.FirstIdleCall} > {options.LastIdleCall}.");
        Require(options.BackOff <= options.BackOffLimit, $"BackOff must not exceed BackOffLimit, but {options.BackOff} > {options.BackOffLimit}.");
        Require(options.RereadsPerSecond >= 1, FormattableString.Invariant($"RereadsPerSecond must be at least 1, but is {options.RereadsPerSecond}."));
        Require(options.LossLimit >= 1, FormattableString.Invariant($"LossLimit must be at least 1, but is {options.LossLimit}."));
        Require(options.InfrastructureLimit >= 1, FormattableString.Invariant($"InfrastructureLimit must be at least 1, but is {options.InfrastructureLimit}."));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Positive(string property, TimeSpan value) => Require(value > TimeSpan.Zero, $"{property} must be positive, but is {value}.");

        void Require(bool rule, string fault)
        {
            if (!rule)
            {
                faults.Add($"{nameof(SchedulingOptions)}: {fault}");
            }
        }
    }
}
