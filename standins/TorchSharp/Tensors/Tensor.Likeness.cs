using TorchSharp.Native;
using static TorchSharp.Native.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    // Elements drawn at random, and new tensors in the likeness of this one.
    public partial class Tensor
    {
        public Tensor normal_(double mean = 0.0, double std = 1.0, Generator? generator = null)
        {
            Run(Aten.normal_, this, mean, std, generator);
            return this;
        }

        public Tensor uniform_(double from, double to, Generator? generator = null)
        {
            Run(Aten.uniform_, this, from, to, generator);
            return this;
        }

        public Tensor bernoulli(Generator? generator = null) => Call(Aten.bernoulli, this, generator);

        public Tensor bernoulli_(double p = 0.5, Generator? generator = null)
        {
            Run(Aten.bernoulli__float, this, p, generator);
            return this;
        }

        public Tensor exponential_(double lambda = 1.0, Generator? generator = null)
        {
            Run(Aten.exponential_, this, lambda, generator);
            return this;
        }

        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) =>
            Call(Aten.multinomial, this, num_samples, replacement, generator);

        public Tensor rand_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Grown(Call(Aten.rand_like, this, dtype, Argument.None, device), requires_grad);

        public Tensor randn_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Grown(Call(Aten.randn_like, this, dtype, Argument.None, device), requires_grad);

        public Tensor randint_like(long low, long high, ScalarType? dtype = null, Device? device = null,
            bool requires_grad = false) =>
            Grown(Call(Aten.randint_like_low_dtype, this, low, high, dtype, Argument.None, device), requires_grad);

        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Grown(Call(Aten.zeros_like, this, dtype, Argument.None, device), requires_grad);

        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Grown(Call(Aten.ones_like, this, dtype, Argument.None, device), requires_grad);

        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Grown(Call(Aten.empty_like, this, dtype, Argument.None, device), requires_grad);

        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Grown(Call(Aten.full_like, this, value, dtype, Argument.None, device), requires_grad);

        public Tensor new_zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            zeros(size, dtype ?? this.dtype, device ?? this.device, requires_grad);

        public Tensor new_empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            empty(size, dtype ?? this.dtype, device ?? this.device, requires_grad);

        public Tensor new_full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null,
            bool requires_grad = false) => full(size, value, dtype ?? this.dtype, device ?? this.device, requires_grad);
    }

    /// <summary>Marks a fresh tensor as a leaf of the graph where asked.</summary>
    internal static Tensor Grown(Tensor fresh, bool requires_grad)
    {
        if (requires_grad) fresh.requires_grad = true;
        return fresh;
    }

    public static Tensor bernoulli(Tensor input, Generator? generator = null) => input.bernoulli(generator);

    public static Tensor multinomial(Tensor input, long num_samples, bool replacement = false, Generator? generator = null) =>
        input.multinomial(num_samples, replacement, generator);

    public static Tensor normal(Tensor mean, Tensor std, Generator? generator = null) =>
        Call(Aten.normal_Tensor_Tensor, mean, std, generator);

    public static Tensor normal(double mean, double std, ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, Generator? generator = null)
    {
        Tensor drawn = randn(size, dtype, device, generator: generator).mul_(std).add_(mean);
        return Grown(drawn, requires_grad);
    }
}
