"""Makes derivatives, in the locked-in process: the first picture of a file as JPEGs without metadata."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

from PIL import Image

from lightkeeper.detect.media.decode import Picture
from lightkeeper.detect.media.derivatives import LONGEST_SIDE, MAX_DERIVED, TILE_SIDE, DerivativeKind

_QUALITIES: Final = (88, 75, 50, 25)
"""Tried in turn until the JPEG is small enough; only noise of the largest size needs the second."""


def derive(picture: Picture, kinds: Sequence[DerivativeKind]) -> tuple[list[list[object]], list[bytes]]:
    """Decode a file's first picture and make derivatives: [kind, bytes, width, height] of each, and the JPEGs.

    Raises ``Unreadable`` where there is no picture.
    """
    full = picture.shown(longest=LONGEST_SIDE)
    described: list[list[object]] = []
    contents = []
    for kind in kinds:
        image = _form(full, kind)
        content = jpeg(image)
        described.append([str(kind), len(content), image.width, image.height])
        contents.append(content)
    return described, contents


def _form(full: Image.Image, kind: DerivativeKind) -> Image.Image:
    if kind is DerivativeKind.FULL:
        return full
    grey = full.convert("L")
    if kind is DerivativeKind.GREY:
        return grey.resize((max(1, full.width // 2), max(1, full.height // 2)), Image.Resampling.BOX)
    grey.thumbnail((TILE_SIDE, TILE_SIDE), Image.Resampling.BOX)
    return grey


def jpeg(image: Image.Image) -> bytes:
    """Encode a picture, small enough that all derivatives of a file go into one answer."""
    content = b""
    for quality in _QUALITIES:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality)
        content = buffer.getvalue()
        if len(content) <= MAX_DERIVED // 2:
            break
    return content
