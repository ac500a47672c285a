using System.Runtime.ExceptionServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Core;

/// <summary>
/// A state between a grain and its store. Operations run one after another in the order they were asked for; writes that have not begun
/// are one write.
/// </summary>
internal sealed class PersistentState<TState> : IPersistentState<TState>, ILifecycleObserver
{
    private readonly string _name;
    private readonly IGrainContext _context;
    private readonly IGrainStorage _store;
    private readonly ILogger _logger;
    private readonly GrainState<TState> _state;
    private Operation? _last;
    private bool _isLoaded;

    public PersistentState(string name, IGrainContext context, IGrainStorage store)
    {
        _name = name;
        _context = context;
        _store = store;
        _logger = context.ActivationServices.GetRequiredService<ILogger<PersistentState<TState>>>();
        _state = new(StateActivator.Create<TState>());
        context.ObservableLifecycle.Subscribe(name, GrainLifecycleStage.SetupState, this);
    }

    private enum Kind
    {
        Read,
        Write,
        Clear,
    }

    public TState State
    {
        get => _state.State!;
        set => _state.State = value;
    }

    public string? Etag => _state.ETag;

    public bool RecordExists => _isLoaded
        ? _state.RecordExists
        : throw new InvalidOperationException("State has not yet been loaded");

    public Task OnStart(CancellationToken cancellationToken) => ReadStateAsync(cancellationToken);

    public Task OnStop(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public Task ReadStateAsync(CancellationToken cancellationToken) => Enqueue(Kind.Read, cancellationToken);

    public Task WriteStateAsync(CancellationToken cancellationToken) => Enqueue(Kind.Write, cancellationToken);

    public Task ClearStateAsync(CancellationToken cancellationToken) => Enqueue(Kind.Clear, cancellationToken);

    private Task Enqueue(Kind kind, CancellationToken cancellationToken)
    {
        if (RuntimeContext.Current != _context)
            throw new InvalidOperationException($"State of {_context.GrainId} is used in a turn of its grain only, but not from here.");

        if (kind != Kind.Read && !cancellationToken.CanBeCanceled && _last is { HasBegun: false, IsCancelable: false } waiting
            && waiting.Kind == kind)
        {
            return waiting.Completion;
        }

        var operation = new Operation(kind, cancellationToken.CanBeCanceled);
        operation.Completion = RunAsync(operation, _last, cancellationToken);
        _last = operation;
        return operation.Completion;
    }

    private async Task RunAsync(Operation operation, Operation? predecessor, CancellationToken cancellationToken)
    {
        // The rest of this turn may still change the state, and may ask for the same write again.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (predecessor is not null)
        {
            await predecessor.Completion.ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        operation.HasBegun = true;
        try
        {
            await (operation.Kind switch
            {
                Kind.Read => _store.ReadStateAsync(_name, _context.GrainId, _state, cancellationToken),
                Kind.Write => _store.WriteStateAsync(_name, _context.GrainId, _state, cancellationToken),
                _ => _store.ClearStateAsync(_name, _context.GrainId, _state, cancellationToken),
            });
            _isLoaded = true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            var message = $"Error from storage provider {_store.GetType().Name}.{_name} during {operation.Kind}StateAsync "
                + $"for grain {_context.GrainId}";
            _logger.LogError(exception, "{Message}.", message);
            if (exception is OrleansException)
                ExceptionDispatchInfo.Throw(exception);
            throw new OrleansException($"{message}{Environment.NewLine} {exception.Message}", exception);
        }
        finally
        {
            if (_last == operation)
                _last = null;
        }
    }

    private sealed class Operation(Kind kind, bool isCancelable)
    {
        public Kind Kind => kind;

        public bool IsCancelable => isCancelable;

        public bool HasBegun { get; set; }

        public Task Completion { get; set; } = Task.CompletedTask;
    }
}
