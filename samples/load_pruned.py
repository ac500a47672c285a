"""A net that Sweep exported, in plain PyTorch: model = load("folder with model.safetensors and shape.json"); logits = model(images)

Images are (B, channels, size, size), normalised as proof.json says under "preprocessing": (pixel / 255 - mean) / deviation. From a shell:
python3 load_pruned.py FOLDER prints the parameters and the size of the logits.
"""
import json
import struct
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

TYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64}


def read_safetensors(path):
    data = bytearray(Path(path).read_bytes())
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__", None)
    return {name: torch.frombuffer(data, dtype=TYPES[t["dtype"]], offset=8 + length + t["data_offsets"][0],
                                   count=torch.Size(t["shape"]).numel()).reshape(t["shape"]) for name, t in header.items()}


class PrunedViT(torch.nn.Module):
    def __init__(self, shape, tensors):
        super().__init__()
        self.shape = shape
        for name, tensor in tensors.items():
            self.register_buffer(name.replace(".", "__"), tensor)

    def p(self, name):
        return getattr(self, name.replace(".", "__"), None)

    def linear(self, x, name, index):
        return F.linear(x if index is None else x[..., index], self.p(name + ".weight"), self.p(name + ".bias"))

    def norm(self, x, name):
        return F.layer_norm(x, x.shape[-1:], self.p(name + ".weight"), self.p(name + ".bias"), 1e-6)

    def attention(self, x, name, block):
        h, q, v = block["heads"], block["queryKeyWidth"], block["valueWidth"]
        parts = self.linear(x, name + ".qkv", self.p(name + ".input_index")).split([h * q, h * q, h * v], -1)
        query, key, value = (part.unflatten(-1, (h, -1)).transpose(1, 2) for part in parts)     # (B, h, N, q or v)
        mixed = (query @ key.transpose(-1, -2) * block["scaleWidth"] ** -0.5).softmax(-1) @ value
        return self.linear(mixed.transpose(1, 2).flatten(2), name + ".proj", self.p(name + ".proj_index"))

    def forward(self, images):
        x = F.conv2d(images, self.p("patch_embed.proj.weight"), self.p("patch_embed.proj.bias"), stride=self.shape["patchSize"])
        tokens = [t.expand(len(images), -1, -1) for t in (self.p("cls_token"), self.p("dist_token")) if t is not None]
        x = torch.cat([*tokens, x.flatten(2).transpose(1, 2)], 1) + self.p("pos_embed")       # (B, N, d)
        for i, block in enumerate(self.shape["blocks"]):
            attn, mlp = f"blocks.{i}.attn", f"blocks.{i}.mlp"
            x = x + (self.attention(self.norm(x, f"blocks.{i}.norm1"), attn, block) if block["heads"] else self.p(attn + ".constant"))
            if block["mlpWidth"]:
                hidden = F.gelu(self.linear(self.norm(x, f"blocks.{i}.norm2"), mlp + ".fc1", self.p(mlp + ".input_index")))
                x = x + self.linear(hidden, mlp + ".fc2", None)
            else:
                x = x + self.p(mlp + ".constant")
        x = self.norm(x[:, :len(tokens)], "norm")
        return torch.stack([self.linear(x[:, i], head, None) for i, head in enumerate(["head", "head_dist"][:len(tokens)])]).mean(0)


def load(folder):
    return PrunedViT(json.loads((Path(folder) / "shape.json").read_text()), read_safetensors(Path(folder) / "model.safetensors")).eval()


if __name__ == "__main__":
    model = load(sys.argv[1])
    images = torch.zeros(1, model.shape["channels"], model.shape["imageSize"], model.shape["imageSize"])
    parameters = sum(tensor.numel() for name, tensor in model.named_buffers() if not name.endswith("_index"))
    print(f"{parameters} parameters, logits {tuple(model(images).shape)}")
