"""Records what PyTorch computes for the nets of ForwardParityTests. Run: python3 record.py > recorded.json

Written from the formulas alone, module by module as timm lays them out, so that it shares nothing with the engine. Weights and images
come from a sine, which both sides can make without sharing a generator.
"""
import json
import math

import torch
import torch.nn.functional as F

torch.set_num_threads(1)


def wave(name_index, count, scale, shift=0.0):
    return torch.tensor([shift + scale * math.sin(1.3 * name_index + 0.7 * i) for i in range(count)], dtype=torch.float32)


def names(shape):
    d, c, p, k = shape["width"], shape["channels"], shape["patch"], shape["classes"]
    distilled = shape.get("distilled", False)
    n = (shape["image"] // p) ** 2 + (2 if distilled else 1)
    yield "patch_embed.proj.weight", (d, c, p, p)
    yield "patch_embed.proj.bias", (d,)
    yield "cls_token", (1, 1, d)
    yield "pos_embed", (1, n, d)
    for i, b in enumerate(shape["blocks"]):
        h, q, v, m = b["heads"], b["q"], b["v"], b["m"]
        ea, eo, em = len(b.get("ea", range(d))), len(b.get("eo", range(h * v))), len(b.get("em", range(d)))
        if h:
            yield f"blocks.{i}.norm1.weight", (d,)
            yield f"blocks.{i}.norm1.bias", (d,)
            yield f"blocks.{i}.attn.qkv.weight", (h * (2 * q + v), ea)
            yield f"blocks.{i}.attn.qkv.bias", (h * (2 * q + v),)
            yield f"blocks.{i}.attn.proj.weight", (d, eo)
            yield f"blocks.{i}.attn.proj.bias", (d,)
        else:
            yield f"blocks.{i}.attn.constant", (d,)
        if m:
            yield f"blocks.{i}.norm2.weight", (d,)
            yield f"blocks.{i}.norm2.bias", (d,)
            yield f"blocks.{i}.mlp.fc1.weight", (m, em)
            yield f"blocks.{i}.mlp.fc1.bias", (m,)
            yield f"blocks.{i}.mlp.fc2.weight", (d, m)
            yield f"blocks.{i}.mlp.fc2.bias", (d,)
        else:
            yield f"blocks.{i}.mlp.constant", (d,)
    yield "norm.weight", (d,)
    yield "norm.bias", (d,)
    yield "head.weight", (k, d)
    yield "head.bias", (k,)
    if distilled:
        yield "dist_token", (1, 1, d)
        yield "head_dist.weight", (k, d)
        yield "head_dist.bias", (k,)


def weights(shape):
    p = {}
    for index, (name, size) in enumerate(sorted(names(shape))):
        norm = "norm" in name and name.endswith("weight")
        p[name] = wave(index, math.prod(size), 0.2, 1.0 if norm else 0.0).view(size).requires_grad_(True)
    return p


def forward(shape, p, x, kept=None):
    def branch(place, y):
        return y if kept is None else y * kept[place].view(-1, 1, 1)

    d = shape["width"]
    x = F.conv2d(x, p["patch_embed.proj.weight"], p["patch_embed.proj.bias"], stride=shape["patch"]).flatten(2).transpose(1, 2)
    tokens = [p["cls_token"], p["dist_token"]] if shape.get("distilled") else [p["cls_token"]]
    x = torch.cat([t.expand(x.shape[0], -1, -1) for t in tokens] + [x], 1) + p["pos_embed"]
    for i, b in enumerate(shape["blocks"]):
        h, q, v = b["heads"], b["q"], b["v"]
        if h:
            y = F.layer_norm(x, (d,), p[f"blocks.{i}.norm1.weight"], p[f"blocks.{i}.norm1.bias"], 1e-6)
            y = y[..., b.get("ea", list(range(d)))]
            y = F.linear(y, p[f"blocks.{i}.attn.qkv.weight"], p[f"blocks.{i}.attn.qkv.bias"])
            heads = []
            for j in range(h):
                query = y[..., j * q:(j + 1) * q]
                key = y[..., h * q + j * q:h * q + (j + 1) * q]
                value = y[..., 2 * h * q + j * v:2 * h * q + (j + 1) * v]
                heads.append((query @ key.transpose(1, 2) / math.sqrt(b["scale"])).softmax(-1) @ value)
            y = torch.cat(heads, -1)[..., b.get("eo", list(range(h * v)))]
            x = x + branch(2 * i, F.linear(y, p[f"blocks.{i}.attn.proj.weight"], p[f"blocks.{i}.attn.proj.bias"]))
        else:
            x = x + branch(2 * i, p[f"blocks.{i}.attn.constant"])
        if b["m"]:
            y = F.layer_norm(x, (d,), p[f"blocks.{i}.norm2.weight"], p[f"blocks.{i}.norm2.bias"], 1e-6)
            y = y[..., b.get("em", list(range(d)))]
            y = F.gelu(F.linear(y, p[f"blocks.{i}.mlp.fc1.weight"], p[f"blocks.{i}.mlp.fc1.bias"]))
            x = x + branch(2 * i + 1, F.linear(y, p[f"blocks.{i}.mlp.fc2.weight"], p[f"blocks.{i}.mlp.fc2.bias"]))
        else:
            x = x + branch(2 * i + 1, p[f"blocks.{i}.mlp.constant"])
    x = F.layer_norm(x, (d,), p["norm.weight"], p["norm.bias"], 1e-6)
    logits = F.linear(x[:, 0], p["head.weight"], p["head.bias"])
    return (logits + F.linear(x[:, 1], p["head_dist.weight"], p["head_dist.bias"])) / 2 if shape.get("distilled") else logits


def block(heads, q, v, m, scale, **kept):
    return dict(heads=heads, q=q, v=v, m=m, scale=scale, **kept)


SHAPES = {
    "dense": dict(image=8, channels=2, patch=4, classes=3, width=12, blocks=[block(3, 4, 4, 24, 4)] * 2),
    "pruned": dict(image=8, channels=2, patch=4, classes=3, width=12, blocks=[
        block(2, 3, 2, 5, 4),
        block(0, 0, 0, 7, 4),
        block(1, 1, 4, 0, 4),
        block(3, 4, 4, 9, 4, ea=[0, 1, 5, 11], eo=[2, 3, 7, 8, 10], em=[3, 4]),
        block(2, 2, 3, 4, 4),
    ]),
    "distilled": dict(image=8, channels=2, patch=4, classes=3, width=12, distilled=True, blocks=[block(3, 4, 4, 24, 4), block(2, 3, 4, 7, 4)]),
}

LABELS = torch.tensor([0, 2, 1, 2])


def pictures(shape):
    return wave(99, 4 * shape["channels"] * shape["image"] ** 2, 1.0).view(4, shape["channels"], shape["image"], shape["image"])


def main():
    record = {}
    for title, shape in SHAPES.items():
        p = weights(shape)
        images, labels = pictures(shape), LABELS
        logits = forward(shape, p, images)
        decayed = [v for k, v in p.items() if v.ndim > 1 and k.endswith("weight")]
        other = [v for k, v in p.items() if not (v.ndim > 1 and k.endswith("weight"))]
        optimizer = torch.optim.AdamW([dict(params=decayed, weight_decay=0.05), dict(params=other, weight_decay=0.0)], lr=0.01, betas=(0.9, 0.98))
        losses = []
        gradients = None
        for step in range(5):
            loss = F.cross_entropy(forward(shape, p, images), labels, label_smoothing=0.1)
            optimizer.zero_grad()
            loss.backward()
            if gradients is None:
                gradients = {k: v.grad.norm().item() for k, v in p.items()}
            losses.append(loss.item())
            optimizer.step()
        record[title] = dict(logits=[x for row in logits.tolist() for x in row], losses=losses, gradients=gradients)
    print(json.dumps(record, indent=1, sort_keys=True))


if __name__ == "__main__":
    main()
