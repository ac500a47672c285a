#!/usr/bin/env python3
"""Writes recorded.json: what PyTorch answers to the calls of Recorded*Tests.cs. Recorded with PyTorch 1.13.1."""
import json
import math
import os

import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
torch.manual_seed(20)

NAMES = {torch.float32: "Float32", torch.float64: "Float64", torch.int64: "Int64", torch.int32: "Int32", torch.bool: "Bool",
         torch.uint8: "Byte", torch.float16: "Float16", torch.bfloat16: "BFloat16"}


def tensor(t):
    t = t.detach()
    values = t.double() if t.is_floating_point() else t.long()
    return {"type": NAMES[t.dtype], "shape": list(t.shape),
            "values": [v if math.isfinite(v) else str(v) for v in values.reshape(-1).tolist()]}


a, b = torch.randn(3, 4), torch.randn(3, 4)
p = torch.rand(3, 4) + 0.1                      # positive
u = torch.rand(3, 4) * 1.8 - 0.9                # inside (-1, 1)
v, w = torch.randn(4), torch.randn(5)
m, n = torch.randn(4, 5), torch.randn(5, 5)
x3, y3 = torch.randn(2, 3, 4), torch.randn(2, 4, 3)
i = torch.tensor([[2, 0], [1, 1], [0, 3]])      # positions along the second dimension of a
r = torch.tensor([2, 0])                        # rows of a
k = torch.randint(-5, 6, (3, 4))
k2 = torch.randint(1, 4, (3, 4))
mask = torch.rand(3, 4) > 0.5
odd = torch.tensor([1.0, float("nan"), float("inf"), -float("inf"), 0.0])
image, kernel, kb = torch.randn(2, 3, 8, 8), torch.randn(4, 3, 4, 4), torch.randn(4)
q, key, val = torch.randn(2, 2, 5, 3), torch.randn(2, 2, 5, 3), torch.randn(2, 2, 5, 3)
scores, classes = torch.randn(6, 4), torch.tensor([0, 3, 1, 1, 2, 0])
soft = torch.softmax(torch.randn(6, 4), 1)
lw, lb = torch.randn(4), torch.randn(4)
table, words = torch.randn(7, 3), torch.tensor([[1, 6], [0, 2]])
q2, key2, val2 = torch.randn(2, 3, 7, 20), torch.randn(2, 3, 19, 20) * 3, torch.randn(2, 3, 19, 5)

inputs = {name: value for name, value in list(globals().items()) if isinstance(value, torch.Tensor)}


def put(base, index, value):
    base = base.clone()
    base[index] = value
    return base


def inplace(base, f):
    base = base.clone()
    f(base)
    return base


def attention(mask=None, causal=False):
    s = q @ key.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if causal:
        s = s.masked_fill(~torch.ones(5, 5).bool().tril(), -float("inf"))
    if mask is not None:
        s = s.masked_fill(~mask, -float("inf")) if mask.dtype == torch.bool else s + mask
    return s.softmax(-1) @ val


def wide_attention():
    """Output and gradients of an attention that fills more than one vector register in every direction."""
    leaves = [t.clone().requires_grad_() for t in (q2, key2, val2)]
    out = (leaves[0] @ leaves[1].transpose(-2, -1) / math.sqrt(20)).softmax(-1) @ leaves[2]
    (out * torch.arange(float(out.numel())).view(out.shape) / 100).sum().backward()
    return [out] + [leaf.grad for leaf in leaves]


results = {}
for name in "abs exp exp2 expm1 neg reciprocal square sign sin cos tan tanh sigmoid relu erf erfc floor ceil trunc frac".split():
    results[name] = getattr(torch, name)(a)
results["silu"], results["gelu"] = F.silu(a), F.gelu(a)
for name in "log log2 log10 log1p sqrt rsqrt".split():
    results[name] = getattr(torch, name)(p)
