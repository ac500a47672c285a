using TorchSharp.Native;
using static TorchSharp.Native.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    // Elementwise operators of one tensor; a trailing underscore writes in place and returns the same object.
    public partial class Tensor
    {
        public Tensor abs() => Call(Aten.abs, this);

        public Tensor abs_()
        {
            Run(Aten.abs_, this);
            return this;
        }

        public Tensor exp() => Call(Aten.exp, this);

        public Tensor exp_()
        {
            Run(Aten.exp_, this);
            return this;
        }

        public Tensor exp2() => Call(Aten.exp2, this);

        public Tensor expm1() => Call(Aten.expm1, this);

        public Tensor expm1_()
        {
            Run(Aten.expm1_, this);
            return this;
        }

        public Tensor log() => Call(Aten.log, this);

        public Tensor log_()
        {
            Run(Aten.log_, this);
            return this;
        }

        public Tensor log2() => Call(Aten.log2, this);

        public Tensor log2_()
        {
            Run(Aten.log2_, this);
            return this;
        }

        public Tensor log10() => Call(Aten.log10, this);

        public Tensor log10_()
        {
            Run(Aten.log10_, this);
            return this;
        }

        public Tensor log1p() => Call(Aten.log1p, this);

        public Tensor log1p_()
        {
            Run(Aten.log1p_, this);
            return this;
        }

        public Tensor sqrt() => Call(Aten.sqrt, this);

        public Tensor sqrt_()
        {
            Run(Aten.sqrt_, this);
            return this;
        }

        public Tensor rsqrt() => Call(Aten.rsqrt, this);

        public Tensor rsqrt_()
        {
            Run(Aten.rsqrt_, this);
            return this;
        }

        public Tensor square() => Call(Aten.square, this);

        public Tensor neg() => Call(Aten.neg, this);

        public Tensor neg_()
        {
            Run(Aten.neg_, this);
            return this;
        }

        public Tensor reciprocal() => Call(Aten.reciprocal, this);

        public Tensor reciprocal_()
        {
            Run(Aten.reciprocal_, this);
            return this;
        }

        public Tensor sign() => Call(Aten.sign, this);

        public Tensor sign_()
        {
            Run(Aten.sign_, this);
            return this;
        }

        public Tensor sin() => Call(Aten.sin, this);

        public Tensor sin_()
        {
            Run(Aten.sin_, this);
            return this;
        }

        public Tensor cos() => Call(Aten.cos, this);

        public Tensor cos_()
        {
            Run(Aten.cos_, this);
            return this;
        }

        public Tensor tan() => Call(Aten.tan, this);

        public Tensor tan_()
        {
            Run(Aten.tan_, this);
            return this;
        }

        public Tensor tanh() => Call(Aten.tanh, this);

        public Tensor tanh_()
        {
            Run(Aten.tanh_, this);
            return this;
        }

        public Tensor sigmoid() => Call(Aten.sigmoid, this);

        public Tensor sigmoid_()
        {
            Run(Aten.sigmoid_, this);
            return this;
        }

        public Tensor relu() => Call(Aten.relu, this);

        public Tensor relu_()
        {
            Run(Aten.relu_, this);
            return this;
        }

        public Tensor silu() => Call(Aten.silu, this);

        public Tensor silu_()
        {
            Run(Aten.silu_, this);
            return this;
        }

        public Tensor erf() => Call(Aten.erf, this);

        public Tensor erf_()
        {
            Run(Aten.erf_, this);
            return this;
        }

        public Tensor erfc() => Call(Aten.erfc, this);

        public Tensor erfc_()
        {
            Run(Aten.erfc_, this);
            return this;
        }

        public Tensor erfinv() => Call(Aten.erfinv, this);

        public Tensor erfinv_()
        {
            Run(Aten.erfinv_, this);
            return this;
        }

        public Tensor floor() => Call(Aten.floor, this);

        public Tensor floor_()
        {
            Run(Aten.floor_, this);
            return this;
        }

        public Tensor ceil() => Call(Aten.ceil, this);

        public Tensor ceil_()
        {
            Run(Aten.ceil_, this);
            return this;
        }

        public Tensor trunc() => Call(Aten.trunc, this);

        public Tensor trunc_()
        {
            Run(Aten.trunc_, this);
            return this;
        }

        public Tensor frac() => Call(Aten.frac, this);

        public Tensor frac_()
        {
            Run(Aten.frac_, this);
            return this;
        }

        public Tensor logical_not() => Call(Aten.logical_not, this);

        public Tensor logical_not_()
        {
            Run(Aten.logical_not_, this);
            return this;
        }

        public Tensor isnan() => Call(Aten.isnan, this);

        public Tensor isinf() => Call(Aten.isinf, this);

        public Tensor isfinite() => Call(Aten.isfinite, this);

        public Tensor negative() => neg();

        public Tensor absolute() => abs();

        public Tensor gelu() => Call(Aten.gelu, this);

        public Tensor round(long decimals = 0L) => Call(Aten.round_decimals, this, decimals);

        public Tensor round_(long decimals = 0L)
        {
            Run(Aten.round__decimals, this, decimals);
            return this;
        }
    }
}
