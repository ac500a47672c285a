using Sweep.Models;
using static TorchSharp.torch;

namespace Sweep.Engine.Training;

/// <summary>
/// The mean loss of an epoch, read from the device only when somebody asks: at a progress report, some times a second at most, and at the
/// epoch's end. No step waits for a number.
/// </summary>
public sealed class LossMeter : IDisposable
{
    private readonly List<Tensor> _pending = [];
    private int _epoch;
    private int _read;
    private double _sum;

    public void Begin(int epoch)
    {
        Dispose();
        _epoch = epoch;
        _read = 0;
        _sum = 0;
    }

    /// <param name="loss">A scalar that nobody else disposes.</param>
    public void Add(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        _pending.Add(loss.DetachFromDisposeScope());
    }

    /// <summary>Mean over the steps so far, in nats.</summary>
    /// <exception cref="StageFaultException">NonFiniteLoss: names the first step whose loss is not finite.</exception>
    public double Mean()
    {
        if (_pending.Count > 0)
        {
            using var scope = NewDisposeScope();
            foreach (var loss in stack(_pending).cpu().data<float>().ToArray())
            {
                if (!float.IsFinite(loss))
                {
                    throw StageFaultException.NonFiniteLoss(_epoch, _read, loss);
                }

                _sum += loss;
                _read++;
            }

            Dispose();
        }

        return _read == 0 ? 0 : _sum / _read;
    }

    public void Dispose()
    {
        foreach (var loss in _pending)
        {
            loss.Dispose();
        }

        _pending.Clear();
    }
}
