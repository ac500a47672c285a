namespace TorchSharp.Modules;

/// <summary>x Φ(x), Φ being the normal distribution.</summary>
public sealed class GELU : ParameterLessModule<torch.Tensor, torch.Tensor>
{
    internal GELU(bool inplace) : base(nameof(GELU)) => this.inplace = inplace;

    public bool inplace { get; set; }

    public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.gelu(tensor, inplace);
}

public sealed class ReLU : ParameterLessModule<torch.Tensor, torch.Tensor>
{
    internal ReLU(bool inplace) : base(nameof(ReLU)) => this.inplace = inplace;

    public bool inplace { get; set; }

    public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.relu(tensor, inplace);
}

public sealed class Identity : ParameterLessModule<torch.Tensor, torch.Tensor>
{
    internal Identity() : base(nameof(Identity))
    {
    }

    public override torch.Tensor forward(torch.Tensor tensor) => tensor.alias();
}

/// <summary>While training, zeroes each element with probability p and scales the rest by 1 / (1 - p).</summary>
public sealed class Dropout : ParameterLessModule<torch.Tensor, torch.Tensor>
{
    internal Dropout(double p, bool inplace) : base(nameof(Dropout))
    {
        this.p = p;
        this.inplace = inplace;
    }

    public double p { get; set; }

    public bool inplace { get; set; }

    public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.dropout(tensor, p, training, inplace);
}

public sealed class Flatten : ParameterLessModule<torch.Tensor, torch.Tensor>
{
    internal Flatten(long start_dim, long end_dim) : base(nameof(Flatten))
    {
        this.start_dim = start_dim;
        this.end_dim = end_dim;
    }

    public long start_dim { get; set; }

    public long end_dim { get; set; }

    public override torch.Tensor forward(torch.Tensor input) => input.flatten(start_dim, end_dim);
}
