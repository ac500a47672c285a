using System.Globalization;
using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Scheduling;

namespace Sweep.Grains.Tests.Protocol;

/// <summary>
/// A cluster in one thread: the product's state machines inside shells that do what the grains do, and a scheduler that decides at every
/// step what arrives next, what goes wrong, and when time passes. Shells are written as async methods like the grains; an await is a
/// parcel on the wire, so whatever may happen between two lines of a grain may happen here.
/// </summary>
internal sealed class World
{
    public const string QueueName = "queue";

    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Choices _choices;
    private readonly List<Parcel> _wire = [];
    private readonly Dictionary<string, Actor> _directory = [];
    private readonly List<Actor> _actors = [];
    private readonly List<(int Step, DateTimeOffset At, bool IsUsual, Move Move)> _trace = [];
    private readonly List<WorkerShell> _workers = [];
    private readonly Judge _judge;
    private Turn? _turn;

    public World(SweepSpec spec, Choices choices, Flaw flaw = Flaw.None, int workers = 2)
    {
        _choices = choices;
        Spec = spec;
        Flaw = flaw;
        Disk = new Disk(flaw != Flaw.NoVersions);
        _judge = new Judge(this);
        Disk.Written = _judge.OnWritten;
        for (var i = 1; i <= workers; i++)
        {
            _workers.Add(new WorkerShell(this, FormattableString.Invariant($"silo/cpu-{i}")));
        }

        Disk.Write(ExperimentShell.RecordKey(spec.Name), ExperimentRecord.Submitted(spec, Now), 0);
        Wake();
    }

    public SweepSpec Spec { get; }

    public Flaw Flaw { get; }

    public Disk Disk { get; }

    public DateTimeOffset Now { get; private set; } = s_start;

    public int Step { get; private set; }

    public Judge Judge => _judge;

    /// <summary>A line a step; a star marks what is not usual.</summary>
    public IReadOnlyList<string> Trace =>
    [
        .. _trace.Select(made => string.Create(
            CultureInfo.InvariantCulture, $"{made.Step,5} {(made.At - s_start).TotalSeconds,8:0.0}s {(made.IsUsual ? ' ' : '*')} {made.Move.Label}")),
    ];

    public IReadOnlyList<WorkerShell> Workers => _workers;

    /// <summary>Limits are out of reach: a stage taken for poison would rightly change the front.</summary>
    public SchedulingOptions Options { get; } = new()
    {
        Lease = TimeSpan.FromSeconds(15),
        LastIdleCall = TimeSpan.FromSeconds(5),
        FirstIdleCall = TimeSpan.FromSeconds(1),
        LossLimit = 1000,
        InfrastructureLimit = 1000,
    };

    /// <summary>Called before each move with those that are possible; false ends the run.</summary>
    public Func<IReadOnlyList<Move>, bool> BeforeMove { get; set; } = _ => true;

    /// <summary>Until the experiment has ended and a lease more, so that what comes late is seen too.</summary>
    /// <exception cref="ViolationException">A property is broken.</exception>
    public void Run(int mostSteps)
    {
        DateTimeOffset? ended = null;
        while (ended is not { } end || Now < end + (2 * Options.Lease))
        {
            var moves = Moves();
            if (!BeforeMove(moves))
            {
                return;
            }

            var picked = _choices.Pick(Step, moves);
            var move = moves[picked];
            _trace.Add((Step, Now, picked == 0, move));
            move.Do();
            _turn = null;
            _judge.OnMoved();
            ended ??= _judge.HasEnded ? Now : null;
            if (++Step > mostSteps)
            {
                throw new ViolationException($"Every experiment must end, but after {mostSteps} steps, at {Now:HH:mm:ss}, it has not: {_judge.Standing()}");
            }
        }

        _judge.OnEnded();
    }

    public string Digest() => string.Join(
        '\n',
        Disk.States.OrderBy(state => state.Key, StringComparer.Ordinal).Select(state => $"{state.Key}={Words.Of(state.Value.State)}")
            .Concat(_actors.Where(actor => !actor.IsDead).Select(actor =>
                $"{actor.Name}{(actor.IsRetired ? "-" : "")}:{actor.Digest()}|{string.Join(',', actor.Turns)}|{string.Join(',', actor.Timers.Select(timer => $"{timer.Name}{(timer.Due - Now).Ticks}"))}").Order(StringComparer.Ordinal))
            .Concat(_wire.Select(parcel => parcel.Label)));

