"""Training steps of a vision transformer in PyTorch eager, on request: reads a number of steps a line, answers the seconds they took.

usage: training_step.py quickstart|deit-tiny [batch] [threads]

The net is written as timm writes it: fused qkv, reshape, permute, unbind, softmax attention, exact GELU, pre-norm.
"""
import sys
import time

import torch
from torch import nn
import torch.nn.functional as F

NAME = sys.argv[1] if len(sys.argv) > 1 else "quickstart"
BATCH = int(sys.argv[2]) if len(sys.argv) > 2 else 64
torch.set_num_threads(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
torch.manual_seed(0)
WIDTH, DEPTH, HEADS, MLP, PATCH, SIDE, CHANNELS, CLASSES = {
    "quickstart": (64, 4, 4, 2, 7, 28, 1, 10),
    "deit-tiny": (192, 12, 3, 4, 16, 224, 3, 1000),
}[NAME]


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-6)
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.proj = nn.Linear(WIDTH, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-6)
        self.fc1 = nn.Linear(WIDTH, MLP * WIDTH)
        self.fc2 = nn.Linear(MLP * WIDTH, WIDTH)

    def attention(self, x):
        b, n, c = x.shape
        q, k, v = self.qkv(x).reshape(b, n, 3, HEADS, c // HEADS).permute(2, 0, 3, 1, 4).unbind(0)
        a = (q @ k.transpose(-2, -1) * (c // HEADS) ** -0.5).softmax(-1)
        return self.proj((a @ v).transpose(1, 2).reshape(b, n, c))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.patch = nn.Conv2d(CHANNELS, WIDTH, PATCH, PATCH)
        self.cls = nn.Parameter(torch.zeros(1, 1, WIDTH))
        self.pos = nn.Parameter(torch.randn(1, (SIDE // PATCH) ** 2 + 1, WIDTH) * 0.02)
        self.blocks = nn.Sequential(*[Block() for _ in range(DEPTH)])
        self.norm = nn.LayerNorm(WIDTH, eps=1e-6)
        self.head = nn.Linear(WIDTH, CLASSES)

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls.expand(x.shape[0], -1, -1), x], 1) + self.pos
        return self.head(self.norm(self.blocks(x))[:, 0])


net = Net()
decayed = [p for p in net.parameters() if p.ndim > 1]
other = [p for p in net.parameters() if p.ndim <= 1]
optimizer = torch.optim.AdamW([dict(params=decayed, weight_decay=0.05), dict(params=other, weight_decay=0.0)], lr=1e-3, betas=(0.9, 0.98))
images = torch.randn(BATCH, CHANNELS, SIDE, SIDE)
labels = torch.randint(CLASSES, (BATCH,))
print(torch.__version__, flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    for _ in range(int(line)):
        loss = F.cross_entropy(net(images), labels, label_smoothing=0.1)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
    print(time.perf_counter() - start, flush=True)
