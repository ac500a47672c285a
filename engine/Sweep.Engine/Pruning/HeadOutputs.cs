using Sweep.Engine.Models;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Pruning;

/// <summary>
/// S²ViTE's scores of heads (arXiv 2106.04533; METHODS 3.5), by A, what each head hands to the projection, and its gradient. A batch may come
/// in several passes. Sums run in float64. Letters: B images, h heads, N tokens, v head width.
/// </summary>
public sealed class HeadOutputs(ViTShape shape) : IAttentionObserver, IDisposable
{
    private readonly Tensor?[] _results = new Tensor?[shape.Blocks.Count]; // (B, h, N, v)
    private readonly double[][] _salience = Zeros(shape);
    private readonly double[][] _gradientNorm = Zeros(shape);

    public void Observe(int block, Tensor attention, Tensor values)
    {
    }

    public void ObserveResult(int block, Tensor result)
    {
        result.retain_grad();
        _results[block] = result.DetachFromDisposeScope();
    }

    /// <summary>Σ over images of |Σ A ⊙ ∂L/∂A| over tokens and channels: [head].</summary>
    public double[] Salience(int block) => _salience[block];

    /// <summary>Σ over images of ‖∂L/∂A‖₁: [head].</summary>
    public double[] GradientNorm(int block) => _gradientNorm[block];

    /// <summary>Adds the pass whose backward pass has just run, and lets go of it.</summary>
    public void Collect()
    {
        for (var i = 0; i < _results.Length; i++)
        {
            if (_results[i] is { } result)
            {
                Collect(i, result);
            }
        }

        Dispose();
    }

    public void Dispose()
    {
        for (var i = 0; i < _results.Length; i++)
        {
            _results[i]?.Dispose();
            _results[i] = null;
        }
    }

    private void Collect(int block, Tensor result)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var gradient = result.grad ?? throw new InvalidOperationException("Heads are scored after the backward pass, but there is no gradient yet.");
        var slope = gradient.to_type(ScalarType.Float64);
        Add(_salience[block], result.to_type(ScalarType.Float64).mul(slope).sum([2, 3]).abs().sum([0]));
        Add(_gradientNorm[block], slope.abs().sum([0, 2, 3]));
    }

    private static void Add(double[] sums, Tensor heads)
    {
        var values = heads.cpu().data<double>().ToArray();
        for (var h = 0; h < sums.Length; h++)
        {
            sums[h] += values[h];
        }
    }

    private static double[][] Zeros(ViTShape shape) => [.. shape.Blocks.Select(block => new double[block.Heads])];
}
