using TorchSharp.Native;
using static TorchSharp.Native.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    // Elementwise comparison, logic and limits.
    public partial class Tensor
    {
        public Tensor eq(Tensor target) => Call(Aten.eq_Tensor, this, target);

        public Tensor eq_(Tensor target)
        {
            Run(Aten.eq__Tensor, this, target);
            return this;
        }

        public Tensor eq(Scalar target) => Call(Aten.eq_Scalar, this, target);

        public Tensor eq_(Scalar target)
        {
            Run(Aten.eq__Scalar, this, target);
            return this;
        }

        public Tensor ne(Tensor target) => Call(Aten.ne_Tensor, this, target);

        public Tensor ne_(Tensor target)
        {
            Run(Aten.ne__Tensor, this, target);
            return this;
        }

        public Tensor ne(Scalar target) => Call(Aten.ne_Scalar, this, target);

        public Tensor ne_(Scalar target)
        {
            Run(Aten.ne__Scalar, this, target);
            return this;
        }

        public Tensor not_equal(Tensor target) => ne(target);

        public Tensor lt(Tensor target) => Call(Aten.lt_Tensor, this, target);

        public Tensor lt_(Tensor target)
        {
            Run(Aten.lt__Tensor, this, target);
            return this;
        }

        public Tensor lt(Scalar target) => Call(Aten.lt_Scalar, this, target);

        public Tensor lt_(Scalar target)
        {
            Run(Aten.lt__Scalar, this, target);
            return this;
        }

        public Tensor less(Tensor target) => lt(target);

        public Tensor le(Tensor target) => Call(Aten.le_Tensor, this, target);

        public Tensor le_(Tensor target)
        {
            Run(Aten.le__Tensor, this, target);
            return this;
        }

        public Tensor le(Scalar target) => Call(Aten.le_Scalar, this, target);

        public Tensor le_(Scalar target)
        {
            Run(Aten.le__Scalar, this, target);
            return this;
        }

        public Tensor less_equal(Tensor target) => le(target);

        public Tensor gt(Tensor target) => Call(Aten.gt_Tensor, this, target);

        public Tensor gt_(Tensor target)
        {
            Run(Aten.gt__Tensor, this, target);
            return this;
        }

        public Tensor gt(Scalar target) => Call(Aten.gt_Scalar, this, target);

        public Tensor gt_(Scalar target)
        {
            Run(Aten.gt__Scalar, this, target);
            return this;
        }

        public Tensor greater(Tensor target) => gt(target);

        public Tensor ge(Tensor target) => Call(Aten.ge_Tensor, this, target);

        public Tensor ge_(Tensor target)
        {
            Run(Aten.ge__Tensor, this, target);
            return this;
        }

        public Tensor ge(Scalar target) => Call(Aten.ge_Scalar, this, target);

        public Tensor ge_(Scalar target)
        {
            Run(Aten.ge__Scalar, this, target);
            return this;
        }

        public Tensor greater_equal(Tensor target) => ge(target);

        /// <summary>Elementwise, unlike PyTorch's function of this name.</summary>
        public Tensor equal(Tensor target) => eq(target);

        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) =>
            CallInteger(Aten.allclose, this, target, rtol, atol, equal_nan) != 0;

        public Tensor isclose(Tensor other, double rtol = 1e-05, double atol = 1e-08, bool nanEqual = false) =>
            Call(Aten.isclose, this, other, rtol, atol, nanEqual);

        public Tensor logical_and(Tensor other) => Call(Aten.logical_and, this, other);

        public Tensor logical_and_(Tensor other)
        {
            Run(Aten.logical_and_, this, other);
            return this;
        }

        public Tensor logical_or(Tensor other) => Call(Aten.logical_or, this, other);

        public Tensor logical_or_(Tensor other)
        {
            Run(Aten.logical_or_, this, other);
            return this;
        }

        public Tensor logical_xor(Tensor other) => Call(Aten.logical_xor, this, other);

        public Tensor logical_xor_(Tensor other)
        {
            Run(Aten.logical_xor_, this, other);
            return this;
        }

        public Tensor bitwise_and(Tensor other) => Call(Aten.bitwise_and_Tensor, this, other);

        public Tensor bitwise_or(Tensor other) => Call(Aten.bitwise_or_Tensor, this, other);

        public Tensor bitwise_xor(Tensor other) => Call(Aten.bitwise_xor_Tensor, this, other);

        public Tensor bitwise_not() => Call(Aten.bitwise_not, this);

        public Tensor maximum(Tensor other) => Call(Aten.maximum, this, other);

        public Tensor minimum(Tensor other) => Call(Aten.minimum, this, other);

        public Tensor fmax(Tensor other) => Call(Aten.fmax, this, other);

        public Tensor fmin(Tensor other) => Call(Aten.fmin, this, other);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Call(Aten.clamp, this, min, max);

        public Tensor clamp_(Scalar? min = null, Scalar? max = null)
        {
            Run(Aten.clamp_, this, min, max);
            return this;
        }

        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Call(Aten.clamp_Tensor, this, min, max);

        public Tensor clamp_(Tensor? min = null, Tensor? max = null)
        {
            Run(Aten.clamp__Tensor, this, min, max);
            return this;
        }

        public Tensor clip(Scalar? min = null, Scalar? max = null) => clamp(min, max);

        public Tensor clamp_max(Scalar max) => Call(Aten.clamp_max, this, max);

        public Tensor clamp_max_(Scalar max)
        {
            Run(Aten.clamp_max_, this, max);
            return this;
        }

        public Tensor clamp_min(Scalar min) => Call(Aten.clamp_min, this, min);

        public Tensor clamp_min_(Scalar min)
        {
            Run(Aten.clamp_min_, this, min);
            return this;
        }

        /// <summary>This tensor where the condition holds, the other elsewhere.</summary>
        public Tensor where(Tensor condition, Tensor y) => Call(Aten.where_self, condition, this, y);
    }
}
