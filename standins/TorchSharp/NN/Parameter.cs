namespace TorchSharp.Modules;

/// <summary>A tensor that a module learns.</summary>
public class Parameter : torch.Tensor
{
    /// <summary>Takes over the tensor and its place in a dispose scope; <paramref name="data"/> is invalid then.</summary>
    public Parameter(torch.Tensor data, bool requires_grad = true)
        : this(data.with_requires_grad(requires_grad), data.OwningDisposeScope)
    {
    }

    private Parameter(torch.Tensor data, DisposeScope? scope) : base(data.DecoupleFromNativeHandle(), register: false) =>
        scope?.Add(this);
}
