"""Records what PyTorch computes for TrainingParityTests. Run: python3 record_training.py > training.json"""
import json

import torch
import torch.nn.functional as F

from record import LABELS, SHAPES, forward, pictures, wave, weights

SMOOTHING, SHARE, TEMPERATURE, WEIGHT = 0.1, 0.3, 3.0, 0.7


def outputs():
    return [wave(i, 12, 2.0).view(4, 3).requires_grad_(True) for i in (1, 5)]


def recorded(loss, *inputs):
    loss.backward()
    return dict(loss=loss.item(), gradients=[value for x in inputs for value in x.grad.reshape(-1).tolist()])


def one_hot(labels):
    off = SMOOTHING / 3
    return torch.full((len(labels), 3), off).scatter_(1, labels.view(-1, 1), 1 - SMOOTHING + off)


record = {}
logits, distilled = outputs()
targets = one_hot(LABELS) * SHARE + one_hot(LABELS.flip(0)) * (1 - SHARE)
record["mixed"] = recorded(torch.sum(-targets * F.log_softmax(logits, -1), -1).mean(), logits)

dense = SHAPES["dense"]
with torch.no_grad():
    teacher = forward(dense, weights(dense), pictures(dense))

logits, distilled = outputs()
task = F.cross_entropy(logits, LABELS, label_smoothing=SMOOTHING)
divergence = F.kl_div(F.log_softmax(distilled / TEMPERATURE, 1), F.softmax(teacher / TEMPERATURE, 1), reduction="batchmean")
record["soft"] = recorded((1 - WEIGHT) * task + WEIGHT * TEMPERATURE ** 2 * divergence, logits, distilled)

logits, distilled = outputs()
task = F.cross_entropy(logits, LABELS, label_smoothing=SMOOTHING)
record["hard"] = recorded((1 - WEIGHT) * task + WEIGHT * F.cross_entropy(distilled, teacher.argmax(1)), logits, distilled)

pruned = SHAPES["pruned"]
p = weights(pruned)
kept = torch.tensor([[1.0, 1.0, 1.0, 1.0] if place < 2 else [(0.0, 1.25)[(place + 3 * image) % 4 != 0] for image in range(4)] for place in range(10)])
loss = F.cross_entropy(forward(pruned, p, pictures(pruned), kept), LABELS, label_smoothing=SMOOTHING)
loss.backward()
record["dropped"] = dict(loss=loss.item(), norms={k: v.grad.norm().item() for k, v in p.items()})
norm = torch.nn.utils.clip_grad_norm_(p.values(), 0.5)
assert norm > 0.5
record["clipped"] = dict(loss=norm.item(), norms={k: v.grad.norm().item() for k, v in p.items()})
print(json.dumps(record, indent=1, sort_keys=True))
