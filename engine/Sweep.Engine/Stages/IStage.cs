using Sweep.Models;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;

namespace Sweep.Engine.Stages;

/// <summary>The work of one kind of stage.</summary>
public interface IStage
{
    /// <summary>Runs the stage to its end and writes its artifact.</summary>
    /// <exception cref="StageFaultException">It cannot go on, for a known reason.</exception>
    /// <exception cref="Training.StageStoppedException">It was asked to drain.</exception>
    /// <exception cref="OperationCanceledException">It was asked to cancel.</exception>
    StageResult Run(StageContext context);
}

/// <summary>Hears what a running stage has to say.</summary>
public interface IStageEvents
{
    /// <summary>Whether enough time has passed since the last progress.</summary>
    bool ProgressDue { get; }

    void Started(int epochsResumed);

    /// <param name="work">What was trained since the last progress; null for nothing.</param>
    void Progress(double epochsDone, int epochs, double? loss, TrainingWork? work = null);

    /// <param name="epochs">That it holds.</param>
    /// <param name="folder">Its name.</param>
    /// <param name="curve">Every epoch that it holds.</param>
    /// <param name="times">What they took.</param>
    void Checkpoint(int epochs, string folder, IReadOnlyList<EpochRecord> curve, IReadOnlyList<EpochTime> times);
}
