using System.Runtime.CompilerServices;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A tensor of libtorch. It is released when disposed, when the dispose scope that owns it is, or by the finalizer; tensors
    /// that no scope owns tell the garbage collector how much memory they hold, so that forgotten ones cannot pile up.
    /// </summary>
    public partial class Tensor : IDisposable
    {
        /// <summary>Below this many bytes, telling the garbage collector costs more than it is worth.</summary>
        private const long LeastPressure = 4096;

        private static long liveCount;
        private static long peakCount;

        private nint handle;
        private long pressure;

        internal Tensor(nint handle, bool register = true)
        {
            this.handle = handle;
            long live = Interlocked.Increment(ref liveCount);
            if (live > peakCount) peakCount = live;
            if (!register) return;
            DisposeScopeManager thread = DisposeScopeManager.ThreadSingleton;
            if (thread.CurrentDisposeScope is { } scope)
            {
                thread.StatisticsInstance.TensorStatistics.CreatedInScopeCount++;
                scope.Add(this);
            }
            else
            {
                thread.StatisticsInstance.TensorStatistics.CreatedOutsideScopeCount++;
                AddPressure();
            }
        }

        ~Tensor()
        {
            // A finalized tensor was reachable from no living scope, so there is no scope to tell.
            OwningDisposeScope = null;
            Release();
        }

        /// <summary>Tensors alive in the process.</summary>
        public static long TotalCount => Interlocked.Read(ref liveCount);

        /// <summary>The most tensors that were ever alive at once.</summary>
        public static long PeakCount => Interlocked.Read(ref peakCount);

        /// <summary>A name for debugging.</summary>
        public string? name { get; set; }

        /// <summary>libtorch's tensor.</summary>
        /// <exception cref="InvalidOperationException">The tensor is disposed.</exception>
        public nint Handle => handle != 0 ? handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        public bool IsInvalid => handle == 0;

        internal DisposeScope? OwningDisposeScope { get; private set; }

        /// <summary>The place in the owning scope's list.</summary>
        internal int ScopeSlot { get; set; }

        /// <summary>The handle, or 0 when disposed.</summary>
        internal nint HandleOrZero => handle;

        internal static Tensor? OrNull(nint handle) => handle == 0 ? null : new Tensor(handle);

        public static Tensor UnsafeCreateTensor(nint handle) => new(handle);

        public void Dispose()
        {
            if (handle == 0) return;
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (handle == 0) return;
            DisposeScopeManager thread = DisposeScopeManager.ThreadSingleton;
            if (OwningDisposeScope is { } scope)
            {
                thread.StatisticsInstance.TensorStatistics.DisposedInScopeCount++;
                scope.Remove(this);
            }
            else
            {
                thread.StatisticsInstance.TensorStatistics.DisposedOutsideScopeCount++;
            }
            Release();
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is null) other?.Attach(this);
            else OwningDisposeScope.MoveToOther(other, this);
            return this;
        }

        /// <summary>Gives the handle, with its reference, to the caller. The tensor is invalid from then on.</summary>
        public nint DecoupleFromNativeHandle()
        {
            GC.SuppressFinalize(this);
            OwningDisposeScope?.Remove(this);
            nint given = Handle;
            handle = 0;
            Interlocked.Decrement(ref liveCount);
            RemovePressure();
            return given;
        }

        /// <summary>Disposal by the owning scope, which has already forgotten the tensor.</summary>
        internal void DisposeInScope()
        {
            OwningDisposeScope = null;
            Release();
            GC.SuppressFinalize(this);
        }

        internal void EnterScope(DisposeScope scope, int slot)
        {
            OwningDisposeScope = scope;
            ScopeSlot = slot;
            RemovePressure();
        }

        internal void LeaveScope()
        {
            OwningDisposeScope = null;
            AddPressure();
        }

        private void AddPressure()
        {
            if (handle == 0 || NativeMethods.bridge_exclusive_bytes(handle) is not (>= LeastPressure and var bytes)) return;
            pressure = bytes;
            GC.AddMemoryPressure(bytes);
        }

        private void RemovePressure()
        {
            if (pressure == 0) return;
            GC.RemoveMemoryPressure(pressure);
            pressure = 0;
        }

        private void Release()
        {
            nint released = Interlocked.Exchange(ref handle, 0);
            if (released == 0) return;
            NativeMethods.bridge_release(released);
            Interlocked.Decrement(ref liveCount);
            RemovePressure();
        }

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        /// <summary>Equal shapes and elements.</summary>
        public bool Equals(Tensor target) => Dispatch.CallInteger(Aten.equal, this, target) != 0;

        public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
    }
}
