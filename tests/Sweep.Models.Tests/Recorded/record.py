"""Records checkpoints that PyTorch writes, and position embeddings that PyTorch resizes. Run here: python3 record.py"""
import argparse
import collections
import json

import torch
import torch.nn.functional as F


def ramp(count, dtype=torch.float32):
    return (torch.arange(count, dtype=torch.float32) * 0.25 - 1).to(dtype)


storage = ramp(12)
state = collections.OrderedDict()
state["plain"] = ramp(6).view(2, 3)
state["transposed"] = ramp(6).view(3, 2).t()
state["window"] = storage.view(3, 4)[1:, 1:3]
state["shared"] = storage[2:5]
state["scalar"] = torch.tensor(2.5)
state["empty"] = torch.zeros(0, 4)
state["half"] = ramp(3, torch.float16)
state["brain"] = ramp(3, torch.bfloat16)
state["double"] = ramp(2, torch.float64)
state["count"] = torch.tensor([3, -4])
state["parameter"] = torch.nn.Parameter(ramp(2))
state._metadata = collections.OrderedDict([("", dict(version=1))])

torch.save(state, "bare.pth")
torch.save({"optimizer": {"state": {0: {"step": 7, "exp_avg": ramp(2)}}, "param_groups": [{"lr": 1e-3, "betas": (0.9, 0.999), "params": [0]}]},
            "epoch": 299, "best": None, "amp": True, "model": state, "args": argparse.Namespace(lr=5e-4, model="deit_tiny_patch16_224")}, "training.pth")
torch.save(state, "legacy.pth", _use_new_zipfile_serialization=False)
torch.save(torch.nn.Linear(2, 1), "module.pth")

figures = {}
for title, old, new in [("larger", 3, 5), ("smaller", 7, 4), ("tiny", 14, 2), ("doubled", 4, 8)]:
    grid = torch.sin(torch.arange(old * old * 2, dtype=torch.float32) * 0.7).view(1, old, old, 2).permute(0, 3, 1, 2)
    resized = F.interpolate(grid, size=(new, new), mode="bicubic", antialias=True)
    figures[title] = {"from": old, "to": new, "values": resized.permute(0, 2, 3, 1).flatten().tolist()}
with open("positions.json", "w") as f:
    json.dump(figures, f, indent=1)
    f.write("\n")
