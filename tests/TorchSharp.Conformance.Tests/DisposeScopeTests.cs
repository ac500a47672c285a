using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TorchSharp.Conformance.Tests;

public sealed class DisposeScopeTests
{
    [Fact]
    public void Scope_DisposesWhatItsThreadMade()
    {
        using Tensor outside = ones(2);
        Tensor inside;
        using (NewDisposeScope()) inside = outside + 1;
        Assert.True(inside.IsInvalid);
        Assert.False(outside.IsInvalid);
        Assert.Throws<InvalidOperationException>(() => inside.Handle);
    }

    [Fact]
    public void MoveToOuter_OutlivesTheScopeButNotTheOuterOne()
    {
        Tensor kept, detached;
        using (NewDisposeScope())
        {
            using (DisposeScope inner = NewDisposeScope())
            {
                kept = ones(2).MoveToOuterDisposeScope();
                Tensor other = ones(3);
                Assert.Same(other, inner.MoveToOuter(other));
                Assert.False(inner.Contains(kept));
            }
            Assert.False(kept.IsInvalid);
            Assert.Equal(2, CurrentDisposeScope!.DisposablesCount);
            using (NewDisposeScope()) detached = ones(1).DetachFromDisposeScope();
        }
        Assert.True(kept.IsInvalid);
        Assert.False(detached.IsInvalid);
        detached.Dispose();
    }

    [Fact]
    public void MoveToOuter_OfTheOutermostScopeDetaches()
    {
        Tensor kept;
        using (NewDisposeScope()) kept = ones(2).MoveToOuterDisposeScope();
        Assert.False(kept.IsInvalid);
        kept.Dispose();
    }

    [Fact]
    public void Attach_TakesATensorFromWhereverItIs()
    {
        Tensor loose = ones(2);
        using (DisposeScope scope = NewDisposeScope())
        {
            scope.Attach(loose);
            Assert.True(scope.Contains(loose));
            using (DisposeScope inner = NewDisposeScope())
            {
                inner.Attach(loose);
                Assert.False(scope.Contains(loose));
            }
            Assert.True(loose.IsInvalid);
        }
    }

    [Fact]
    public void DisposeEverythingBut_KeepsWhatIsNamed()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor first = ones(1), second = ones(2), third = ones(3);
        Assert.Equal((first, third), scope.DisposeEverythingBut(first, third));
        Assert.True(second.IsInvalid);
        Assert.False(first.IsInvalid);
        Assert.Equal(2, scope.DisposablesCount);
        Assert.Equal([3L], third.shape);
        scope.DisposeEverything();
        Assert.True(first.IsInvalid);
    }

    [Fact]
    public void Dispose_TakesATensorOutOfItsScope()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor first = ones(1), second = ones(2), third = ones(3);
        second.Dispose();
        second.Dispose();
        Assert.Equal(2, scope.DisposablesCount);
        Assert.True(scope.Contains(first));
        Assert.True(scope.Contains(third));
        Assert.False(scope.Contains(second));
    }

    [Fact]
    public void Scope_IsTheThreadsOwn()
    {
        using DisposeScope scope = NewDisposeScope();
        bool scoped = true;
        Tensor? elsewhere = null;
        var thread = new Thread(() =>
        {
            scoped = CurrentDisposeScope is not null;
            elsewhere = ones(2);
        });
        thread.Start();
        thread.Join();
        Assert.False(scoped);
        Assert.False(scope.Contains(elsewhere!));
        elsewhere!.Dispose();
    }

    [Fact]
    public void Scope_DisposedOutOfOrderLeavesTheOthers()
    {
        DisposeScope outer = NewDisposeScope();
        DisposeScope inner = NewDisposeScope();
        outer.Dispose();
        Assert.Same(inner, CurrentDisposeScope);
        inner.Dispose();
        Assert.Null(CurrentDisposeScope);
        Assert.Throws<ObjectDisposedException>(() => inner.DisposablesCount);
        inner.Dispose();
    }

    [Fact]
    public void InPlaceOperators_ReturnTheSameObject()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ones(2);
        Assert.Same(x, x.add_(1).mul_(2).clamp_(0, 3).fill_(0));
        Assert.Equal(1, scope.DisposablesCount);
    }

    [Fact]
    public void Parameter_TakesTheTensorAndItsScopeOver()
    {
        Modules.Parameter parameter;
        using (DisposeScope scope = NewDisposeScope())
        {
            Tensor data = ones(2);
            parameter = new Modules.Parameter(data);
            Assert.True(data.IsInvalid);
            Assert.True(parameter.requires_grad);
            Assert.True(scope.Contains(parameter));
        }
        Assert.True(parameter.IsInvalid);
    }

    [Fact]
    public void WrappedScope_LetsOnlyTheResultOut()
    {
        Tensor? within = null;
        using Tensor result = WrappedTensorDisposeScope(() =>
        {
            within = ones(2);
            return within + 1;
        });
        Assert.True(within!.IsInvalid);
        Assert.Equal([2f, 2f], result.data<float>().ToArray());
    }

    [Fact]
    public void Statistics_CountOnTheirThread()
    {
        DisposeScopeManager.Statistics.Reset();
        using (NewDisposeScope())
        {
            _ = ones(1);
            ones(2).DetachFromDisposeScope().Dispose();
        }
        using (ones(3))
        {
            Assert.Equal(1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }
        Assert.Equal((2, 1), (DisposeScopeManager.Statistics.CreatedInScopeCount, DisposeScopeManager.Statistics.DetachedFromScopeCount));
        Assert.Equal(0, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Finalizer_ReleasesForgottenTensorsAndNothingElse()
    {
        using Tensor kept = ones(1000);
        WeakReference[] forgotten = Forget(kept);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.All(forgotten, reference => Assert.False(reference.IsAlive));
        Assert.Equal(1000f, kept.sum().item<float>());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] Forget(Tensor kept)
    {
        var forgotten = new List<WeakReference>();
        for (int i = 0; i < 50; i++)
        {
            forgotten.Add(new WeakReference(kept.view(10, 100)));
            forgotten.Add(new WeakReference(kept + i));
        }
        // An abandoned scope must not keep its tensors alive either, nor trip their finalizers.
        var thread = new Thread(() =>
        {
            NewDisposeScope();
            forgotten.Add(new WeakReference(kept * 2));
        });
        thread.Start();
        thread.Join();
        return [.. forgotten];
    }
}
