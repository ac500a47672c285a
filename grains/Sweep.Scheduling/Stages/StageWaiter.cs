using Sweep.Planning;

namespace Sweep.Scheduling;

/// <param name="Experiment">Its name.</param>
/// <param name="CriticalPath">Epochs from this stage to the leaf this waiter wants.</param>
public sealed record StageWaiter(string Experiment, int CriticalPath)
{
    /// <summary>Null for the default.</summary>
    public ExperimentShare? Share { get; init; }

    /// <summary>What it does about failures of what it pays for; null for the defaults.</summary>
    public FailurePolicies? Policies { get; init; }

    public static StageWaiter Of(StageRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var share = ExperimentShare.Of(request);
        return new StageWaiter(request.Experiment, request.CriticalPath)
        {
            Share = share == ExperimentShare.Default ? null : share,
            Policies = request.FailurePolicies,
        };
    }
}

/// <summary>What an experiment gets of the workers beside others.</summary>
/// <param name="Weight">Greater than 0: of two experiments of one priority, one of twice the weight has twice as many stages running.</param>
/// <param name="Priority">A higher one goes first, whatever the weights.</param>
/// <param name="Revision">Grows whenever a person changes the others: of two shares the later one holds, in whatever order they arrive.</param>
public sealed record ExperimentShare(double Weight, int Priority, int Revision)
{
    public static ExperimentShare Default { get; } = new(1, 0, 0);

    public static ExperimentShare Of(StageRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new(request.Weight, request.Priority, request.ShareRevision);
    }

    public static ExperimentShare Of(StageOffer offer)
    {
        ArgumentNullException.ThrowIfNull(offer);
        return new(offer.Weight, offer.Priority, offer.ShareRevision);
    }
}