results["erfinv"] = torch.erfinv(u)
results["round"] = torch.round(a, decimals=1)
results["logical_not"] = torch.logical_not(mask)
for name in "isnan isinf isfinite".split():
    results[name] = getattr(torch, name)(odd)
for name in "exp_ neg_ tanh_ sigmoid_ abs_ sqrt_".split():
    results["inplace " + name] = inplace(p, lambda t, name=name: getattr(t, name)())
results |= {
    "add": a + b, "add alpha": torch.add(a, b, alpha=2.5), "add scalar": a + 1.5, "add broadcast": a + v,
    "sub": a - b, "sub scalar": a - 1.5, "scalar sub": 1.5 - a, "mul": a * b, "mul scalar": a * -2, "div": a / p, "div scalar": a / 4,
    "scalar div": 1 / p, "div floor": torch.div(k, k2, rounding_mode="floor"), "div trunc": torch.div(k, k2, rounding_mode="trunc"),
    "div integers": k / k2, "remainder": torch.remainder(a, p), "remainder scalar": k % 3, "fmod": torch.fmod(a, p),
    "floor_divide": torch.floor_divide(k, k2), "pow": p ** b, "pow scalar": a ** 3, "addcmul": torch.addcmul(a, b, p, value=0.5),
    "addcdiv": torch.addcdiv(a, b, p, value=0.5), "lerp": torch.lerp(a, b, u), "atan2": torch.atan2(a, b),
    "logaddexp": torch.logaddexp(a, b), "negate": -a, "integers plus real": k + 0.5, "integers plus integer": k + 2,
    "inplace add_": inplace(a, lambda t: t.add_(b, alpha=-0.5)), "inplace sub_": inplace(a, lambda t: t.sub_(b)),
    "inplace mul_": inplace(a, lambda t: t.mul_(b)), "inplace div_": inplace(a, lambda t: t.div_(p)),
    "inplace pow_": inplace(p, lambda t: t.pow_(2)), "inplace addcmul_": inplace(a, lambda t: t.addcmul_(b, p, value=2)),
    "inplace addcdiv_": inplace(a, lambda t: t.addcdiv_(b, p, value=2)), "inplace lerp_": inplace(a, lambda t: t.lerp_(b, u)),
    "inplace clamp_": inplace(a, lambda t: t.clamp_(-0.5, 0.5)), "inplace fill_": inplace(a, lambda t: t.fill_(3)),
    "inplace clamp_max_": inplace(a, lambda t: t.clamp_max_(0.1)), "inplace reciprocal_": inplace(p, lambda t: t.reciprocal_()),
    "inplace lerp_ one weight": inplace(a, lambda t: t.lerp_(b, torch.tensor(0.25))),
    "linear bfloat16": F.linear(k.bfloat16(), k2.bfloat16()),  # whole numbers below 256: exact
    "inplace copy_": inplace(a, lambda t: t.copy_(v)),
    "inplace masked_fill_": inplace(a, lambda t: t.masked_fill_(mask, -1)),
    "inplace scatter_": inplace(a, lambda t: t.scatter_(1, i[:, :1], b[:, :1])),
    "inplace scatter_add_": inplace(a, lambda t: t.scatter_add_(1, i, b[:, :2])),
    "inplace index_add_": inplace(a, lambda t: t.index_add_(0, r, b[:2], alpha=2)),
    "inplace index_copy_": inplace(a, lambda t: t.index_copy_(0, r, b[:2])),
    "inplace index_fill_": inplace(a, lambda t: t.index_fill_(0, r, 7)),
}
for name in "eq ne lt le gt ge".split():
    results[name] = getattr(torch, name)(k, k2)
    results[name + " scalar"] = getattr(torch, name)(k, 2)
