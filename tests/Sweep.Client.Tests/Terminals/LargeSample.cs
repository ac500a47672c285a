using System.Globalization;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Tests.Terminals;

/// <summary>An experiment of many trials on several devices.</summary>
internal static class LargeSample
{
    private static readonly PruningMethod[] s_methods = [PruningMethod.Vtp, PruningMethod.Gohsp, PruningMethod.Somp];

    private static StageId Stage(string kind, int number) => StageId.Parse($"{kind}-1-{number.ToString("00000000000000000000000000", CultureInfo.InvariantCulture)}");

    public static ExperimentResult Result(int trials, string name = "front-of-many", ExperimentState state = ExperimentState.Running)
    {
        var all = Enumerable.Range(0, trials).Select(Trial).ToList();
        var sample = Samples.Result(name, state);
        return sample with
        {
            Trials = all,
            Front = [.. ResultBuilder.FrontOf(all, sample.Objectives).Select(trial => trial.Id)],
            Dense = new TrialMetrics { Accuracy = 0.8711, TestAccuracy = 0.8662, Parameters = 5_717_416, Flops = 1_258_000_000 },
        };
    }

    /// <summary>Four devices, three of which work.</summary>
    public static ExperimentStatus Running(ExperimentResult result, double epochsDone = 412.5) => Samples.Status(result) with
    {
        Trials = new TrialCounts
        {
            Waiting = result.Trials.Count(trial => trial.State is TrialState.Waiting),
            Running = result.Trials.Count(trial => trial.State is TrialState.Running),
            Complete = result.Trials.Count(trial => trial.State is TrialState.Complete),
            Stopped = result.Trials.Count(trial => trial.State is TrialState.Stopped),
            Failed = result.Trials.Count(trial => trial.State is TrialState.Failed),
        },
        EpochsDone = epochsDone,
        EpochsNeeded = 960,
        StagesDone = 430,
        Stages = 1203,
        Running = [.. Queue(result).Workers.Select(worker => worker.Running).OfType<RunningStage>()],
    };

    public static QueueStatus Queue(ExperimentResult result) => new()
    {
        Depth = 17,
        OldestAge = TimeSpan.FromMinutes(3),
        Workers =
        [
            .. Enumerable.Range(0, 4).Select(slot => new WorkerStatus
            {
                Worker = $"{(slot < 2 ? "alpha" : "beta")}/cuda:{slot % 2}-0/x{slot}",
                Silo = slot < 2 ? "alpha" : "beta",
                Device = $"cuda:{slot % 2}",
                DeviceModel = "NVIDIA H200",
                Threads = 8,
                AcceptsWork = true,
                DeviceMemory = 141_000_000_000,
                PeakMemory = slot == 3 ? null : 12_500_000_000 + slot * 1_000_000_000L,
                Silence = TimeSpan.FromSeconds(1),
                Running = slot == 3 ? null : new RunningStage
                {
                    Stage = result.Trials.Where(trial => trial.State == TrialState.Running).ElementAt(slot).Stages[2],
                    Worker = $"{(slot < 2 ? "alpha" : "beta")}/cuda:{slot % 2}-0/x{slot}",
                    Attempt = 1 + slot,
                    EpochsDone = 0.5 + slot,
                    Epochs = 4,
                    Loss = 0.5123 / (slot + 1),
                },
            }),
        ],
    };

    private static TrialResult Trial(int number)
    {
        var state = (number * 7 % 20) switch { 3 => TrialState.Failed, 5 => TrialState.Stopped, > 16 => TrialState.Running, > 12 => TrialState.Waiting, _ => TrialState.Complete };
        var sparsity = 0.1 + 0.05 * (number % 16);
        var method = s_methods[number % 3];
        return new TrialResult
        {
            Id = TrialPlanner.IdOf(number),
            State = state,
            Settings = new TrialSettings { Method = method, Sparsity = Math.Round(sparsity, 2), Lambda = method is PruningMethod.Somp ? null : 1e-4, Rho = method is PruningMethod.Gohsp ? 0.01 : null },
            Metrics = state is TrialState.Complete
                ? new TrialMetrics
                {
                    Accuracy = 0.88 - sparsity * sparsity * 0.2 - number % 7 * 0.004,
                    TestAccuracy = 0.875 - sparsity * sparsity * 0.2 - number % 5 * 0.004,
                    Parameters = (long)(5_717_416 * (1 - sparsity)),
                    Flops = (long)(1_258_000_000 * (1 - 0.9 * sparsity)),
                }
                : null,
            Failure = state is TrialState.Failed
                ? new TrialFailure
                {
                    Stage = Stage("finetune", number),
                    Failure = new StageFailure { Reason = FailureReason.NonFiniteLoss, Message = "The loss must be finite, but is NaN, at step 7 of epoch 2; the learning rate was 0.003." },
                }
                : null,
            StopReason = state is TrialState.Stopped ? "rank 9 of 12 after 3 epochs; the best 4 go on" : null,
            Reason = "Drawn at random.",
            Stages = [Stage("pretrain", 0), Stage("sparsetrain", number), Stage("finetune", number), Stage("evaluate", number)],
        };
    }
}
