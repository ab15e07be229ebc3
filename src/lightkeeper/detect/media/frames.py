"""Decoded, normalised pixels: what the decoder hands to the hasher."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture, or one frame of an animated one: upright, over white, in eight-bit luma.

    ``luma`` has shape (rows, columns). A large JPEG is decoded at a reduced scale: then ``luma`` has
    ``ceil(original / reduced)`` rows and columns, and each of its pixels stands for ``reduced x reduced`` original
    ones (1 means not reduced). ``width`` and ``height`` are the original ones, after orientation. ``number`` counts
    the frames of the file from 0.
    """

    luma: NDArray[np.uint8]
    reduced: int
    width: int
    height: int
    number: int = 0