results |= {
    "maximum": torch.maximum(a, b), "minimum": torch.minimum(a, b), "clamp": a.clamp(-0.5, 0.5), "clamp_min": a.clamp_min(0.1),
    "clamp_max": a.clamp_max(0.1), "clamp tensors": torch.clamp(a, -p, p), "where": torch.where(mask, a, b),
    "logical_and": torch.logical_and(mask, k > 0), "logical_or": torch.logical_or(mask, k > 0),
    "logical_xor": torch.logical_xor(mask, k > 0), "bitwise_and": k & k2, "bitwise_or": k | k2, "bitwise_xor": k ^ k2, "bitwise_not": ~k,
    "isclose": torch.isclose(a, a + 1e-7),
    "sum": a.sum(), "sum dim": a.sum(1), "sum dims keepdim": x3.sum((0, 2), keepdim=True), "sum type": k.sum(dtype=torch.float32),
    "mean": a.mean(), "mean dims": x3.mean((0, 1)), "prod": p.prod(), "prod dim": p.prod(0), "var": a.var(), "var dim": a.var(1),
    "var biased": a.var((0, 1), unbiased=False), "std": a.std(), "std dim keepdim": a.std(1, keepdim=True),
    "norm": a.norm(), "norm 1": a.norm(1), "norm dim": a.norm(2, 1), "max": a.max(), "min": a.min(),
    "max dim": a.max(1)[0], "max dim indices": a.max(1)[1], "min dim": a.min(0)[0], "amax": x3.amax((0, 1)), "amin": x3.amin((0, 1)),
    "argmax": a.argmax(), "argmax dim": a.argmax(1), "argmin dim": a.argmin(1, keepdim=True), "all": mask.all(), "all dim": mask.all(1),
    "any": mask.any(), "any dim": mask.any(0), "median": a.median(), "quantile": torch.quantile(a, torch.tensor([0.25, 0.5]), 1),
    "kthvalue": a.kthvalue(2, 1)[0], "count_nonzero": torch.count_nonzero(k), "logsumexp": a.logsumexp(1),
    "argsort": a.argsort(1, descending=True), "sort": a.sort(0)[0], "sort indices": a.sort(0)[1], "topk": a.topk(2, 1)[0],
    "topk indices": a.topk(2, 1)[1], "topk smallest": a.topk(2, 1, largest=False)[0], "cumsum": a.cumsum(1), "cumprod": a.cumprod(1),
    "softmax": a.softmax(1), "log_softmax": a.log_softmax(1), "bincount": k2.reshape(-1).bincount(),
    "histc": a.histc(4, -2, 2),
    "matmul": a @ m, "matmul batched": x3 @ y3, "mm": a.mm(m), "bmm": torch.bmm(x3, y3), "mv": a.mv(v), "dot": v.dot(lw), "outer": v.outer(w),
    "addmm": torch.addmm(w, a, m, beta=0.5, alpha=2),
    "inverse": n.inverse(), "det": n.det(), "trace": n.trace(), "dist": torch.dist(a, b), "einsum": torch.einsum("bij,bjk->bik", x3, y3),
    "view": a.view(2, 6), "reshape": a.t().reshape(2, -1), "permute": x3.permute(2, 0, 1), "transpose": x3.transpose(-1, 0), "t": a.t(),
    "flatten": x3.flatten(1), "unflatten": a.unflatten(1, (2, 2)), "squeeze": a[:, None].squeeze(1), "unsqueeze": a.unsqueeze(-1),
    "expand": v.expand(3, 4), "expand_as": v.expand_as(a), "repeat": v.repeat(2, 2), "repeat_interleave": v.repeat_interleave(2),
    "tile": a.tile((2, 1)), "flip": a.flip(0, 1), "roll": a.roll(1, 1), "roll flat": a.roll(2), "narrow": a.narrow(1, 1, 2),
    "select": a.select(1, 2), "slice": a[:, 1:4:2], "diagonal": n.diagonal(1), "diag": v.diag(), "tril": n.tril(-1), "triu": n.triu(1),
    "unfold": v.unfold(0, 2, 1), "cat": torch.cat([a, b], 1), "stack": torch.stack([a, b], 1), "hstack": torch.hstack([v, w]),
    "vstack": torch.vstack([v, lw]), "unbind": x3.unbind(1)[2], "split": w.split(2)[2], "split sizes": w.split([1, 4])[1],
    "chunk": w.chunk(2)[1], "movedim": x3.movedim((0, 1), (2, 0)), "swapaxes": x3.swapaxes(0, 1), "as_strided": a.as_strided((2, 3), (4, 1), 1),
    "index single": a[1], "index two": a[1, 2], "index negative": a[-1], "index slice": a[1:, :2], "index step": a[:, ::2],
    "index ellipsis": x3[..., 1], "index none": a[:, None], "index tensor": a[r], "index tensor second": a[:, r], "index mask": a[mask],
    "index pair": a[r, torch.tensor([1, 3])], "index mixed": x3[1, :, r],
    "put single": put(a, 1, v), "put slice": put(a, (slice(1, None), slice(None, 2)), torch.tensor(9.0)), "put tensor": put(a, r, v),
    "put mask": put(a, mask, torch.tensor(0.5)),
    "index_select": a.index_select(0, r), "gather": a.gather(1, i), "scatter": a.scatter(1, i[:, :1], b[:, :1]), "take": a.take(i),
    "masked_fill": a.masked_fill(mask, -2), "masked_select": a.masked_select(mask), "nonzero": mask.nonzero(),
    "to double": a.double(), "to half": a.half(), "to bfloat16": a.bfloat16(), "to long": (a * 10).long(), "to bool": k.bool(), "to byte": k2.byte(),
    "arange": torch.arange(2, 11, 3), "arange real": torch.arange(0, 1, 0.25), "linspace": torch.linspace(-1, 1, 5), "eye": torch.eye(2, 3),
    "full": torch.full((2, 2), 1.5), "full integers": torch.full((2,), 3), "zeros": torch.zeros(2, 3), "ones integers": torch.ones(2, dtype=torch.int64),
    "full_like": torch.full_like(a, 2), "logspace": torch.logspace(0, 2, 3),
    "linear": F.linear(a, m.t(), w), "linear without bias": F.linear(x3, m.t()), "layer_norm": F.layer_norm(x3, (4,), lw, lb, 1e-6),
    "conv2d": F.conv2d(image, kernel, kb, stride=4), "conv2d padding": F.conv2d(image, kernel, None, stride=2, padding=1),
    "cross_entropy": F.cross_entropy(scores, classes), "cross_entropy smooth": F.cross_entropy(scores, classes, label_smoothing=0.1),
    "cross_entropy sum": F.cross_entropy(scores, classes, reduction="sum"), "cross_entropy none": F.cross_entropy(scores, classes, reduction="none"),
    "cross_entropy weighted": F.cross_entropy(scores, classes, lw.abs()), "cross_entropy soft": F.cross_entropy(scores, soft),
    "cross_entropy ignoring": F.cross_entropy(scores, classes, ignore_index=1),
    "nll_loss": F.nll_loss(scores.log_softmax(1), classes), "mse_loss": F.mse_loss(a, b), "l1_loss": F.l1_loss(a, b),
    "smooth_l1_loss": F.smooth_l1_loss(a, b, beta=0.5), "bce logits": F.binary_cross_entropy_with_logits(a, mask.float()),
    "kl_div": F.kl_div(scores.log_softmax(1), soft.log(), reduction="batchmean", log_target=True) * 6 / 24,
    "one_hot": F.one_hot(classes, 5), "normalize": F.normalize(a, dim=1), "pad": F.pad(a, (1, 2), value=0.5), "embedding": F.embedding(words, table),
    "attention": attention(), "attention causal": attention(causal=True),
    "attention mask": attention(torch.tensor([[j <= l + 1 for j in range(5)] for l in range(5)])),
    "attention bias": attention(torch.arange(25.0).view(5, 5) / 10),
}
for name, value in zip(("wide attention", "wide attention by q", "wide attention by k", "wide attention by v"), wide_attention()):
    results[name] = value

