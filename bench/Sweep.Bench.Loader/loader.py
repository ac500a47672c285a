"""The peer of Sweep.Bench.Loader: DeiT's augmentation of JPEG files by Pillow and numpy, in worker processes as PyTorch's DataLoader has.

usage: loader.py make FOLDER IMAGES    writes JPEG photographs of about ImageNet's size into FOLDER/train and FOLDER/val
       loader.py serve FOLDER WORKERS  answers each number on standard input with the seconds that so many images took

A worker keeps its prepared image: what DataLoader spends on handing it to the training process is not counted, in the peer's favour.
"""
import math
import multiprocessing
import os
import random
import sys
import time

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

SIDE = 224
MEAN, DEVIATION = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])
FILL = (124, 116, 104)


def make(folder, images):
    rng = np.random.default_rng(0)
    for split, count in (("train", images), ("val", 1)):
        path = os.path.join(folder, split, "class")
        os.makedirs(path, exist_ok=True)
        for i in range(count):
            width, height = ((500, 375), (375, 500), (500, 333))[i % 3]
            coarse = Image.fromarray(rng.integers(0, 256, (12, 16, 3), dtype=np.uint8)).resize((width, height), Image.BICUBIC)
            fine = Image.fromarray(rng.integers(0, 256, (height, width, 3), dtype=np.uint8)).filter(ImageFilter.GaussianBlur(0.6))
            Image.blend(coarse, fine, 0.65).save(os.path.join(path, f"{i:05}.jpg"), quality=90)


def crop_box(width, height):
    for _ in range(10):
        area = random.uniform(0.08, 1) * width * height
        ratio = math.exp(random.uniform(math.log(3 / 4), math.log(4 / 3)))
        w, h = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
        if w <= width and h <= height:
            left, top = random.randint(0, width - w), random.randint(0, height - h)
            return left, top, left + w, top + h
    return 0, 0, width, height


def affine(image, matrix):
    return image.transform(image.size, Image.AFFINE, matrix, resample=Image.BICUBIC, fillcolor=FILL)


def sign():
    return random.choice((-1, 1))


def factor(share):
    return max(0.1, 1 + 0.9 * share * sign())


OPERATIONS = [
    lambda image, share: ImageOps.autocontrast(image),
    lambda image, share: ImageOps.equalize(image),
    lambda image, share: ImageOps.invert(image),
    lambda image, share: image.rotate(30 * share * sign(), resample=Image.BICUBIC, fillcolor=FILL),
    lambda image, share: ImageOps.posterize(image, 4 - int(4 * share)),
    lambda image, share: ImageOps.solarize(image, 256 - int(256 * share)),
    lambda image, share: image.point([min(255, i + int(110 * share)) if i < 128 else i for i in range(256)] * 3),
    lambda image, share: ImageEnhance.Color(image).enhance(factor(share)),
    lambda image, share: ImageEnhance.Contrast(image).enhance(factor(share)),
    lambda image, share: ImageEnhance.Brightness(image).enhance(factor(share)),
    lambda image, share: ImageEnhance.Sharpness(image).enhance(factor(share)),
    lambda image, share: affine(image, (1, 0.3 * share * sign(), 0, 0, 1, 0)),
    lambda image, share: affine(image, (1, 0, 0, 0.3 * share * sign(), 1, 0)),
    lambda image, share: affine(image, (1, 0, 0.45 * share * sign() * SIDE, 0, 1, 0)),
    lambda image, share: affine(image, (1, 0, 0, 0, 1, 0.45 * share * sign() * SIDE)),
]


def prepare(path):
    with Image.open(path) as file:
        image = file.convert("RGB")
    image = image.crop(crop_box(*image.size)).resize((SIDE, SIDE), Image.BICUBIC)
    if random.random() < 0.5:
        image = image.transpose(Image.FLIP_LEFT_RIGHT)
    for operation in random.choices(OPERATIONS, k=2):
        if random.random() < 0.5:
            image = operation(image, min(10, max(0, random.gauss(9, 0.5))) / 10)
    values = (np.asarray(image, dtype=np.float32) / 255 - MEAN) / DEVIATION
    values = np.ascontiguousarray(values.transpose(2, 0, 1))
    if random.random() < 0.25:
        for _ in range(10):
            area = random.uniform(0.02, 1 / 3) * SIDE * SIDE
            ratio = math.exp(random.uniform(math.log(0.3), -math.log(0.3)))
            h, w = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
            if w < SIDE and h < SIDE:
                top, left = random.randint(0, SIDE - h), random.randint(0, SIDE - w)
                values[:, top:top + h, left:left + w] = np.random.standard_normal((3, h, w))
                break
    return float(values[0, 0, 0])


def serve(folder, workers):
    path = os.path.join(folder, "train", "class")
    files = [os.path.join(path, name) for name in sorted(os.listdir(path))]
    with multiprocessing.Pool(workers) as pool:
        pool.map(prepare, files[:workers])
        print(Image.__version__, flush=True)
        for line in sys.stdin:
            wanted = [files[i % len(files)] for i in range(int(line))]
            start = time.perf_counter()
            for _ in pool.imap_unordered(prepare, wanted, chunksize=4):
                pass
            print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    make(sys.argv[2], int(sys.argv[3])) if sys.argv[1] == "make" else serve(sys.argv[2], int(sys.argv[3]))