    public Actor Resolve(string name)
    {
        if (_directory.TryGetValue(name, out var actor) && !actor.IsDead && !actor.IsRetired)
        {
            return actor;
        }

        actor = name == QueueName ? new QueueShell(this)
            : name == Spec.Name ? new ExperimentShell(this, name)
            : new StageShell(this, StageId.Parse(name));
        _directory[name] = actor;
        _actors.Add(actor);
        return actor;
    }

    public void Add(Actor actor) => _actors.Add(actor);

    public T? Find<T>()
        where T : Actor => _actors.OfType<T>().FirstOrDefault();

    public void Replace(WorkerShell worker, WorkerShell by)
    {
        Crash(worker);
        _workers[_workers.IndexOf(worker)] = by;
    }

    /// <summary>A call from one actor to another: it, and its answer, may be late, out of order, lost or repeated.</summary>
    public Task<T> Call<T>(Actor from, string to, string what, bool interleaves, Func<Actor, Task<T>> body)
    {
        var answer = new TaskCompletionSource<T>();
        var turn = _turn;
        var label = $"{from.Name} -> {to}.{what}";
        Parcel? call = null;
        call = new Parcel
        {
            Label = label,
            IsReady = () => interleaves || !Resolve(to).IsBusy,
            Arrive = () => Execute(Resolve(to), label, interleaves, body, Answer, Fail),
            Mishaps =
            [
                ("lose", true, world => world.Drop(call!, () => world.Settle(from, turn, "lost", () => answer.TrySetException(new TimeoutException(label))))),
                ("give up on", true, world => world.Settle(from, turn, "late", () => answer.TrySetException(new TimeoutException(label)))),
                ("repeat", true, world => Execute(world.Resolve(to), label, interleaves, body, (_, _) => { }, _ => { })),
            ],
        };
        _wire.Add(call);
        return answer.Task;

        void Answer(T result, string said) => Send(
            $"{to} answers {from.Name}.{what}: {said}",
            () => Settle(from, turn, said, () => answer.TrySetResult(result)),
            () => Settle(from, turn, "lost", () => answer.TrySetException(new TimeoutException(label))));

        void Fail(Exception e) => Send(
            $"{to} fails {from.Name}.{what}",
            () => Settle(from, turn, "failed", () => answer.TrySetException(e)),
            null);
    }

    public Task<long> Write(Actor from, string key, object state, long version)
    {
        var done = new TaskCompletionSource<long>();
        var turn = _turn;
        var label = $"{from.Name} writes {key}: {Words.Of(state)}";
        Parcel? write = null;
        write = new Parcel
        {
            Label = label,
            Arrive = () => Happen(heard: true),
            Mishaps =
            [
                ("fail", true, world => world.Drop(write!, () => world.Settle(from, turn, "failed", () => done.TrySetException(new IOException(label))))),
                ("keep silent of", true, world => world.Drop(write!, () => Happen(heard: false))),
            ],
        };
        _wire.Add(write);
        return done.Task;

        void Happen(bool heard)
        {
            try
            {
                var next = Disk.Write(key, state, version);
                Settle(from, turn, heard ? "written" : "failed", () => _ = heard ? done.TrySetResult(next) : done.TrySetException(new IOException(label)));
            }
            catch (IOException e)
            {
                Settle(from, turn, "refused", () => done.TrySetException(e));
            }
        }
    }

    /// <summary>Begins a turn of an actor: everything it does until its first await happens now.</summary>
    public void Execute<T>(Actor actor, string name, bool interleaves, Func<Actor, Task<T>> body, Action<T, string> answer, Action<Exception> fail)
    {
        var turn = new Turn(name);
        var open = true;
        actor.IsBusy |= !interleaves;
        actor.Turns.Add(turn);
        actor.Waiting.Add(FailOnce);
        _turn = turn;
        _ = Follow();

        void FailOnce(Exception e)
        {
            if (open)
            {
                open = false;
                fail(e);
            }
        }

        async Task Follow()
        {
            try
            {
                var result = await body(actor);
                Close();
                if (open)
                {
                    open = false;
                    answer(result, Words.Of(result));
                }
            }
            catch (Exception e)
            {
                if (e is not (TimeoutException or IOException or InvalidOperationException))
                {
                    _judge.Unexpected(e);
                }

                Close();
                FailOnce(e);
            }
        }

        void Close()
        {
            actor.Turns.Remove(turn);
            actor.Waiting.Remove(FailOnce);
            actor.IsBusy &= interleaves;
        }
    }

