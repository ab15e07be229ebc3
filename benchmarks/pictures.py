"""The pictures that benchmarks use: photographs from a folder that the operator names, or drawings."""

from __future__ import annotations

import os
from pathlib import Path

from PIL import Image

from lightkeeper.demo import drawings
from lightkeeper.detect.media.decode import Picture
from lightkeeper.detect.media.frames import Frame
from lightkeeper.detect.media.limits import Limits

FOLDER = "LIGHTKEEPER_PHOTOS"


def photographs() -> list[Image.Image]:
    """The photographs in the folder that ``LIGHTKEEPER_PHOTOS`` names, in RGB; 62 drawings where it names none."""
    folder = os.environ.get(FOLDER)
    if not folder:
        print(f"{FOLDER} names no folder of photographs; drawings take their place.")
        return [drawings.drawing(number, (500, 375)) for number in range(62)]
    paths = sorted(path for path in Path(folder).iterdir() if path.suffix.lower() in {".jpg", ".jpeg", ".png"})
    return [Image.open(path).convert("RGB") for path in paths]


def frame(data: bytes) -> Frame:
    """The first frame of a picture's bytes."""
    return next(iter(Picture(data, Limits()).frames()))
