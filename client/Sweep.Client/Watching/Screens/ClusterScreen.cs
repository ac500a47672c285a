using Sweep.Client.Output;
using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client.Watching.Screens;

internal enum ClusterView
{
    Overview,
    Experiments,
    Devices,
}

/// <summary>What experiments are listed by.</summary>
internal enum ExperimentOrder
{
    /// <summary>Running ones first, then paused, then those that have ended; the last submitted first among equals.</summary>
    State,
    Name,
    Progress,
    Submitted,
}

/// <summary>All that a person who watches a cluster sees, but for the drawing. An opened experiment has its own screen, over this one.</summary>
internal sealed record ClusterScreen
{
    private static readonly (string Name, Func<ExperimentState, bool> Fits)[] s_filters =
    [
        ("", _ => true),
        ("running", state => state is ExperimentState.Running),
        ("paused", state => state is ExperimentState.Paused),
        ("ended", ExperimentWatch.HasEnded),
    ];

    /// <summary>Where the cluster is; null where that is not told.</summary>
    public string? Address { get; init; }

    public ScreenSize Size { get; init; } = new(80, 24);

    /// <summary>Null until the cluster has told.</summary>
    public IReadOnlyList<Sight>? Experiments { get; init; }

    public QueueStatus? Queue { get; init; }

    public string? Outage { get; init; }

    public ClusterView View { get; init; }

    public ListCursor Cursor { get; init; }

    public ListCursor DeviceCursor { get; init; }

    public ExperimentOrder Order { get; init; }

    public bool Reversed { get; init; }

    public int Filter { get; init; }

    /// <summary>Part of the names of those listed.</summary>
    public string Text { get; init; } = "";

    public bool IsTyping { get; init; }

    public Question? Asking { get; init; }

    public int? Help { get; init; }

    public string? Notice { get; init; }

    /// <summary>The experiment that is open; null for none.</summary>
    public ExperimentScreen? Opened { get; init; }

    public string FilterName => s_filters[Filter].Name;

    /// <summary>Those that the filter lets through, in order.</summary>
    public IReadOnlyList<Sight> Listed
    {
        get
        {
            var fits = (Experiments ?? []).Where(sight => s_filters[Filter].Fits(sight.Status.State) && sight.Status.Name.Contains(Text, StringComparison.OrdinalIgnoreCase));
            List<Sight> sorted = [.. Order switch
            {
                ExperimentOrder.Name => fits.OrderBy(sight => sight.Status.Name, StringComparer.Ordinal),
                ExperimentOrder.Progress => fits.OrderByDescending(ProgressLine.Share).ThenBy(sight => sight.Status.Name, StringComparer.Ordinal),
                ExperimentOrder.Submitted => fits.OrderByDescending(sight => sight.Status.SubmittedAt),
                _ => fits.OrderBy(sight => sight.Status.State).ThenByDescending(sight => sight.Status.SubmittedAt),
            }];
            if (Reversed)
            {
                sorted.Reverse();
            }

            return sorted;
        }
    }

    /// <summary>Rows of the two lists, in lines; 0 leaves one out.</summary>
    public (int Experiments, int Devices) Rows
    {
        get
        {
            var body = Math.Max(Size.Height - 2 - (Size.Height < 10 ? 0 : 1), 3);
            if (View is ClusterView.Experiments || (View is ClusterView.Overview && body < 12))
            {
                return (Math.Max(body - 2, 1), 0);
            }

            if (View is ClusterView.Devices)
            {
                return (0, Math.Max(body - 2, 1));
            }

            // What few experiments leave free, devices get.
            const int Heads = 4;
            var most = Math.Max(body / 2 - 2, body - Heads - (Queue?.Workers.Count ?? 1));
            var experiments = Math.Clamp(Experiments?.Count ?? 1, 2, most);
            return (experiments, body - Heads - experiments);
        }
    }

    public Wanted Wants() => Opened is { } opened ? opened.Wants() with { Experiments = true } : new Wanted { Experiments = true, StatusIsTold = true };

    public ClusterScreen Learn(News news) => this with
    {
        Experiments = news.Experiments ?? Experiments,
        Queue = news.Queue ?? Queue,
        Outage = news.Outage,
        Notice = Opened is null ? news.Notice ?? Notice : null,
        Opened = Opened?.Learn(news),
    };

    public ClusterScreen Fit(ScreenSize size)
    {
        var sized = this with { Size = size, Opened = Opened?.Fit(size) };
        var (experiments, devices) = sized.Rows;
        return sized with
        {
            Cursor = Cursor.Fit(Listed.Count, experiments),
            DeviceCursor = DeviceCursor.Fit(Queue?.Workers.Count ?? 0, devices),
            Help = Help is { } help ? Math.Clamp(help, 0, Math.Max(0, KeyHelp.Lines(new Paper(size.Width, Alphabet.Unicode), KeyHelp.Cluster).Count() - size.Height + 2)) : null,
        };
    }

