"""The EXIF orientation, and turning pixels upright by it."""

from __future__ import annotations

import numpy as np
from PIL import ExifTags, Image

from lightkeeper.detect.media.luma import Luma


def orientation_of(image: Image.Image) -> int:
    """Return the orientation, 1 to 8, that a loaded picture's EXIF gives; 1 (upright) if none or nonsense."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # noqa: BLE001  # EXIF is hostile input to a parser that raises many things; a picture is not lost for it
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def upright(luma: Luma, orientation: int) -> Luma:
    """Undo ``orientation`` (EXIF 2.32, 4.6.4, tag 274: which corner of the scene row 0, column 0 is)."""
    if orientation == 1:
        return luma
    if orientation >= 5:
        luma = luma.T
    if orientation in (2, 3, 6, 7):
        luma = luma[:, ::-1]
    if orientation in (3, 4, 7, 8):
        luma = luma[::-1]
    return np.ascontiguousarray(luma)
