using Sweep.Scheduling;

namespace Sweep.Grains.Tests.Protocol;

/// <summary>What <see cref="WorkQueueGrain"/> does around a <see cref="QueueBook"/>, line for line.</summary>
internal sealed class QueueShell : Actor
{
    private readonly QueueBook _book;
    private readonly ModelTimer _recall;

    public QueueShell(World world)
        : base(world, World.QueueName)
    {
        _book = new QueueBook(world.Options);
        _recall = new ModelTimer(this, "asks for stages", world.Now, world.Options.BackOff, true, Recall);
        Timers.Add(_recall);
        var period = world.Options.Lease / 10;
        if (world.Flaw != Flaw.NoExpiry)
        {
            Timers.Add(new ModelTimer(this, "expires leases", world.Now + period, period, true, () => Lose(_book.Expire(World.Now))));
        }
    }

    public Task<bool> Offer(StageOffer offer)
    {
        _book.Offer(offer, World.Now);
        return Task.FromResult(true);
    }

    public async Task<WorkerDirective> Synchronize(WorkerReport report)
    {
        await Lose(_book.Hear(report, World.Now));
        if (report.Attempt is { } attempt)
        {
            var owned = await World.Call(this, attempt.Stage.Value, $"Report {Words.Of(attempt)}", false, actor => ((StageShell)actor).Report(attempt));
            if (attempt.Phase == AttemptPhase.Running && owned)
            {
                return Answer(report, DirectiveKind.Continue);
            }

            _book.Release(report.Worker, attempt.Stage);
            if (attempt.Phase == AttemptPhase.Running)
            {
                return Answer(report, DirectiveKind.Drop);
            }
        }

        if (report.Leaving)
        {
            await Lose(_book.Leave(report.Worker));
            return Answer(report, DirectiveKind.Wait);
        }

        while (_book.Take(report, World.Now) is { } lease)
        {
            if (await Start(lease) is { } assignment)
            {
                _book.Started(lease, assignment.Attempt);
                return Answer(report, DirectiveKind.Run) with { Assignment = assignment };
            }

            _book.Release(report.Worker, lease.Stage);
        }

        return Answer(report, DirectiveKind.Wait);
    }

    public override string Digest() => string.Join(
        ',',
        _book.Leases.OrderBy(lease => lease.Stage).Select(lease => $"{lease.Stage}@{lease.Worker}#{lease.Attempt}{(lease.Heard == DateTimeOffset.MinValue ? "!" : (World.Now - lease.Heard).Ticks)}{lease.HeardHere}{Words.Of(lease.Offer)}")
            .Concat(_book.Queued.OrderBy(queued => queued.Offer.Stage).Select(queued => $"{Words.Of(queued.Offer)}{(World.Now - queued.Since).Ticks}"))
            .Concat(_book.Workers.OrderBy(worker => worker.Report.Worker, StringComparer.Ordinal).Select(worker =>
                $"{worker.Report.Worker}{Words.Of(worker.Report.Attempt)}{(World.Now - worker.Heard).Ticks}{(World.Now - worker.IdleSince)?.Ticks}{worker.LastEnded}")));

    private async Task Recall()
    {
        try
        {
            await World.Call(this, World.Spec.Name, "Wake", false, actor => ((ExperimentShell)actor).Wake());
            Timers.Remove(_recall);
        }
        catch (TimeoutException)
        {
            // As in the grain: it asks again.
        }
    }

    private async Task<StageAssignment?> Start(StageLease lease)
    {
        try
        {
            return await World.Call(this, lease.Stage.Value, $"Start {lease.Worker}", false, actor => ((StageShell)actor).Start(lease.Worker, lease.Silo));
        }
        catch
        {
            _book.Return(lease, World.Now);
            throw;
        }
    }

    private async Task Lose(IReadOnlyList<StageLease> leases)
    {
        foreach (var lease in leases)
        {
            if (lease.Attempt is not { } attempt)
            {
                continue;
            }

            var end = lease.HeardHere ? LeaseEnd.Silent : LeaseEnd.Unknown;
            try
            {
                await World.Call(this, lease.Stage.Value, $"Lose {lease.Worker}#{attempt}", false, actor => ((StageShell)actor).Lose(attempt, lease.Worker, end));
            }
            catch (Exception e) when (e is TimeoutException or IOException or InvalidOperationException)
            {
                // As in the grain: the stage offers itself again.
            }
        }
    }

    private WorkerDirective Answer(WorkerReport report, DirectiveKind kind) => new() { Kind = kind, NextCall = _book.NextCall(report.Worker, World.Now) };
}
