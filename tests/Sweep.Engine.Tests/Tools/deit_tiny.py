"""Makes a DeiT-Tiny with random weights, as timm lays it out, and its logits: python3 deit_tiny.py FOLDER [distilled]

Writes deit_tiny.pth ({"model": state_dict}) and the float32 files images and logits, of three images.
"""
import sys
from pathlib import Path

import torch
from torch import nn
import torch.nn.functional as F

folder, distilled = Path(sys.argv[1]), "distilled" in sys.argv
torch.set_num_threads(1)
torch.manual_seed(11)


class Attention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x):
        b, n, c = x.shape
        q, k, v = self.qkv(x).reshape(b, n, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        a = (q @ k.transpose(-2, -1) * (c // self.heads) ** -0.5).softmax(-1)
        return self.proj((a @ v).transpose(1, 2).reshape(b, n, c))


class Mlp(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.fc1 = nn.Linear(dim, 4 * dim)
        self.fc2 = nn.Linear(4 * dim, dim)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.norm1 = nn.LayerNorm(dim, eps=1e-6)
        self.attn = Attention(dim, heads)
        self.norm2 = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = Mlp(dim)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class PatchEmbed(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.proj = nn.Conv2d(3, dim, 16, 16)


class DeiT(nn.Module):
    def __init__(self, dim=192, depth=12, heads=3, classes=1000):
        super().__init__()
        self.patch_embed = PatchEmbed(dim)
        self.cls_token = nn.Parameter(torch.randn(1, 1, dim))
        if distilled:
            self.dist_token = nn.Parameter(torch.randn(1, 1, dim))
        self.pos_embed = nn.Parameter(torch.randn(1, 196 + (2 if distilled else 1), dim))
        self.blocks = nn.ModuleList([Block(dim, heads) for _ in range(depth)])
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.head = nn.Linear(dim, classes)
        if distilled:
            self.head_dist = nn.Linear(dim, classes)

    def forward(self, x):
        x = self.patch_embed.proj(x).flatten(2).transpose(1, 2)
        tokens = [self.cls_token, self.dist_token] if distilled else [self.cls_token]
        x = torch.cat([t.expand(len(x), -1, -1) for t in tokens] + [x], 1) + self.pos_embed
        for block in self.blocks:
            x = block(x)
        x = self.norm(x)
        return (self.head(x[:, 0]) + self.head_dist(x[:, 1])) / 2 if distilled else self.head(x[:, 0])


net = DeiT().eval()
with torch.no_grad():
    for parameter in net.parameters():
        parameter.add_(0.05 * torch.randn_like(parameter))
    images = torch.randn(3, 3, 224, 224)
    logits = net(images)
torch.save({"model": net.state_dict()}, folder / "deit_tiny.pth")
(folder / "images").write_bytes(images.numpy().tobytes())
(folder / "logits").write_bytes(logits.numpy().tobytes())