torch.manual_seed(1234)
random = {"randn": torch.randn(3, 5), "randn many": torch.randn(40), "rand": torch.rand(7), "randint": torch.randint(0, 100, (6,)),
          "randperm": torch.randperm(8), "normal_": torch.empty(5).normal_(1, 2), "uniform_": torch.empty(5).uniform_(-1, 1),
          "bernoulli": torch.bernoulli(torch.full((12,), 0.3)), "randn double": torch.randn(4, dtype=torch.float64),
          "dropout": F.dropout(torch.ones(12), 0.5), "multinomial": torch.multinomial(torch.tensor([0.1, 0.2, 0.7]), 5, True)}
generator = torch.Generator().manual_seed(77)
random["generator randn"] = torch.randn(20, generator=generator)
random["generator randperm"] = torch.randperm(6, generator=generator)
torch.manual_seed(5)
random["kaiming_uniform_"] = nn.init.kaiming_uniform_(torch.empty(3, 4), a=math.sqrt(5))
random["xavier_uniform_"] = nn.init.xavier_uniform_(torch.empty(3, 4))
torch.manual_seed(6)
layer = nn.Linear(4, 3)
random["linear weight"], random["linear bias"] = layer.weight, layer.bias
convolution = nn.Conv2d(2, 3, 2)
random["conv weight"], random["conv bias"] = convolution.weight, convolution.bias


