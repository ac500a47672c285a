namespace TorchSharp;

/// <summary>
/// Owns the tensors that its thread makes while it is the innermost scope, and disposes them with itself. A scope belongs to the
/// thread that opened it.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    private DisposeScopeManager? manager;
    private List<torch.Tensor> owned = [];

    internal DisposeScope(DisposeScopeManager manager)
    {
        this.manager = manager;
        OuterScope = manager.CurrentDisposeScope;
    }

    internal DisposeScope? OuterScope { get; set; }

    public IReadOnlyList<IDisposable> DisposablesView
    {
        get
        {
            ThrowIfDisposed();
            return owned.ToArray();
        }
    }

    public int DisposablesCount
    {
        get
        {
            ThrowIfDisposed();
            return owned.Count;
        }
    }

    public T MoveToOuter<T>(T disposable) where T : IDisposable => MoveToOther(OuterScope, disposable);

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        MoveToOther(OuterScope, first, second);

    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable => MoveToOther(OuterScope, first, second, third);

    public void MoveToOuter(params IDisposable[] disposables) => MoveToOther(OuterScope, (IEnumerable<IDisposable>)disposables);

    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(OuterScope, disposables);

    public T MoveToOther<T>(DisposeScope? scope, T disposable) where T : IDisposable
    {
        MoveOne(scope, disposable);
        return disposable;
    }

    public (T1 first, T2 second) MoveToOther<T1, T2>(DisposeScope? scope, T1 first, T2 second)
        where T1 : IDisposable where T2 : IDisposable => (MoveToOther(scope, first), MoveToOther(scope, second));

    public (T1 first, T2 second, T3 third) MoveToOther<T1, T2, T3>(DisposeScope? scope, T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable =>
        (MoveToOther(scope, first), MoveToOther(scope, second), MoveToOther(scope, third));

    public void MoveToOther(DisposeScope? scope, params IDisposable[] disposables) =>
        MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables)
    {
        foreach (IDisposable disposable in disposables) MoveOne(scope, disposable);
    }

    public T Detach<T>(T disposable) where T : IDisposable => MoveToOther(null, disposable);

    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        MoveToOther(null, first, second);

    public (T1 first, T2 second, T3 third) Detach<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable => MoveToOther(null, first, second, third);

    public void Detach(params IDisposable[] disposables) => MoveToOther(null, (IEnumerable<IDisposable>)disposables);

    public void Detach(IEnumerable<IDisposable> disposables) => MoveToOther(null, disposables);

    /// <summary>Takes the tensor from whatever scope owns it, if any.</summary>
    public void Attach(IDisposable disposable)
    {
        ThrowIfDisposed();
        torch.Tensor tensor = TensorOf(disposable);
        if (tensor.OwningDisposeScope == this) return;
        tensor.OwningDisposeScope?.Remove(tensor);
        Add(tensor);
        manager!.StatisticsInstance.TensorStatistics.AttachedToScopeCount++;
    }

    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        var attached = new List<IDisposable>();
        foreach (IDisposable disposable in disposables)
        {
            Attach(disposable);
            attached.Add(disposable);
        }
        return attached;
    }

    public void DisposeEverything() => DisposeEverythingBut([]);

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        ThrowIfDisposed();
        HashSet<IDisposable> kept = new(inKeep, ReferenceEqualityComparer.Instance);
        List<torch.Tensor> former = owned;
        owned = [];
        foreach (torch.Tensor tensor in former)
        {
            if (kept.Contains(tensor))
            {
                Add(tensor);
            }
            else
            {
                manager!.StatisticsInstance.TensorStatistics.DisposedInScopeCount++;
                tensor.DisposeInScope();
            }
        }
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeEverythingBut(new IDisposable[] { keep });
        return keep;
    }

    public (T1 first, T2 second) DisposeEverythingBut<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable
    {
        DisposeEverythingBut(new IDisposable[] { first, second });
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) DisposeEverythingBut<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable
    {
        DisposeEverythingBut(new IDisposable[] { first, second, third });
        return (first, second, third);
    }

    public void Dispose()
    {
        if (manager is null) return;
        DisposeEverything();
        manager.RemoveDisposeScope(this);
        manager = null;
    }

    /// <summary>Forgets a tensor that is being disposed by other means.</summary>
    public void MarkAsDisposed(IDisposable disposable)
    {
        ThrowIfDisposed();
        torch.Tensor tensor = TensorOf(disposable);
        if (tensor.OwningDisposeScope == this) Remove(tensor);
    }

    public bool Contains(IDisposable disposable) => disposable is torch.Tensor tensor && tensor.OwningDisposeScope == this;

    internal void Add(torch.Tensor tensor)
    {
        tensor.EnterScope(this, owned.Count);
        owned.Add(tensor);
    }

    /// <summary>Constant time: the last tensor takes the removed one's place.</summary>
    internal void Remove(torch.Tensor tensor)
    {
        int slot = tensor.ScopeSlot;
        torch.Tensor last = owned[^1];
        owned[slot] = last;
        last.ScopeSlot = slot;
        owned.RemoveAt(owned.Count - 1);
        tensor.LeaveScope();
    }

    private void MoveOne(DisposeScope? scope, IDisposable disposable)
    {
        ThrowIfDisposed();
        if (disposable is not torch.Tensor tensor || tensor.OwningDisposeScope != this) return;
        if (scope == this) return;
        Remove(tensor);
        if (scope is null) manager!.StatisticsInstance.TensorStatistics.DetachedFromScopeCount++;
        else scope.Add(tensor);
    }

    private static torch.Tensor TensorOf(IDisposable disposable) => disposable as torch.Tensor
        ?? throw new InvalidOperationException("DisposeScope can only manage Tensor or PackedSequence");

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(manager is null, this);
}

/// <summary>The stack of dispose scopes of one thread.</summary>
public class DisposeScopeManager
{
    [ThreadStatic] private static DisposeScopeManager? threadSingleton;

    internal static DisposeScopeManager ThreadSingleton => threadSingleton ??= new DisposeScopeManager();

    public static ThreadDisposeScopeStatistics Statistics => ThreadSingleton.StatisticsInstance;

    internal ThreadDisposeScopeStatistics StatisticsInstance { get; } = new();

    internal DisposeScope? CurrentDisposeScope { get; private set; }

    internal DisposeScope NewDisposeScope() => CurrentDisposeScope = new DisposeScope(this);

    /// <summary>Takes a scope out of the stack, which need not be the innermost.</summary>
    internal void RemoveDisposeScope(DisposeScope removed)
    {
        if (CurrentDisposeScope == removed)
        {
            CurrentDisposeScope = removed.OuterScope;
            return;
        }
        for (DisposeScope? scope = CurrentDisposeScope; scope is not null; scope = scope.OuterScope)
        {
            if (scope.OuterScope != removed) continue;
            scope.OuterScope = removed.OuterScope;
            return;
        }
    }
}

public static partial class torch
{
    /// <summary>Opens a scope on this thread that owns the tensors made from now on.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.ThreadSingleton.NewDisposeScope();

    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.ThreadSingleton.CurrentDisposeScope;

    /// <summary>Evaluates in a scope of its own, which only the result leaves.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using DisposeScope scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }
}
