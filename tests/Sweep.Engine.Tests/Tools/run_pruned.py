"""Runs exported nets with the sample's loader: python3 run_pruned.py SAMPLES < [{"folder", "images", "dims", "output"}]"""
import json
import sys

import torch

sys.path.insert(0, sys.argv[1])
import load_pruned

torch.set_num_threads(1)
for run in json.load(sys.stdin):
    images = torch.frombuffer(bytearray(open(run["images"], "rb").read()), dtype=torch.float32).reshape(run["dims"])
    with torch.no_grad():
        logits = load_pruned.load(run["folder"])(images)
    open(run["output"], "wb").write(logits.contiguous().numpy().tobytes())