    /// <summary>All soft state is gone; whoever waits for it hears that in the end.</summary>
    public void Crash(Actor actor)
    {
        actor.IsDead = true;
        _actors.Remove(actor);
        foreach (var fail in actor.Waiting.ToList())
        {
            fail(new TimeoutException($"{actor.Name} is gone"));
        }

        actor.Timers.Clear();
        actor.Turns.Clear();
        if (actor is ExperimentShell)
        {
            Wake();
        }
    }

    public void Send(string label, Action arrive, Action? lost)
    {
        Parcel? parcel = null;
        parcel = new Parcel
        {
            Label = label,
            Arrive = arrive,
            Mishaps = lost is null ? [] : [("lose", true, world => world.Drop(parcel!, lost))],
        };
        _wire.Add(parcel);
    }

    /// <summary>The catalog wakes unfinished experiments whenever a silo has gone.</summary>
    private void Wake() => Send($"wake {Spec.Name}", () => Resolve(Spec.Name), null);

    private void Drop(Parcel parcel, Action then)
    {
        _wire.Remove(parcel);
        then();
    }

    /// <summary>An await of a turn ends; nothing does in an actor that is dead.</summary>
    private void Settle(Actor actor, Turn? turn, string heard, Action settle)
    {
        if (actor.IsDead)
        {
            return;
        }

        turn?.Heard.Add(heard);
        _turn = turn;
        settle();
    }

    private List<Move> Moves()
    {
        List<Move> usual = [];
        List<Move> faults = [];
        foreach (var parcel in _wire)
        {
            if (parcel.IsReady())
            {
                usual.Add(new Move("", parcel.Label, false, () =>
                {
                    _wire.Remove(parcel);
                    parcel.Arrive();
                }));
                faults.AddRange(parcel.Mishaps.Select(mishap => new Move(mishap.Name, parcel.Label, mishap.IsFault, () => mishap.Do(this))));
            }
        }

        var timers = _actors.SelectMany(actor => actor.Timers).Where(timer => timer.IsReady).OrderBy(timer => timer.Due).ToList();
        usual.AddRange(timers.Where((timer, i) => timer.Due <= Now || (i == 0 && usual.Count == 0)).Select(timer => new Move("", timer.Label, false, () => Fire(timer))));
        faults.AddRange(_workers.Where(worker => worker.Attempt is not null).Select(worker => new Move("restart", worker.Name, true, worker.Restart)));
        faults.AddRange(_workers.Where(worker => worker.IsHere && worker.Attempt is not null).Select(worker => new Move("cut off", worker.Name, true, worker.CutOff)));
        faults.AddRange(_workers.Where(worker => !worker.IsGone && worker.Attempt is not null && _workers.Count(other => !other.IsGone) > 1).Select(worker => new Move("take away", worker.Name, true, worker.TakeAway)));
        foreach (var actor in _actors.Where(actor => !actor.IsDead && !actor.IsRetired && actor is not WorkerShell).ToList())
        {
            if (actor is not StageShell || actor is StageShell { IsOpen: true } || actor.Turns.Count > 0)
            {
                faults.Add(new Move("restart", actor.Name, true, () => Crash(actor)));
            }

            if (actor is StageShell { IsOpen: true } && _directory.GetValueOrDefault(actor.Name) == actor)
            {
                faults.Add(new Move("another activation", actor.Name, true, () => Double(actor)));
            }
        }

        faults.Add(new Move("a lease passes", "time", true, () => Now += Options.Lease + TimeSpan.FromSeconds(1)));
        return [.. usual, .. faults];
    }

    private void Fire(ModelTimer timer)
    {
        Now = timer.Due > Now ? timer.Due : Now;
        timer.Due = Now + timer.Period;
        Execute(timer.Owner, timer.Name, timer.Interleaves, async _ =>
        {
            await timer.Fire();
            return true;
        }, (_, _) => { }, _ => { });
    }

    /// <summary>
    /// The cluster parts: calls find a new activation of the stage, while the old one lives on and believes itself the only one, until
    /// the part of the cluster that hosts it is shut down.
    /// </summary>
    private void Double(Actor stage)
    {
        _directory.Remove(stage.Name);
        var last = Now + (2 * Options.Lease);
        stage.Timers.Add(new ModelTimer(stage, "is shut down", last, Options.Lease, true, () =>
        {
            Crash(stage);
            return Task.CompletedTask;
        }));
        Resolve(stage.Name);
    }
}
