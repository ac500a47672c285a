using Sweep.Client.Output;
using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client.Watching.Screens;

internal enum View
{
    Overview,
    Trials,
    Front,
    Devices,
    Failures,
}

/// <summary>
/// All that a person who watches an experiment sees, but for the drawing: what is known of the experiment, and where the person is in it. Keys and news
/// make another one; nothing else happens here.
/// </summary>
internal sealed record ExperimentScreen
{
    /// <summary>Of running trials, whose stages are told apart.</summary>
    private const int MostRunning = 100;

    public required string Name { get; init; }

    /// <summary>Asked before leaving; null leaves at once.</summary>
    public string? LeaveQuestion { get; init; }

    /// <summary>Whether it was opened from the cluster's screen: Esc goes back there, and nobody else tells how the experiment stands.</summary>
    public bool FromCluster { get; init; }

    /// <summary>False where no keys can be read: none is offered then.</summary>
    public bool HasKeys { get; init; } = true;

    public ScreenSize Size { get; init; } = new(80, 24);

    public Sight? Sight { get; init; }

    public QueueStatus? Queue { get; init; }

    public View View { get; init; }

    public TrialList Trials { get; init; } = new();

    /// <summary>The last first.</summary>
    public TrialList Failures { get; init; } = new() { Query = new TrialQuery { State = TrialState.Failed, Descending = true, Limit = 0 } };

    /// <summary>Some of the trials that run.</summary>
    public TrialAnswer? Running { get; init; }

    public ListCursor FrontCursor { get; init; }

    public ListCursor DeviceCursor { get; init; }

    /// <summary>The trial that is open; null for none.</summary>
    public OpenTrial? Open { get; init; }

    /// <summary>Words being typed to filter by; null when nobody types.</summary>
    public string? Typing { get; init; }

    public Question? Asking { get; init; }

    /// <summary>Lines of the help that are scrolled away; null when it is closed.</summary>
    public int? Help { get; init; }

    public string? Notice { get; init; }

    public ExperimentStatus? Status => Sight?.Status;

    public bool HasEnded => Status is { } status && ExperimentWatch.HasEnded(status.State);

    /// <summary>Whether somebody is in the middle of something, which the experiment's end should not take away.</summary>
    public bool IsReading => Open is not null || Help is not null || Typing is not null || Asking is not null;

    public Wanted Wants()
    {
        var layout = ExperimentLayout.Of(this);
        return new Wanted
        {
            Experiment = Name,
            StatusIsTold = !FromCluster,
            Trials = Status is { } status && layout.Trials > 0 ? Trials.Question(status, layout.Trials) : null,
            Failures = Status is { Trials.Failed: > 0 } failed && layout.Failures > 0 ? Failures.Question(failed, layout.Failures) : null,
            Running = Status is { } running && running.Running.Any(stage => !IsKnown(stage))
                && new TrialQuestion(new TrialQuery { State = TrialState.Running, Limit = MostRunning }, running.Trials, running.Front.Count) is var question
                && question != Running?.Question ? question : null,
            Trial = Open?.Id,
        };
    }

    /// <summary>Whether it is known which trial a running stage belongs to: asking for running trials may tell no more.</summary>
    private bool IsKnown(RunningStage stage) => (Running?.Page.Trials ?? []).Concat(Trials.Page?.Trials ?? []).Any(trial => trial.Stages.Contains(stage.Stage));

    public ExperimentScreen Learn(News news)
    {
        var known = this with
        {
            Sight = news.Sight ?? Sight,
            Queue = news.Queue ?? Queue,
            Running = news.Running ?? Running,
            Trials = news.Trials is { } trials ? Trials with { Answer = trials } : Trials,
            Failures = news.Failures is { } failures ? Failures with { Answer = failures } : Failures,
            Open = Open is { } open && news.Trial is { } detail && detail.Trial.Id == open.Id ? open with { Detail = detail } : Open,
            Notice = news.Notice ?? Notice,
        };
        return news.Outage is { } outage && FromCluster && known.Sight is { } sight ? known with { Sight = sight with { Outage = outage } } : known;
    }

    /// <summary>As a terminal of this size shows it.</summary>
    public ExperimentScreen Fit(ScreenSize size)
    {
        var sized = this with { Size = size };
        var layout = ExperimentLayout.Of(sized);
        var paper = new Paper(size.Width, Alphabet.Unicode);
        return sized with
        {
            Trials = Trials.Fit(layout.Trials),
            Failures = Failures.Fit(layout.Failures),
            FrontCursor = FrontCursor.Fit(Status?.Front.Count ?? 0, layout.Front),
            DeviceCursor = DeviceCursor.Fit(Queue?.Workers.Count ?? 0, layout.Devices),
            Help = Help is { } help ? Math.Clamp(help, 0, Math.Max(0, KeyHelp.Lines(paper, KeyHelp.Experiment).Count() - sized.Text)) : null,
            Open = Open is { } open ? open with { Scroll = Math.Clamp(open.Scroll, 0, Math.Max(0, TrialLines.Of(sized, paper).Count - sized.Text)) } : null,
        };
    }

    /// <summary>Lines of a text that fills the screen but for its title and footer.</summary>
    private int Text => Math.Max(Size.Height - 2, 1);

