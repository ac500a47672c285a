#!/usr/bin/env python3
"""Writes the fixtures and the figures of Pillow that the tests compare with. Debian: apt-get install python3-pil.

    python3 tests/Sweep.Data.Tests/Recorded/record.py
"""
import hashlib
import json
import math
import pathlib

import PIL
from PIL import Image, features

HERE = pathlib.Path(__file__).parent
FIXTURES = HERE.parent / "Fixtures"


def picture(width, height, channels=3):
    """The same picture as PatternImage.Of: smooth in one channel, busy in the others."""
    data = bytearray()
    for y in range(height):
        for x in range(width):
            for c in range(channels):
                data.append((x * (5 + 2 * c) + y * (11 - 3 * c) + (x * y >> (3 - c)) + 29 * c) % 256)
    return Image.frombytes("RGB" if channels == 3 else "L", (width, height), bytes(data))


def scene(width, height):
    """Something that JPEG keeps well: gradients and a disc."""
    data = bytearray()
    for y in range(height):
        for x in range(width):
            inside = math.hypot(x - width * 0.4, y - height * 0.6) < min(width, height) * 0.3
            data += bytes([255 * x // width, 255 * y // height, 200 if inside else 60])
    return Image.frombytes("RGB", (width, height), bytes(data))


def write_fixtures():
    FIXTURES.mkdir(exist_ok=True)
    scene(37, 53).save(FIXTURES / "odd-sides.jpg", quality=85)
    scene(64, 48).save(FIXTURES / "progressive.jpeg", quality=80, progressive=True)
    scene(33, 21).convert("L").save(FIXTURES / "grey.jpg", quality=85)
    scene(24, 16).convert("CMYK").save(FIXTURES / "inks.jpg", quality=90)
    scene(200, 150).save(FIXTURES / "larger.jpg", quality=60)
    see_through = scene(20, 30).convert("RGBA")
    see_through.putalpha(picture(20, 30, 1))
    see_through.save(FIXTURES / "see-through.png")
    scene(19, 7).quantize(16).save(FIXTURES / "palette.png")
    whole = (FIXTURES / "larger.jpg").read_bytes()
    (FIXTURES / "truncated.jpg").write_bytes(whole[: len(whole) // 2])
    whole = (FIXTURES / "see-through.png").read_bytes()
    (FIXTURES / "truncated.png").write_bytes(whole[: len(whole) // 2])


def decoded():
    result = {}
    for path in sorted(FIXTURES.iterdir()):
        if path.stem != "truncated":
            image = Image.open(path).convert("RGB")
            # Every 11th byte: coprime to the three channels, so each is met.
            result[path.name] = {"width": image.width, "height": image.height, "every11thByte": list(image.tobytes()[::11])}
    return result


def resized(source, size, box, filter):
    image = picture(*source)
    out = image.resize(size, getattr(Image.Resampling, filter.upper()), box=box)
    return {
        "source": source,
        "box": box or (0, 0, source[0], source[1]),
        "target": size,
        "filter": filter,
        "sha256": hashlib.sha256(out.tobytes()).hexdigest(),
        "first": list(out.tobytes()[:24]),
    }


def evaluated(source, side, ratio):
    image = picture(*source)
    shorter = round(side / ratio)
    width, height = image.size
    size = (shorter, int(shorter * height / width)) if width <= height else (int(shorter * width / height), shorter)
    out = image.resize(size, Image.Resampling.BICUBIC)
    left, top = int(round((size[0] - side) / 2.0)), int(round((size[1] - side) / 2.0))
    out = out.crop((left, top, left + side, top + side))
    return {"source": source, "side": side, "ratio": ratio, "sha256": hashlib.sha256(out.tobytes()).hexdigest()}


def main():
    write_fixtures()
    figures = {
        "pillow": PIL.__version__,
        "libjpegTurbo": features.version_feature("libjpeg_turbo"),
        "decoded": decoded(),
        "resized": [
            resized((50, 37, 3), (23, 17), None, "bicubic"),
            resized((50, 37, 3), (23, 17), None, "bilinear"),
            resized((32, 32, 3), (224, 224), None, "bicubic"),
            resized((32, 32, 3), (57, 41), None, "bilinear"),
            resized((211, 97, 3), (32, 32), (13, 5, 190, 88), "bicubic"),
            resized((211, 97, 3), (64, 48), (13.25, 5.5, 60.75, 33.125), "bicubic"),
            resized((40, 40, 3), (40, 20), None, "bicubic"),
            resized((500, 3, 3), (7, 90), None, "bicubic"),
            resized((28, 28, 1), (224, 224), None, "bicubic"),
            resized((61, 43, 1), (20, 31), (3, 2, 50, 40), "bilinear"),
        ],
        "evaluated": [
            evaluated((120, 90, 3), 56, 0.875),
            evaluated((90, 121, 3), 56, 0.875),
            evaluated((77, 77, 3), 32, 1.0),
            evaluated((50, 201, 3), 64, 0.9),
        ],
    }
    (HERE / "pillow.json").write_text(json.dumps(figures, separators=(",", ":")).replace("},{", "},\n{").replace('},"', '},\n"') + "\n")


main()
