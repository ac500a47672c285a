namespace TorchSharp.Modules;

/// <summary>y = x Wᵀ + b. Weight [out_features, in_features], bias [out_features].</summary>
public sealed class Linear : WeightedModule
{
    internal Linear(long inputSize, long outputSize, bool hasBias, torch.Device? device, torch.ScalarType? dtype)
        : base(nameof(Linear))
    {
        in_features = inputSize;
        out_features = outputSize;
        weight = torch.empty(outputSize, inputSize, dtype, device).AsParameter();
        if (hasBias) bias = torch.empty(outputSize, dtype, device).AsParameter();
        InitializeUniformly();
    }

    internal Linear(Parameter weight, Parameter? bias) : base(nameof(Linear))
    {
        in_features = weight.shape[1];
        out_features = weight.shape[0];
        this.weight = weight;
        if (bias is not null) this.bias = bias;
    }

    public long in_features { get; set; }

    public long out_features { get; set; }

    public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.linear(tensor, weight, bias);
}
