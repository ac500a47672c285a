using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>
/// A searcher that models its trials takes up to seconds for one proposal. It thinks on the thread pool, about a copy of the history, one question at a time,
/// while this grain goes on to serve people and stages; a turn takes the answer. One that is lost with an activation is asked for again.
/// </summary>
public sealed partial class ExperimentGrain
{
    private (SearchQuestion Question, Task<TrialProposal> Answer)? _thinking;

    /// <summary>As <see cref="ExperimentProgress.Next"/>, with what the searcher has answered since, and the next question on its way to it.</summary>
    private IReadOnlyList<StageId> Next()
    {
        if (_thinking is { Answer.IsCompleted: true } thought)
        {
            _thinking = null;
            _progress!.Answer(thought.Question, thought.Answer.IsCompletedSuccessfully ? thought.Answer.Result : null);
            thought.Answer.GetAwaiter().GetResult(); // a fault is this turn's
        }

        var stages = _progress!.Next();
        if (_thinking is null && _progress.TakeQuestion() is { } question)
        {
            var answer = Task.Run(question.Answer);
            _thinking = (question, answer);
            _ = TurnAfter(answer);
        }

        return stages;
    }

    private async Task TurnAfter(Task answer)
    {
        await answer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Schedule(TimeSpan.Zero);
    }
}
