namespace TorchSharp.Modules;

/// <summary>A convolution of images. Weight [out, in / groups, height, width], bias [out].</summary>
public sealed class Conv2d : WeightedModule
{
    internal Conv2d(long in_channels, long out_channels, (long, long) kernel_size, (long, long) stride, (long, long) padding,
        (long, long) dilation, PaddingModes padding_mode, long groups, bool bias, torch.Device? device,
        torch.ScalarType? dtype) : base(nameof(Conv2d))
    {
        if (padding_mode != PaddingModes.Zeros)
        {
            throw new NotSupportedException(
                $"Conv2d with padding mode {padding_mode} needs the package TorchSharp; its stand-in pads with zeros only.");
        }
        this.in_channels = in_channels;
        this.out_channels = out_channels;
        this.kernel_size = [kernel_size.Item1, kernel_size.Item2];
        this.stride = [stride.Item1, stride.Item2];
        this.padding = [padding.Item1, padding.Item2];
        this.dilation = [dilation.Item1, dilation.Item2];
        this.groups = groups;
        long[] shape = [out_channels, in_channels / groups, kernel_size.Item1, kernel_size.Item2];
        weight = torch.empty(shape, dtype, device).AsParameter();
        if (bias) this.bias = torch.empty(out_channels, dtype, device).AsParameter();
        InitializeUniformly();
    }

    public long in_channels { get; }

    public long out_channels { get; }

    public long[] kernel_size { get; set; }

    public long[] stride { get; set; }

    public long[]? padding { get; private set; }

    public long[] dilation { get; set; }

    public long groups { get; set; }

    public override torch.Tensor forward(torch.Tensor input) =>
        torch.nn.functional.conv2d(input, weight, bias, stride, padding, dilation, groups);
}
