namespace Sweep.Scheduling;

/// <summary>
/// The accounts of all experiments in the order in which they are served (<see cref="Account.Order"/>). Each priority has a clock, the start
/// tag of what was served last: an experiment that arrives, or comes back with something to do, starts there and is not owed the past.
/// </summary>
internal sealed class Ledger
{
    private readonly Dictionary<string, Account> _accounts = [];
    private readonly Dictionary<int, double> _clocks = [];
    private readonly SortedSet<Account> _beside = new(Account.Order);
    private readonly SortedSet<Account> _alone = new(Account.Order);
    private long _arrivals;

    /// <summary>Those with a stage that is ready and can run beside others, the next to be served first.</summary>
    public IReadOnlyCollection<Account> Beside => _beside;

    /// <summary>Those with a stage that is ready and must be alone on a device, the next to be served first.</summary>
    public IReadOnlyCollection<Account> Alone => _alone;

    /// <summary>The highest priority of a stage that is ready and can run beside others; null for none.</summary>
    public int? TopPriority => _beside.Min?.Share.Priority;

    /// <summary>Those with anything that runs or waits, for people: the highest priority first, then by name.</summary>
    public IEnumerable<Account> Present => _accounts.Values.Where(account => account is not { Running: 0, Queued: 0 })
        .OrderByDescending(account => account.Share.Priority).ThenBy(account => account.Experiment, StringComparer.Ordinal);

    public Account? Find(string experiment) => _accounts.GetValueOrDefault(experiment);

    /// <summary>The experiment says what its share is. What an older message says is passed over.</summary>
    public void Share(string experiment, ExperimentShare share)
    {
        var account = Open(experiment);
        if (share.Revision < account.Share.Revision || share == account.Share)
        {
            return;
        }

        Take(account);
        if (share.Priority != account.Share.Priority)
        {
            // What it was ahead of the others there, it is here.
            account.Tag = ClockOf(share.Priority) + Math.Max(0, account.Tag - ClockOf(account.Share.Priority));
        }

        account.Share = share;
        Put(account);
    }

    /// <summary>A stage is ready.</summary>
    /// <param name="queued">The stage.</param>
    /// <param name="again">It was so all the time, and has only said so once more.</param>
    public void Add(QueuedStage queued, bool again)
    {
        var account = Open(queued.Offer.Experiment);
        if (!account.IsReady && !again)
        {
            account.Tag = Math.Max(account.Tag, ClockOf(account.Share.Priority));
        }

        account.Add(queued);
        Put(account);
    }

    /// <summary>A stage that was ready is so no more.</summary>
    public void Remove(QueuedStage queued)
    {
        var account = _accounts[queued.Offer.Experiment];
        account.Remove(queued);
        if (account.Lanes.Count == 0)
        {
            _beside.Remove(account);
        }

        if (account.Alone.Count == 0)
        {
            _alone.Remove(account);
        }
    }

    /// <summary>A stage of the experiment is given to a worker.</summary>
    public void Charge(string experiment)
    {
        var account = Open(experiment);
        Take(account);
        _clocks[account.Share.Priority] = Math.Max(ClockOf(account.Share.Priority), account.Tag);
        account.Tag += account.Cost;
        Put(account);
    }

    /// <summary>More or fewer stages of an experiment run.</summary>
    public void Run(string experiment, int change)
    {
        var account = Open(experiment);
        Take(account);
        account.Running += change;
        Put(account);
    }

    /// <summary>More or fewer stages of an experiment wait, ready or not.</summary>
    public void Wait(string experiment, int change) => Open(experiment).Queued += change;

    /// <summary>
    /// Forgets who has nothing here any more. Called now and then and not at once: an experiment whose next stage follows when the last one
    /// has ended keeps its account in between.
    /// </summary>
    public void Sweep()
    {
        foreach (var account in _accounts.Values.Where(account => account is { Running: 0, Queued: 0 }).ToList())
        {
            _accounts.Remove(account.Experiment);
        }
    }

    private double ClockOf(int priority) => _clocks.GetValueOrDefault(priority);

    private Account Open(string experiment)
    {
        if (!_accounts.TryGetValue(experiment, out var account))
        {
            _accounts.Add(experiment, account = new Account(experiment, _arrivals++));
        }

        return account;
    }

    private void Take(Account account)
    {
        _beside.Remove(account);
        _alone.Remove(account);
    }

    private void Put(Account account)
    {
        if (account.Lanes.Count > 0)
        {
            _beside.Add(account);
        }

        if (account.Alone.Count > 0)
        {
            _alone.Add(account);
        }
    }
}