def trajectory(make, schedule=None):
    """The parameters after each of five steps of a two-layer net on fixed data, and the losses."""
    w1, w2 = nn.Parameter(m.t().clone()), nn.Parameter(w.clone() / 4)
    optimizer = make([w1, w2])
    losses, states = [], []
    for step in range(5):
        if schedule:
            for group in optimizer.param_groups:
                group["lr"] = schedule(step)
        optimizer.zero_grad()
        loss = (F.linear(a, w1).tanh().matmul(w2) - a[:, 0]).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
        states.append(torch.cat([w1.detach().reshape(-1), w2.detach()]))
    return {"losses": tensor(torch.stack(losses)), "parameters": tensor(torch.stack(states))}


trajectories = {
    "AdamW": trajectory(lambda ps: torch.optim.AdamW(ps, lr=0.01, betas=(0.9, 0.98), weight_decay=0.05)),
    "AdamW amsgrad": trajectory(lambda ps: torch.optim.AdamW(ps, lr=0.02, weight_decay=0, amsgrad=True)),
    "AdamW maximize": trajectory(lambda ps: torch.optim.AdamW(ps, lr=0.02, weight_decay=0.01, maximize=True)),
    "AdamW groups": trajectory(lambda ps: torch.optim.AdamW([{"params": ps[:1], "weight_decay": 0.1}, {"params": ps[1:], "lr": 0.1}],
                                                            lr=0.01, weight_decay=0)),
    "AdamW schedule": trajectory(lambda ps: torch.optim.AdamW(ps, lr=0.01, weight_decay=0.05), lambda step: 0.01 * (step + 1)),
    "SGD": trajectory(lambda ps: torch.optim.SGD(ps, lr=0.1)),
    "SGD momentum": trajectory(lambda ps: torch.optim.SGD(ps, lr=0.05, momentum=0.9, dampening=0.1, weight_decay=0.01)),
    "SGD nesterov": trajectory(lambda ps: torch.optim.SGD(ps, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01)),
}

document = {"inputs": {name: tensor(t) for name, t in inputs.items()}, "results": {name: tensor(t) for name, t in results.items()},
            "random": {name: tensor(t) for name, t in random.items()}, "trajectories": trajectories}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "recorded.json"), "w", encoding="utf-8", newline="\n") as file:
    lines = []
    for section, entries in document.items():
        lines.append(json.dumps(section) + ": {\n" + ",\n".join(json.dumps(n) + ": " + json.dumps(e) for n, e in entries.items()) + "\n}")
    file.write("{\n" + ",\n".join(lines) + "\n}\n")
