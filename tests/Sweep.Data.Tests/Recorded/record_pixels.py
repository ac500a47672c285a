"""Records what Pillow computes for the image operations of PixelTests. Run: python3 record_pixels.py > pixels.json

Needs python3-pil. Strengths are mapped to Pillow's arguments as timm's rand-m9-mstd0.5-inc1 maps them.
"""
import base64
import json
import math
import sys

from PIL import Image, ImageEnhance, ImageOps

FILL = (124, 116, 104)
WIDTH, HEIGHT = 23, 17


def picture(kind):
    """A wide histogram; a narrow one with a constant channel; grey; one colour; a larger photograph-like one."""
    width, height = {"large": (61, 43), "tall": (19, 52)}.get(kind, (WIDTH, HEIGHT))
    channels = 1 if kind == "grey" else 3

    def value(x, y, c):
        if kind == "narrow":
            return 77 if c == 1 else 60 + (x * 5 + y * (3 + c) + (x * y) % 7) % 90
        if kind == "flat":
            return (200, 10, 90)[c]
        if kind in ("large", "tall"):
            wave = 127 + 90 * math.sin(x / (5.0 + c)) * math.cos(y / (7.0 - c))
            return int(wave) + (x * 31 + y * 17 + c * 11) % 29
        return (x * 11 + y * 13 + c * 71 + (x * y * (c + 1)) % 61 + (97 if x > y else 0)) % 256

    raw = bytes(value(x, y, c) for y in range(height) for x in range(width) for c in range(channels))
    return Image.frombytes("L" if channels == 1 else "RGB", (width, height), raw)


def blended(enhancer):
    return lambda image, factor: enhancer(image).enhance(factor)


def affine(matrix_of):
    def apply(image, amount):
        fill = FILL[0] if image.mode == "L" else FILL
        return image.transform(image.size, Image.AFFINE, matrix_of(image, amount), resample=Image.BICUBIC, fillcolor=fill)
    return apply


def rotate(image, degrees):
    return image.rotate(degrees, resample=Image.BICUBIC, fillcolor=FILL[0] if image.mode == "L" else FILL)


def solarize_add(image, addend):
    return image.point([min(255, i + addend) if i < 128 else i for i in range(256)] * len(image.getbands()))


def signed(scale):
    return lambda share, inc, sign: scale * sign * share


def factor(share, inc, sign):
    return max(0.1, 1 + 0.9 * sign * share) if inc else 0.1 + 1.8 * share


def none(share, inc, sign):
    return None


OPERATIONS = {
    "AutoContrast": (lambda image, _: ImageOps.autocontrast(image), none),
    "Equalize": (lambda image, _: ImageOps.equalize(image), none),
    "Invert": (lambda image, _: ImageOps.invert(image), none),
    "Rotate": (rotate, signed(30)),
    "Posterize": (ImageOps.posterize, lambda share, inc, sign: 4 - int(4 * share) if inc else int(4 * share)),
    "Solarize": (ImageOps.solarize, lambda share, inc, sign: 256 - int(256 * share) if inc else int(256 * share)),
    "SolarizeAdd": (solarize_add, lambda share, inc, sign: int(110 * share)),
    "Color": (blended(ImageEnhance.Color), factor),
    "Contrast": (blended(ImageEnhance.Contrast), factor),
    "Brightness": (blended(ImageEnhance.Brightness), factor),
    "Sharpness": (blended(ImageEnhance.Sharpness), factor),
    "ShearX": (affine(lambda image, f: (1, f, 0, 0, 1, 0)), signed(0.3)),
    "ShearY": (affine(lambda image, f: (1, 0, 0, f, 1, 0)), signed(0.3)),
    "TranslateX": (affine(lambda image, f: (1, 0, f * image.size[0], 0, 1, 0)), signed(0.45)),
    "TranslateY": (affine(lambda image, f: (1, 0, 0, 0, 1, f * image.size[1])), signed(0.45)),
}


def packed(image):
    return {
        "width": image.size[0], "height": image.size[1], "channels": len(image.getbands()),
        "pixels": base64.b64encode(image.tobytes()).decode("ascii"),
    }


def evaluated(image, side, ratio):
    """Shorter side to round(side / ratio), bicubic, then the centre: torchvision's Resize and CenterCrop."""
    short = round(side / ratio)
    width, height = image.size
    size = (short, int(short * height / width)) if width <= height else (int(short * width / height), short)
    image = image.resize(size, Image.BICUBIC)
    left, top = int(round((size[0] - side) / 2.0)), int(round((size[1] - side) / 2.0))
    return image.crop((left, top, left + side, top + side))


def main():
    kinds = ["wide", "narrow", "grey", "flat", "large", "tall"]
    pictures = {kind: picture(kind) for kind in kinds}
    cases = []
    for name, (apply, argument) in OPERATIONS.items():
        if argument is none:
            settings = [("wide", 9, True, 1), ("narrow", 9, True, 1), ("grey", 9, True, 1), ("flat", 9, True, 1)]
        else:
            settings = [("wide", 9.1, True, 1), ("wide", 4.3, True, -1), ("narrow", 10, True, 1), ("grey", 7.7, True, -1), ("flat", 9, True, 1)]
            settings += [("wide", 0, True, 1), ("narrow", 6.5, False, 1)]
        for kind, strength, increasing, sign in settings:
            result = apply(pictures[kind], *([argument(strength / 10, increasing, sign)]))
            cases.append({
                "name": name, "picture": kind, "strength": strength, "increasing": increasing, "negative": sign < 0,
                "expected": packed(result)["pixels"],
            })
    wide = pictures["wide"]
    crops = [{"picture": "large", "box": [left, top, width, height], "side": 24,
              "expected": packed(pictures["large"].crop((left, top, left + width, top + height)).resize((24, 24), Image.BICUBIC))["pixels"]}
             for left, top, width, height in [(3, 2, 44, 38), (20, 11, 12, 15), (0, 0, 61, 43)]]
    evaluations = [{"picture": kind, "side": side, "ratio": ratio, "expected": packed(evaluated(pictures[kind], side, ratio))["pixels"]}
                   for kind, side, ratio in [("large", 28, 0.875), ("tall", 16, 0.9), ("wide", 20, 1.0)]]
    whole = [{"picture": kind, "side": 32, "expected": packed(pictures[kind].resize((32, 32), Image.BICUBIC))["pixels"]} for kind in ["wide", "grey"]]
    padded = Image.new("RGB", (WIDTH + 8, HEIGHT + 8))
    padded.paste(wide, (4, 4))
    shifted = [{"picture": "wide", "left": left, "top": top,
                "expected": packed(padded.crop((left, top, left + WIDTH, top + HEIGHT)))["pixels"]} for left, top in [(0, 8), (4, 4), (7, 1)]]
    json.dump({
        "pictures": {kind: packed(image) for kind, image in pictures.items()},
        "operations": cases,
        "crops": crops,
        "evaluations": evaluations,
        "resized": whole,
        "shifted": shifted,
        "mirrored": packed(ImageOps.mirror(wide))["pixels"],
    }, sys.stdout, indent=1)
    sys.stdout.write("\n")


main()
