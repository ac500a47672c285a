using TorchSharp.Native;
using static TorchSharp.Native.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    // Products of matrices and vectors.
    public partial class Tensor
    {
        public Tensor matmul(Tensor target) => Call(Aten.matmul, this, target);

        public Tensor mm(Tensor target) => Call(Aten.mm, this, target);

        public Tensor bmm(Tensor batch2) => Call(Aten.bmm, this, batch2);

        public Tensor mv(Tensor target) => Call(Aten.mv, this, target);

        public Tensor dot(Tensor target) => Call(Aten.dot, this, target);

        public Tensor outer(Tensor vec2) => Call(Aten.outer, this, vec2);

        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Call(Aten.addmm, this, mat1, mat2, (Scalar)beta, (Scalar)alpha);

        public Tensor inverse() => Call(Aten.inverse, this);

        public Tensor det() => Call(Aten.det, this);

        public Tensor trace() => Call(Aten.trace, this);

        /// <summary>The p-norm of the difference.</summary>
        public Tensor dist(Tensor other, float p = 2.0f) => Call(Aten.dist, this, other, (Scalar)p);
    }
}
