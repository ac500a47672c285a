using System.Globalization;
using System.Runtime.CompilerServices;

namespace TorchSharp.Modules;

/// <summary>Modules one after another. What passes between two of them is disposed.</summary>
public class Sequential : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly List<torch.nn.IModule<torch.Tensor, torch.Tensor>> steps = [];

    internal Sequential(IEnumerable<(string Name, torch.nn.Module<torch.Tensor, torch.Tensor> Module)> modules)
        : base(nameof(Sequential))
    {
        foreach ((string name, torch.nn.Module<torch.Tensor, torch.Tensor> module) in modules) append(name, module);
    }

    public int Count => steps.Count;

    [IndexerName("SequentialItems")]
    public torch.nn.IModule<torch.Tensor, torch.Tensor> this[int index] => steps[index];

    public Sequential append(string name, torch.nn.IModule<torch.Tensor, torch.Tensor> module)
    {
        register_module(name, (torch.nn.Module)module);
        steps.Add(module);
        return this;
    }

    public Sequential append(torch.nn.IModule<torch.Tensor, torch.Tensor> module) =>
        append(steps.Count.ToString(CultureInfo.InvariantCulture), module);

    public override torch.Tensor forward(torch.Tensor tensor)
    {
        if (steps.Count == 0) return tensor.alias();
        torch.Tensor passed = steps[0].call(tensor);
        foreach (torch.nn.IModule<torch.Tensor, torch.Tensor> step in steps.Skip(1))
        {
            torch.Tensor next = step.call(passed);
            passed.Dispose();
            passed = next;
        }
        return passed;
    }

    protected override void RegisterComponents()
    {
    }
}