    public Step<ClusterScreen> Press(Key key)
    {
        if (Opened is { } opened)
        {
            var step = opened.Press(key);
            return step.Order is { Kind: OrderKind.Back } ? new(this with { Opened = null }) : new(this with { Opened = step.Screen }, step.Order);
        }

        if (Asking is { } asking)
        {
            return new(this with { Asking = null }, key.Character is 'y' or 'Y' ? asking.Order : null);
        }

        if (IsTyping)
        {
            return new(Type(key));
        }

        var calm = this with { Notice = null };
        return key switch
        {
            { Character: 'q' or 'Q' } => new(calm, new Order(OrderKind.Leave)),
            _ when Help is { } line => new(calm with { Help = ListCursor.Scrolled(line, key, Size.Height - 2) }),
            { Character: '?' or 'h' } => new(calm with { Help = 0 }),
            _ => new(calm.PressInView(key)),
        };
    }

    private ClusterScreen PressInView(Key key)
    {
        const int Views = 3;
        const int Orders = 4;
        return key switch
        {
            { Name: KeyName.Tab } => this with { View = (ClusterView)(((int)View + 1) % Views) },
            { Name: KeyName.BackTab } => this with { View = (ClusterView)(((int)View + Views - 1) % Views) },
            { Character: >= '1' and <= '3' and var digit } => this with { View = (ClusterView)(digit - '1') },
            { Name: KeyName.Enter } => Open(),
            { Name: KeyName.Escape } => Filter != 0 || Text.Length > 0 ? this with { Filter = 0, Text = "", Cursor = default } : this with { View = ClusterView.Overview },
            _ when View is ClusterView.Devices && DeviceCursor.Move(key, Queue?.Workers.Count ?? 0, Rows.Devices) is { } at => this with { DeviceCursor = at },
            _ when View is not ClusterView.Devices && Cursor.Move(key, Listed.Count, Rows.Experiments) is { } at => this with { Cursor = at },
            { Character: 's' } => this with { Order = (ExperimentOrder)(((int)Order + 1) % Orders), Reversed = false, Cursor = default },
            { Character: 'S' } => this with { Order = (ExperimentOrder)(((int)Order + Orders - 1) % Orders), Reversed = false, Cursor = default },
            { Character: 'r' } => this with { Reversed = !Reversed, Cursor = default },
            { Character: 'f' } => this with { Filter = (Filter + 1) % s_filters.Length, Cursor = default },
            { Character: 'F' } => this with { Filter = (Filter + s_filters.Length - 1) % s_filters.Length, Cursor = default },
            { Character: '/' } => this with { IsTyping = true },
            { Character: 'p' } when Chosen is { } chosen => AskToPause(chosen.Status),
            _ => this,
        };
    }

    /// <summary>The experiment that the cursor is on, or whose stage runs where it is.</summary>
    private Sight? Chosen
    {
        get
        {
            if (View is not ClusterView.Devices)
            {
                return Cursor.At < Listed.Count ? Listed[Cursor.At] : null;
            }

            var rows = Queue is null ? [] : DeviceRow.Of(Queue);
            return DeviceCursor.At < rows.Count && rows[DeviceCursor.At].Stage is { } stage ? OwnersOf(stage).FirstOrDefault() : null;
        }
    }

    /// <summary>The experiments that wait for what runs.</summary>
    public IEnumerable<Sight> OwnersOf(RunningStage stage) => (Experiments ?? []).Where(sight => sight.Status.Running.Any(running => running.Stage == stage.Stage));

    private ClusterScreen Open() => Chosen is { } chosen
        ? this with { Opened = new ExperimentScreen { Name = chosen.Status.Name, FromCluster = true, Sight = chosen, Queue = Queue, Size = Size } }
        : this;

    private ClusterScreen AskToPause(ExperimentStatus status) => status.State switch
    {
        ExperimentState.Running => this with { Asking = new Question($"Pause {status.Name}? Stages that run finish, no others begin.", new Order(OrderKind.Pause, status.Name)) },
        ExperimentState.Paused => this with { Asking = new Question($"Go on with {status.Name}?", new Order(OrderKind.Resume, status.Name)) },
        var ended => this with { Notice = $"Only an experiment that has not ended can be paused, but {status.Name} is {Words.Name(ended)}." },
    };

    private ClusterScreen Type(Key key) => key switch
    {
        { Name: KeyName.Enter } => this with { IsTyping = false },
        { Name: KeyName.Escape } => this with { IsTyping = false, Text = "", Cursor = default },
        { Name: KeyName.Backspace } when Text.Length > 0 => this with { Text = Text[..^1], Cursor = default },
        { Name: KeyName.Character } when Text.Length < TrialQuery.LongestText => this with { Text = Text + key.Character, Cursor = default },
        _ => this,
    };
}
