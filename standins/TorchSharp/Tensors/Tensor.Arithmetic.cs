using TorchSharp.Native;
using static TorchSharp.Native.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>What division does with the fraction.</summary>
    public enum RoundingMode
    {
        None,
        trunc,
        floor
    }

    // Elementwise arithmetic of two operands, broadcast against each other.
    public partial class Tensor
    {
        public Tensor add(Tensor target) => Call(Aten.add_Tensor, this, target);

        public Tensor add(Tensor target, Scalar alpha) => Call(Aten.add_Tensor, this, target, alpha);

        public Tensor add(Scalar scalar) => Call(Aten.add_Scalar, this, scalar);

        public Tensor add(Scalar scalar, Scalar alpha) => Call(Aten.add_Scalar, this, scalar, alpha);

        public Tensor add_(Tensor target)
        {
            Run(Aten.add__Tensor, this, target);
            return this;
        }

        public Tensor add_(Tensor target, Scalar alpha)
        {
            Run(Aten.add__Tensor, this, target, alpha);
            return this;
        }

        public Tensor add_(Scalar scalar)
        {
            Run(Aten.add__Scalar, this, scalar);
            return this;
        }

        public Tensor add_(Scalar scalar, Scalar alpha)
        {
            Run(Aten.add__Scalar, this, scalar, alpha);
            return this;
        }

        public Tensor sub(Tensor target) => Call(Aten.sub_Tensor, this, target);

        public Tensor sub(Scalar target) => Call(Aten.sub_Scalar, this, target);

        public Tensor sub_(Tensor target)
        {
            Run(Aten.sub__Tensor, this, target);
            return this;
        }

        public Tensor sub_(Scalar target)
        {
            Run(Aten.sub__Scalar, this, target);
            return this;
        }

        public Tensor mul(Tensor target) => Call(Aten.mul_Tensor, this, target);

        public Tensor mul(Scalar target) => Call(Aten.mul_Scalar, this, target);

        public Tensor mul_(Tensor target)
        {
            Run(Aten.mul__Tensor, this, target);
            return this;
        }

        public Tensor mul_(Scalar target)
        {
            Run(Aten.mul__Scalar, this, target);
            return this;
        }

        public Tensor subtract(Tensor target) => sub(target);

        public Tensor subtract(Scalar target) => sub(target);

        public Tensor multiply(Tensor target) => mul(target);

        public Tensor multiply(Scalar target) => mul(target);

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            Call(Aten.div_Tensor_mode, this, target, Spelled(rounding_mode));

        public Tensor divide(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);

        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
        {
            Run(Aten.div__Tensor_mode, this, target, Spelled(rounding_mode));
            return this;
        }

        public Tensor divide_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div_(target, rounding_mode);

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            Call(Aten.div_Scalar_mode, this, target, Spelled(rounding_mode));

        public Tensor divide(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
        {
            Run(Aten.div__Scalar_mode, this, target, Spelled(rounding_mode));
            return this;
        }

        public Tensor divide_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div_(target, rounding_mode);

        public Tensor floor_divide(Tensor other) => Call(Aten.floor_divide, this, other);

        public Tensor floor_divide(Scalar other) => Call(Aten.floor_divide_Scalar, this, other);

        public Tensor remainder(Tensor target) => Call(Aten.remainder_Tensor, this, target);

        public Tensor remainder(Scalar scalar) => Call(Aten.remainder_Scalar, this, scalar);

        public Tensor fmod(Tensor target) => Call(Aten.fmod_Tensor, this, target);

        public Tensor fmod(Scalar scalar) => Call(Aten.fmod_Scalar, this, scalar);

        public Tensor pow(Tensor exponent) => Call(Aten.pow_Tensor_Tensor, this, exponent);

        public Tensor pow(Scalar exponent) => Call(Aten.pow_Tensor_Scalar, this, exponent);

        public Tensor pow_(Tensor exponent)
        {
            Run(Aten.pow__Tensor, this, exponent);
            return this;
        }

        public Tensor pow_(Scalar exponent)
        {
            Run(Aten.pow__Scalar, this, exponent);
            return this;
        }

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Call(Aten.addcmul, this, tensor1, tensor2, value);

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value)
        {
            Run(Aten.addcmul_, this, tensor1, tensor2, value);
            return this;
        }

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Call(Aten.addcdiv, this, tensor1, tensor2, value);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value)
        {
            Run(Aten.addcdiv_, this, tensor1, tensor2, value);
            return this;
        }

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => Call(Aten.addcdiv, this, tensor1, tensor2);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2)
        {
            Run(Aten.addcdiv_, this, tensor1, tensor2);
            return this;
        }

        public Tensor lerp(Tensor end, Tensor weight) => Call(Aten.lerp_Tensor, this, end, weight);

        public Tensor lerp_(Tensor end, Tensor weight)
        {
            Run(Aten.lerp__Tensor, this, end, weight);
            return this;
        }

        public Tensor atan2(Tensor other) => Call(Aten.atan2, this, other);

        public Tensor xlogy(Tensor y) => Call(Aten.xlogy_Tensor, this, y);

        public Tensor hypot(Tensor other) => Call(Aten.hypot, this, other);

        public Tensor logaddexp(Tensor other) => Call(Aten.logaddexp, this, other);

        private static Argument Spelled(RoundingMode mode) => mode switch
        {
            RoundingMode.trunc => "trunc",
            RoundingMode.floor => "floor",
            _ => Argument.None,
        };
    }
}
