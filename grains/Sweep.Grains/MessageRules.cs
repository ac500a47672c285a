using System.Runtime.CompilerServices;
using System.Text.Json;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>
/// What a message must be before a grain looks at it. Whoever reaches a silo's ports can send any message, and JSON's null gets past the
/// types: what no honest silo, worker or client says is refused whole, before it has changed anything.
/// </summary>
internal static class MessageRules
{
    /// <summary>A page of trials; who asks for more gets this many.</summary>
    public const int LargestPage = 1000;

    /// <summary>Characters of a failure's message that are kept: the last lines of an engine fit.</summary>
    public const int LongestFailure = 16 * 1024;

    private const int LongestText = 256;
    private const int MostHeld = 10_000;
    private const int MostDeviceModels = 64;
    private const int MostThreads = 1 << 16;
    private const int MostTogether = 1 << 16;
    private const int MostPeaks = 1000;
    private const int MostImages = 1 << 24;

    /// <summary>More than any device has, and so little that the queue may add up those of all workers.</summary>
    private const long MostMemory = 1L << 48;

    private const int MostEpochs = 1 << 24;
    private const int MostExcluded = 1000;
    private const int HighestPriority = 1000;

    private const double MostWeight = 1e6;

    /// <summary>A result of thousands of epochs has a hundredth of it.</summary>
    private const int LargestResult = 8 << 20;

    /// <exception cref="ArgumentException">The name is none.</exception>
    public static void CheckExperiment(string? name)
    {
        if (name is null || !PlainName.Fits(name))
        {
            throw Broken($"an experiment's name must be {PlainName.Rule}, but is {Shown(name)}");
        }
    }

    /// <exception cref="ArgumentException">The report breaks a rule.</exception>
    public static void Check(WorkerReport? report)
    {
        Require(report is not null, "a worker's report must be there, but is null");
        Text("worker", report!.Worker);
        Name("silo", report.Silo);
        Text("device", report.Device);
        Count("deviceModels", report.DeviceModels?.Count, MostDeviceModels);
        foreach (var model in report.DeviceModels!)
        {
            Text("deviceModels", model);
        }

        if (report.DeviceId is { } device)
        {
            Text("deviceId", device);
        }

        Between("packing", report.Packing ?? 1, 1, MostTogether);
        Check(report.Memory);
        Between("threads", report.Threads, 0, MostThreads);
        Count("holds", report.Holds?.Count, MostHeld);
        Require(report.Holds!.All(stage => stage.Value.Length > 0), "holds must name stages, but has one without a name");
        if (report.Attempt is { } attempt)
        {
            Check(attempt);
            Require(attempt.Worker == report.Worker, $"a worker reports its own attempt, but {Shown(report.Worker)} reports that of {Shown(attempt.Worker)}");
        }
    }

    /// <exception cref="ArgumentException">The report breaks a rule.</exception>
    public static void Check(AttemptReport? report)
    {
        Require(report is not null, "an attempt's report must be there, but is null");
        Stage(report!.Stage);
        Between("attempt", report.Attempt, 1, int.MaxValue);
        Text("worker", report.Worker);
        Require(Enum.IsDefined(report.Phase), $"an attempt's phase must be a known one, but is {(int)report.Phase}");
        Between("epochs", report.Epochs, 0, MostEpochs);
        Between("epochsDone", report.EpochsDone, 0, MostEpochs);
        Bytes("peakMemory", report.PeakMemory);
        Require(report.Checkpoint is not { Value: "" }, "a checkpoint must have an id, but has none");
        if (report.Phase is AttemptPhase.Succeeded)
        {
            Require(report.Artifact is { Value.Length: > 0 }, $"a report of phase Succeeded must have an artifact, but attempt {report.Attempt} at {report.Stage} has none");
            Require(report.Result is { Provenance: not null }, $"a report of phase Succeeded must have a result with its provenance, but attempt {report.Attempt} at {report.Stage} has none");
        }

        Require(
            report.Phase is not AttemptPhase.Failed || report.Failure is { Message: not null } failure && Enum.IsDefined(failure.Reason),
            $"a report of phase Failed must have a failure with its reason and message, but attempt {report.Attempt} at {report.Stage} has none");
    }

