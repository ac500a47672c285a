using System.Runtime.ExceptionServices;
using Sweep.Data.Pixels;

namespace Sweep.Data.Loading;

/// <summary>
/// Prepares batches ahead on threads of its own and delivers them in order. Memory is bounded: a fixed number of batches is under way,
/// each in a buffer that is used again. What is delivered does not depend on the number of threads.
/// </summary>
public sealed class BatchPrefetcher : IDisposable
{
    /// <summary>Batches under way, at most.</summary>
    public const int MostAhead = 4;

    private const int LeastAhead = 2;

    /// <summary>Memory for batches under way, in bytes, as long as two fit.</summary>
    private const long Memory = 1L << 30;

    private readonly object _gate = new();
    private readonly IImageFiles _images;
    private readonly IImagePreparation _preparation;
    private readonly IReadOnlyList<int> _positions;
    private readonly int _batch;
    private readonly int _valuesPerImage;
    private readonly Slot[] _slots;
    private readonly Thread[] _threads;
    private int _begun;         // images that a thread has begun
    private int _delivered;     // batches handed out
    private int _released;      // batches whose buffer may be written again
    private bool _stopped;

    /// <param name="positions">Which images, in the order of delivery; one may stand there several times.</param>
    /// <param name="batch">Images a batch; the last may have fewer.</param>
    public BatchPrefetcher(IImageFiles images, IReadOnlyList<int> positions, int batch, IImagePreparation preparation, int threads)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(positions);
        ArgumentNullException.ThrowIfNull(preparation);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        (_images, _positions, _preparation) = (images, positions, preparation);
        _batch = Math.Min(batch, Math.Max(1, positions.Count));
        _valuesPerImage = preparation.Channels * preparation.Side * preparation.Side;
        var ahead = Math.Clamp(Memory / (sizeof(float) * (long)_valuesPerImage * _batch), LeastAhead, MostAhead);
        _slots = new Slot[Math.Min((int)ahead, Batches)];
        for (var i = 0; i < _slots.Length; i++)
        {
            _slots[i] = new Slot(_batch, checked(_batch * _valuesPerImage));
        }

        _threads = new Thread[Math.Min(threads, positions.Count)];
        for (var i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Work) { IsBackground = true, Name = $"image loader {i + 1}" };
            _threads[i].Start();
        }
    }

    public int Batches => (_positions.Count + _batch - 1) / _batch;

    /// <summary>Waits for the next batch.</summary>
    /// <param name="values">(B, C, S, S), valid until the next call.</param>
    /// <param name="labels">(B), class numbers, valid until the next call.</param>
    /// <returns>False after the last.</returns>
    /// <exception cref="Exception">What preparing one of the batch's images threw; of several, the first image's.</exception>
    public bool Next(out ReadOnlyMemory<float> values, out ReadOnlyMemory<long> labels)
    {
        (values, labels) = (default, default);
        lock (_gate)
        {
            _released = _delivered;
            Monitor.PulseAll(_gate);
            if (_delivered == Batches)
            {
                return false;
            }

            var slot = _slots[_delivered % _slots.Length];
            while (!_stopped && (slot.Batch != _delivered || slot.Missing > 0))
            {
                Monitor.Wait(_gate);
            }

            ObjectDisposedException.ThrowIf(_stopped, this);
            slot.Fault?.Throw();
            var count = Length(_delivered);
            _delivered++;
            (values, labels) = (slot.Values.AsMemory(0, count * _valuesPerImage), slot.Labels.AsMemory(0, count));
            return true;
        }
    }

    /// <summary>Stops the threads; each finishes the one image that it is at.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }
    }

    private int Length(int batch) => Math.Min(_batch, _positions.Count - batch * _batch);

    private void Work()
    {
        var canvas = new Canvas();
        while (Begin() is { } place)
        {
            ExceptionDispatchInfo? fault = null;
            try
            {
                Prepare(place, canvas);
            }
            catch (Exception e)
            {
                // It belongs to the thread that asks for the batch, and is thrown there.
                fault = ExceptionDispatchInfo.Capture(e);
            }

            Finish(place, fault);
        }
    }

    /// <summary>Waits until the next image's batch has a buffer.</summary>
    /// <returns>The image's place; null when there is no more to do.</returns>
    private int? Begin()
    {
        lock (_gate)
        {
            while (!_stopped && _begun < _positions.Count && _begun / _batch >= _released + _slots.Length)
            {
                Monitor.Wait(_gate);
            }

            if (_stopped || _begun == _positions.Count)
            {
                return null;
            }

            if (_begun % _batch == 0)
            {
                _slots[_begun / _batch % _slots.Length].Begin(_begun / _batch, Length(_begun / _batch));
            }

            return _begun++;
        }
    }

    private void Prepare(int place, Canvas canvas)
    {
        var slot = _slots[place / _batch % _slots.Length];
        var at = place % _batch;
        slot.Labels[at] = _images.Label(_positions[place]);
        _preparation.Prepare(_images, _positions[place], place, canvas, slot.Values.AsSpan(at * _valuesPerImage, _valuesPerImage));
    }

    private void Finish(int place, ExceptionDispatchInfo? fault)
    {
        lock (_gate)
        {
            if (_slots[place / _batch % _slots.Length].Finish(place, fault))
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>A buffer, and how far the batch in it is.</summary>
    private sealed class Slot(int batch, int values)
    {
        private int _faultPlace;

        public float[] Values { get; } = GC.AllocateUninitializedArray<float>(values);

        public long[] Labels { get; } = new long[batch];

        public int Batch { get; private set; } = -1;

        public int Missing { get; private set; }

        public ExceptionDispatchInfo? Fault { get; private set; }

        public void Begin(int number, int images) => (Batch, Missing, Fault) = (number, images, null);

        /// <returns>Whether the batch is whole.</returns>
        public bool Finish(int place, ExceptionDispatchInfo? fault)
        {
            if (fault is not null && (Fault is null || place < _faultPlace))
            {
                (Fault, _faultPlace) = (fault, place);
            }

            return --Missing == 0;
        }
    }
}
