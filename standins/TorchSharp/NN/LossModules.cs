namespace TorchSharp.Modules;

/// <summary>What measures how far an output is from its target.</summary>
public abstract class Loss<T1, T2, TResult> : torch.nn.Module<T1, T2, TResult>
{
    protected Loss(torch.nn.Reduction reduction = torch.nn.Reduction.Mean) : base("Loss") => this.reduction = reduction;

    public torch.nn.Reduction reduction { get; }
}

/// <summary>A loss whose classes may weigh differently.</summary>
public abstract class WeightedLoss<T1, T2, TResult> : Loss<T1, T2, TResult>
{
    protected WeightedLoss(torch.Tensor? weight = null, torch.nn.Reduction reduction = torch.nn.Reduction.Mean)
        : base(reduction) => this.weight = weight;

    public torch.Tensor? weight { get; }
}

/// <summary>Cross entropy of softmaxed scores [N, C] against classes [N] or distributions [N, C].</summary>
public sealed class CrossEntropyLoss : WeightedLoss<torch.Tensor, torch.Tensor, torch.Tensor>
{
    public CrossEntropyLoss(torch.Tensor? weight = null, long? ignore_index = null,
        torch.nn.Reduction reduction = torch.nn.Reduction.Mean, double label_smoothing = 0.0) : base(weight, reduction)
    {
        this.ignore_index = ignore_index;
        this.label_smoothing = label_smoothing;
    }

    public long? ignore_index { get; }

    public double label_smoothing { get; }

    public override torch.Tensor forward(torch.Tensor input, torch.Tensor target) =>
        torch.nn.functional.cross_entropy(input, target, weight, ignore_index ?? -100, reduction, label_smoothing);
}

public sealed class MSELoss : Loss<torch.Tensor, torch.Tensor, torch.Tensor>
{
    public MSELoss(torch.nn.Reduction reduction = torch.nn.Reduction.Mean) : base(reduction)
    {
    }

    public override torch.Tensor forward(torch.Tensor input, torch.Tensor target) =>
        torch.nn.functional.mse_loss(input, target, reduction);
}