    /// <summary>
    /// What a worker found out, without what cannot be: a result whose measures are no measures, or that is too large to keep, is a failure of the stage,
    /// for it would come out the same again.
    /// </summary>
    public static AttemptReport Tempered(AttemptReport report)
    {
        report = report with { Loss = report.Loss is { } loss && double.IsFinite(loss) ? loss : null };
        if (report.Curve is not null || report.Times is not null)
        {
            var curve = StageHistory.Thinned(report.Curve is { } told && HistoryRules.Fault(told) is null ? told : []);
            report = report with { Curve = curve, Times = HistoryRules.Fault(report.Times) is null ? StageHistory.Thinned(report.Times, curve) : null };
        }

        if (report.Failure is { Message.Length: > LongestFailure } failure)
        {
            report = report with { Failure = failure with { Message = failure.Message[..LongestFailure] + "…" } };
        }

        return report is { Phase: AttemptPhase.Succeeded, Result: { } result } && FaultOf(result) is { } fault
            ? report with { Phase = AttemptPhase.Failed, Artifact = null, Result = null, Failure = fault }
            : report.Result is { } sound ? report with { Result = StageHistory.Thinned(sound) } : report;
    }

    /// <exception cref="ArgumentException">The offer breaks a rule.</exception>
    public static void Check(StageOffer? offer)
    {
        Require(offer is not null, "an offer must be there, but is null");
        Stage(offer!.Stage);
        CheckExperiment(offer.Experiment);
        Between("criticalPath", offer.CriticalPath, 0, int.MaxValue);
        Require(offer.Parent is not { Value: "" }, "a parent must be a stage, but has no name");
        Class("memoryClass", offer.MemoryClass);
        if (offer.DeviceModel is { } model)
        {
            Text("deviceModel", model);
        }

        Share(offer.Weight, offer.Priority, offer.ShareRevision);
        Count("excluded", offer.Excluded?.Count, MostExcluded);
        foreach (var slot in offer.Excluded!)
        {
            Text("excluded", slot);
        }

        if (offer.Holder is { } holder)
        {
            Text("holder.worker", holder.Worker);
            Name("holder.silo", holder.Silo);
            Between("holder.attempt", holder.Attempt, 1, int.MaxValue);
        }
    }

    /// <exception cref="ArgumentException">The request breaks a rule.</exception>
    public static void Check(StageRequest? request)
    {
        Require(request is { Recipe: not null }, "a request must have a recipe, but has none");
        CheckExperiment(request!.Experiment);
        Between("criticalPath", request.CriticalPath, 0, int.MaxValue);
        Class("memoryClass", request.MemoryClass);
        Between("forceAfter", request.ForceAfter ?? 0, 0, int.MaxValue);
        Share(request.Weight, request.Priority, request.ShareRevision);
    }

    /// <exception cref="ArgumentException">It is no worker's.</exception>
    public static void CheckWorker(string? worker, string? silo)
    {
        Text("worker", worker);
        Name("silo", silo);
    }

    /// <exception cref="ArgumentException">The query breaks a rule.</exception>
    public static void Check(TrialQuery? query)
    {
        Require(query is not null, "a query must be there, but is null");
        Require(Enum.IsDefined(query!.Order), $"order must be a known one, but is {(int)query.Order}");
        Between("text", query.Text?.Length ?? 0, 0, TrialQuery.LongestText);
        Between("offset", query.Offset, 0, int.MaxValue);
        Between("limit", query.Limit, 0, int.MaxValue);
    }

