using Microsoft.AspNetCore.Http;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Planning.Report;

namespace Sweep.Silo.Web;

/// <summary>What a person can order about an experiment.</summary>
/// <param name="Word">In addresses.</param>
/// <param name="Title">On the button.</param>
/// <param name="Effect">What it does, said before it is done.</param>
/// <param name="Give">Gives the order.</param>
internal sealed record ExperimentCommand(string Word, string Title, string Effect, Func<ISweepApi, string, CancellationToken, Task> Give);

/// <summary>What a person can order about a trial.</summary>
/// <param name="Word">In addresses.</param>
/// <param name="Title">On the button.</param>
/// <param name="Effect">What it does, said before it is done.</param>
/// <param name="Give">Gives the order.</param>
internal sealed record TrialCommand(string Word, string Title, string Effect, Func<ISweepApi, string, string, CancellationToken, Task> Give);

/// <summary>Asks before an order is given, and gives it. The asking is a page of its own, so that it needs no script.</summary>
internal static class OrderPages
{
    private static readonly ExperimentCommand[] s_experiment =
    [
        new("pause", "Pause", "No more stages are started. Those that run finish their work, and nothing is lost.", (sweep, name, ct) => sweep.Pause(name, ct)),
        new("resume", "Resume", "The experiment goes on where it was paused.", (sweep, name, ct) => sweep.Resume(name, ct)),
        new("cancel", "Cancel", "Trials that have not ended are stopped. What has finished is kept, and submitting the same file again goes on from there.", (sweep, name, ct) => sweep.Cancel(name, ct)),
        new("delete", "Delete", "Its trials, its result and its name are forgotten, for everybody and for good. Finished stages stay, for whoever wants them again.", (sweep, name, ct) => sweep.Delete(name, ct)),
    ];

    private static readonly TrialCommand[] s_trial =
    [
        new("stop", "Stop", "This trial ends here. What it has finished is kept, and what other trials want goes on.", (sweep, name, trial, ct) => sweep.StopTrial(name, trial, ct)),
        new("retry", "Retry", "What this trial failed in is tried once more; one that was stopped goes on from where it was stopped.", (sweep, name, trial, ct) => sweep.RetryTrial(name, trial, ct)),
    ];

    public static IEnumerable<ExperimentCommand> Fitting(ExperimentState state) => s_experiment.Where(order => (order.Word, state) is
        ("pause", ExperimentState.Running) or ("resume", ExperimentState.Paused) or ("cancel", ExperimentState.Running or ExperimentState.Paused)
        or ("delete", ExperimentState.Complete or ExperimentState.Cancelled or ExperimentState.Failed));

    public static IEnumerable<TrialCommand> Fitting(TrialState state) => s_trial.Where(order => (order.Word, state) is
        ("stop", TrialState.Running or TrialState.Waiting) or ("retry", TrialState.Failed or TrialState.Stopped));

    public static async Task<IResult> Ask(string name, string order, HttpContext context, Board board, CancellationToken cancellationToken)
    {
        await board.Look(name, cancellationToken);
        return s_experiment.FirstOrDefault(known => known.Word == order) is { } known
            ? Question(context, known.Title, name, known.Effect, Marks.PathOf(name), $"{Marks.PathOf(name)}/orders/{known.Word}")
            : NoSuch(context, order);
    }

    public static async Task<IResult> Ask(string name, string trial, string order, HttpContext context, Board board, CancellationToken cancellationToken)
    {
        await board.Trial(await board.Look(name, cancellationToken), trial, cancellationToken);
        return s_trial.FirstOrDefault(known => known.Word == order) is { } known
            ? Question(context, known.Title, $"{trial} of {name}", known.Effect, Marks.PathOf(name, trial), $"{Marks.PathOf(name, trial)}/orders/{known.Word}")
            : NoSuch(context, order);
    }

    public static Task<IResult> Give(string name, string order, HttpContext context, Board board, ISweepApi sweep, CancellationToken cancellationToken) =>
        s_experiment.FirstOrDefault(known => known.Word == order) is { } known
            ? Given(context, board, name, order == "delete" ? "/" : Marks.PathOf(name), known.Give(sweep, name, cancellationToken))
            : Task.FromResult(NoSuch(context, order));

    public static Task<IResult> Give(string name, string trial, string order, HttpContext context, Board board, ISweepApi sweep, CancellationToken cancellationToken) =>
        s_trial.FirstOrDefault(known => known.Word == order) is { } known
            ? Given(context, board, name, Marks.PathOf(name, trial), known.Give(sweep, name, trial, cancellationToken))
            : Task.FromResult(NoSuch(context, order));

    private static async Task<IResult> Given(HttpContext context, Board board, string name, string back, Task order)
    {
        await order;
        board.Changed(name);
        context.Response.Headers.Location = back;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    private static IResult Question(HttpContext context, string title, string what, string effect, string back, string action)
    {
        // The form's Origin proves that it came from here; under the policy of other pages browsers leave it out.
        context.Response.Headers["Referrer-Policy"] = "same-origin";
        return Layout.Page($"{title} {what}?", Html.Of($"""
            <form class="question" method="post" action="{action}"><h1>{title} {what}?</h1><p>{effect}</p>
            <p class="orders"><button class="button strong" autofocus>{title} it</button><a class="button" href="{back}" data-close>Leave it</a></p></form>
            """), Visitor.Of(context));
    }

    private static IResult NoSuch(HttpContext context, string order) =>
        Layout.Message("There is no such order", $"Nothing is called '{order}' here.", Visitor.Of(context), StatusCodes.Status404NotFound);
}