    public Step<ExperimentScreen> Press(Key key)
    {
        if (Asking is { } asking)
        {
            return new(this with { Asking = null }, key.Character is 'y' or 'Y' ? asking.Order : null);
        }

        if (Typing is { } typing)
        {
            return new(Type(typing, key));
        }

        var calm = this with { Notice = null };
        return key switch
        {
            { Character: 'q' or 'Q' } => LeaveQuestion is { } question && !HasEnded ? new(calm with { Asking = new Question(question, new Order(OrderKind.Leave)) }) : new(calm, new Order(OrderKind.Leave)),
            _ when Help is { } line => new(calm with { Help = ListCursor.Scrolled(line, key, Text) }),
            { Character: '?' or 'h' } => new(calm with { Help = 0 }),
            { Character: 'p' } => new(calm.AskToPause()),
            _ when Open is { } open => new(calm.PressIn(open, key)),
            _ => calm.PressInView(key),
        };
    }

    private Step<ExperimentScreen> PressInView(Key key)
    {
        var views = Enum.GetValues<View>();
        return key switch
        {
            { Name: KeyName.Tab } => new(this with { View = views[((int)View + 1) % views.Length] }),
            { Name: KeyName.BackTab } => new(this with { View = views[((int)View + views.Length - 1) % views.Length] }),
            { Character: >= '1' and <= '5' and var digit } => new(this with { View = views[digit - '1'] }),
            { Name: KeyName.Enter } => new(Chosen() is { } trial ? this with { Open = new OpenTrial(trial) } : this),
            { Name: KeyName.Escape } => IsList && Trials.IsFiltered ? new(this with { Trials = Trials.Unfiltered() })
                : View != View.Overview ? new(this with { View = View.Overview })
                : new(this, FromCluster ? new Order(OrderKind.Back) : null),
            _ when Moved(key) is { } moved => new(moved),
            { Character: 's' } when IsList => new(this with { Trials = Trials.SortedByNext(1) }),
            { Character: 'S' } when IsList => new(this with { Trials = Trials.SortedByNext(-1) }),
            { Character: 'r' } when IsList => new(this with { Trials = Trials.Reversed() }),
            { Character: 'f' } when IsList => new(this with { Trials = Trials.FilteredByNext(1) }),
            { Character: 'F' } when IsList => new(this with { Trials = Trials.FilteredByNext(-1) }),
            { Character: '/' } when IsList => new(this with { Typing = Trials.Query.Text ?? "" }),
            _ => new(this),
        };
    }

    private bool IsList => View is View.Overview or View.Trials;

    private ExperimentScreen PressIn(OpenTrial open, Key key) => key switch
    {
        { Name: KeyName.Escape or KeyName.Backspace or KeyName.Enter } => this with { Open = null },
        { Character: 'x' } when open.Detail?.Trial.State is TrialState.Running or TrialState.Waiting && !HasEnded =>
            this with { Asking = new Question($"Stop {open.Id}? What it has finished is kept.", new Order(OrderKind.StopTrial, Name, open.Id)) },
        { Character: 't' } when open.Detail?.Trial.State is TrialState.Failed or TrialState.Stopped =>
            this with { Asking = new Question($"Try {open.Id} once more?", new Order(OrderKind.RetryTrial, Name, open.Id)) },
        _ => this with { Open = open with { Scroll = ListCursor.Scrolled(open.Scroll, key, Text) ?? open.Scroll } },
    };

    private ExperimentScreen Type(string typed, Key key) => key switch
    {
        { Name: KeyName.Enter } => this with { Typing = null },
        { Name: KeyName.Escape } => this with { Typing = null, Trials = Trials.FilteredBy("") },
        { Name: KeyName.Backspace } when typed.Length > 0 => this with { Typing = typed[..^1], Trials = Trials.FilteredBy(typed[..^1]) },
        { Name: KeyName.Character } when typed.Length < TrialQuery.LongestText => this with { Typing = typed + key.Character, Trials = Trials.FilteredBy(typed + key.Character) },
        _ => this,
    };

    private ExperimentScreen AskToPause() => Status?.State switch
    {
        ExperimentState.Running => this with { Asking = new Question($"Pause {Name}? Stages that run finish, no others begin.", new Order(OrderKind.Pause, Name)) },
        ExperimentState.Paused => this with { Asking = new Question($"Go on with {Name}?", new Order(OrderKind.Resume, Name)) },
        null => this,
        { } ended => this with { Notice = $"Only an experiment that has not ended can be paused, but this one is {Words.Name(ended)}." },
    };

    private ExperimentScreen? Moved(Key key)
    {
        var layout = ExperimentLayout.Of(this);
        return View switch
        {
            View.Front => FrontCursor.Move(key, Status?.Front.Count ?? 0, layout.Front) is { } at ? this with { FrontCursor = at } : null,
            View.Devices => DeviceCursor.Move(key, Queue?.Workers.Count ?? 0, layout.Devices) is { } at ? this with { DeviceCursor = at } : null,
            View.Failures => Failures.Cursor.Move(key, Failures.Count, layout.Failures) is { } at ? this with { Failures = Failures with { Cursor = at } } : null,
            _ => Trials.Cursor.Move(key, Trials.Count, layout.Trials) is { } at ? this with { Trials = Trials with { Cursor = at } } : null,
        };
    }

    /// <summary>The trial that the cursor is on, or that runs where it is.</summary>
    private string? Chosen() => View switch
    {
        View.Front => Status is { } status && FrontCursor.At < status.Front.Count ? status.Front[FrontCursor.At].Trial : null,
        View.Devices => DeviceRow.Of(this) is { Count: > 0 } rows && DeviceCursor.At < rows.Count ? rows[DeviceCursor.At].Owners.FirstOrDefault() : null,
        View.Failures => Failures.Chosen?.Id,
        _ => Trials.Chosen?.Id,
    };
}

/// <summary>A trial that somebody reads.</summary>
/// <param name="Detail">Null until the cluster has told.</param>
/// <param name="Scroll">Lines that are scrolled away.</param>
internal sealed record OpenTrial(string Id, TrialDetail? Detail = null, int Scroll = 0);