    private static void Check(DeviceMemory? memory)
    {
        if (memory is null)
        {
            return;
        }

        Bytes("memory.usable", memory.Usable);
        Bytes("memory.held", memory.Held);
        Bytes("memory.unmeasured", memory.Unmeasured);
        Require(memory.Regime is not null, "memory.regime must be there, but is null");
        Between("memory.regime.microBatch", memory.Regime!.MicroBatch ?? 1, 1, MostImages);
        Count("memory.peaks", memory.Peaks?.Count, MostPeaks);
        foreach (var peak in memory.Peaks!)
        {
            Require(peak is not null, "memory.peaks must be of classes, but one is null");
            Class("memory.peaks", peak!.Class);
            Bytes("memory.peaks", peak.Bytes);
        }
    }

    private static StageFailure? FaultOf(StageResult result)
    {
        if (result.Evaluation is { } measured
            && !(IsFraction(measured.Accuracy) && IsFraction(measured.TestAccuracy) && measured.Parameters >= 0 && measured.Flops >= 0 && !(measured.Zeros < 0)))
        {
            return new StageFailure
            {
                Reason = FailureReason.NonFiniteLoss,
                Message = FormattableString.Invariant(
                    $"An evaluation must have accuracies in [0, 1] and counts of at least 0, but has {measured.Accuracy}, {measured.TestAccuracy}, {measured.Parameters}, {measured.Flops} and {measured.Zeros ?? 0}."),
            };
        }

        if ((HistoryRules.Fault(result.Curve) ?? HistoryRules.Fault(result.Provenance.EpochTimes)) is { } rule)
        {
            return new StageFailure { Reason = FailureReason.NonFiniteLoss, Message = $"A result must have a curve of epochs, but this one breaks a rule: {rule}." };
        }

        var length = JsonSerializer.SerializeToUtf8Bytes(result, CanonicalJson.Options).Length;
        return length <= LargestResult
            ? null
            : new StageFailure
            {
                Reason = FailureReason.InvalidRecipe,
                Message = FormattableString.Invariant($"A result must have at most {LargestResult} bytes as JSON, but this one has {length}."),
            };
    }

    private static bool IsFraction(double value) => value is >= 0 and <= 1;

    private static void Stage(StageId stage) => Require(stage.Value.Length > 0, "a stage must have an id, but has none");

    private static void Share(double weight, int priority, int revision)
    {
        Between("weight", weight, double.Epsilon, MostWeight);
        Between("priority", priority, -HighestPriority, HighestPriority);
        Between("shareRevision", revision, 0, int.MaxValue);
    }

    private static void Class(string what, MemoryClass? memoryClass)
    {
        if (memoryClass is { } named)
        {
            Text(what, named.Value);
        }
    }

    private static void Bytes(string what, long? bytes) => Between(what, bytes ?? 0, 0, MostMemory);

    private static void Name(string what, string? text) => Require(text is not null && PlainName.Fits(text), $"{what} must be {PlainName.Rule}, but is {Shown(text)}");

    private static void Text(string what, string? text) => Require(
        text is { Length: > 0 and <= LongestText } && !text.Any(char.IsControl),
        $"{what} must be a line of 1 to {LongestText} characters, but is {Shown(text)}");

    private static void Count(string what, int? count, int most) =>
        Require(count <= most, $"{what} must be a list of at most {most}, but {(count is null ? "is null" : $"has {count}")}");

    /// <remarks>No number compares with NaN: it lies nowhere.</remarks>
    private static void Between(string what, double value, double least, double most) =>
        Require(value >= least && value <= most, $"{what} must lie in [{least}, {most}], but is {value}");

    private static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw Broken(rule);
        }
    }

    private static void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] ref RuleText rule)
    {
        if (!holds)
        {
            throw Broken(rule.ToStringAndClear());
        }
    }

    /// <summary>Enough to find out who sent it, and nothing that a terminal obeys.</summary>
    private static string Shown(string? text) => text is null ? "null"
        : $"'{string.Concat(text.Take(PlainName.Longest).Select(c => char.IsControl(c) ? '\uFFFD' : c))}{(text.Length > PlainName.Longest ? "…" : "")}'";

    private static ArgumentException Broken(string rule) => new($"A message was refused: {rule}.");
}
