using TorchSharp.Native;
using static TorchSharp.Native.Dispatch;

namespace TorchSharp.Modules;

/// <summary>Rows of a table [num_embeddings, embedding_dims] by their numbers.</summary>
public sealed class Embedding : WeightedModule
{
    private readonly long paddingIndex;

    internal Embedding(long num_embeddings, long embedding_dims, long? padding_idx, torch.Device? device,
        torch.ScalarType? dtype) : base(nameof(Embedding))
    {
        paddingIndex = padding_idx ?? -1;
        weight = torch.randn(num_embeddings, embedding_dims, dtype, device).AsParameter();
        if (padding_idx is not { } row) return;
        using IDisposable untracked = torch.no_grad();
        using torch.Tensor unused = weight.select(0, row);
        unused.zero_();
    }

    public override torch.Tensor forward(torch.Tensor input) => Call(Aten.embedding, weight, input, paddingIndex);
}
