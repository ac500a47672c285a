#!/usr/bin/env python3
"""The training step of SmallViT.cs in PyTorch, for comparison: step.py [count]."""
import math
import os
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, width, heads, ratio):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.project = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.fc1, self.fc2 = nn.Linear(width, ratio * width), nn.Linear(ratio * width, width)

    def forward(self, x):
        x = x + self.attend(self.norm1(x))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))

    def attend(self, x):
        batch, tokens, width = x.shape
        d = width // self.heads
        q, k, v = self.qkv(x).view(batch, tokens, 3, self.heads, d).permute(2, 0, 3, 1, 4).unbind(0)
        mixed = (q.matmul(k.transpose(-2, -1)) * (1 / math.sqrt(d))).softmax(-1).matmul(v)
        return self.project(mixed.transpose(1, 2).reshape(batch, tokens, width))


class SmallViT(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(49, 64)
        self.token = nn.Parameter(torch.zeros(1, 1, 64))
        self.positions = nn.Parameter(torch.randn(1, 17, 64) * 0.02)
        self.blocks = nn.ModuleList(Block(64, 2, 2) for _ in range(4))
        self.norm, self.head = nn.LayerNorm(64), nn.Linear(64, 10)

    def forward(self, images):
        batch = images.shape[0]
        patches = images.view(batch, 4, 7, 4, 7).permute(0, 1, 3, 2, 4).reshape(batch, 16, 49)
        x = torch.cat([self.token.expand(batch, 1, 64), self.embed(patches)], 1) + self.positions
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x)[:, 0])


count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
torch.manual_seed(1)
model = SmallViT()
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, betas=(0.9, 0.98), weight_decay=0.05)
images, labels = torch.randn(64, 28, 28), torch.randint(0, 10, (64,))
times = []
for _ in range(count):
    start = time.perf_counter()
    optimizer.zero_grad(set_to_none=True)
    cost = F.cross_entropy(model(images), labels)
    cost.backward()
    optimizer.step()
    loss = cost.item()
    times.append((time.perf_counter() - start) * 1000)
times.sort()
print(f"{count} steps, last loss {loss:.6f}; ms a step: median {times[count // 2]:.3f}, "
      f"10 % {times[count // 10]:.3f}, 90 % {times[count * 9 // 10]:.3f}")
