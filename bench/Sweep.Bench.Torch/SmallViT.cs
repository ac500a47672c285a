using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Sweep.Bench.Torch;

/// <summary>
/// The ViT of the quickstart: patch 7 on 28 × 28, width 64, depth 4, 2 heads, MLP ratio 2; 139,018 parameters.
/// step.py is the same net in PyTorch. B batch, N tokens, C width, H heads, D head width.
/// </summary>
internal sealed class SmallViT : Module<Tensor, Tensor>
{
    private const long Patch = 7, Width = 64, Depth = 4, Side = 28 / Patch;

    private readonly Linear embed = Linear(Patch * Patch, Width);
    private readonly Parameter classToken = Parameter(zeros(1, 1, Width));
    private readonly Parameter positions = Parameter(randn(1, Side * Side + 1, Width).mul_(0.02));
    private readonly ModuleList<Block> blocks;
    private readonly LayerNorm norm = LayerNorm(Width);
    private readonly Linear head = Linear(Width, 10);

    internal SmallViT() : base(nameof(SmallViT))
    {
        blocks = new ModuleList<Block>([.. Enumerable.Range(0, (int)Depth).Select(_ => new Block(Width, 2, 2))]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        long batch = images.size(0);
        Tensor patches = images.view(batch, Side, Patch, Side, Patch).permute(0, 1, 3, 2, 4)
            .reshape(batch, Side * Side, Patch * Patch);
        Tensor x = cat([classToken.expand(batch, 1, Width), embed.call(patches)], 1).add(positions); // [B, N, C]
        foreach (Block block in blocks) x = block.call(x);
        return head.call(norm.call(x).select(1, 0)).MoveToOuterDisposeScope(); // [B, classes]
    }

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly LayerNorm norm1;
        private readonly Linear qkv;
        private readonly Linear project;
        private readonly LayerNorm norm2;
        private readonly Linear fc1;
        private readonly Linear fc2;
        private readonly long heads;

        internal Block(long width, long heads, long ratio) : base(nameof(Block))
        {
            this.heads = heads;
            norm1 = LayerNorm(width);
            qkv = Linear(width, 3 * width);
            project = Linear(width, width);
            norm2 = LayerNorm(width);
            fc1 = Linear(width, ratio * width);
            fc2 = Linear(ratio * width, width);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            using DisposeScope scope = NewDisposeScope();
            x = x.add(Attend(norm1.call(x)));
            return x.add(fc2.call(functional.gelu(fc1.call(norm2.call(x))))).MoveToOuterDisposeScope();
        }

        private Tensor Attend(Tensor x)
        {
            long batch = x.size(0), tokens = x.size(1), width = x.size(2);
            Tensor[] parts = qkv.call(x).chunk(3, -1);
            Tensor mixed = functional.scaled_dot_product_attention(Apart(parts[0]), Apart(parts[1]), Apart(parts[2])); // [B, H, N, D]
            return project.call(mixed.transpose(1, 2).reshape(batch, tokens, width));

            Tensor Apart(Tensor part) => part.view(batch, tokens, heads, width / heads).transpose(1, 2);
        }
    }
}
