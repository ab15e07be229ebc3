"""A decoded picture of any mode -> RGB or grey, over white, upright, without metadata: what may be shown."""

from __future__ import annotations

from typing import Final

from PIL import Image

from lightkeeper.detect.media.luma import to_luma

_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
"""What undoes each EXIF orientation."""


def displayed(image: Image.Image, *, orientation: int, longest: int) -> Image.Image:
    """Give a loaded picture as it is seen, its longer side at most ``longest`` pixels."""
    seen = _over_white(_smaller(_plain_mode(image), longest))
    if orientation in _TURNS:
        seen = seen.transpose(_TURNS[orientation])
    seen.info.clear()  # comments and profiles would be written with it
    return seen


def _plain_mode(image: Image.Image) -> Image.Image:
    """L, RGB or RGBA: modes that can be made smaller well."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return Image.fromarray(to_luma(image))
    if "transparency" in image.info or image.mode in ("LA", "La", "PA", "RGBa"):
        return image.convert("LA" if image.mode == "La" else "RGBA").convert("RGBA")
    return image if image.mode in ("L", "RGB", "RGBA") else image.convert("L" if image.mode == "1" else "RGB")


def _smaller(image: Image.Image, longest: int) -> Image.Image:
    factor = max(image.size) // longest
    if factor > 1:
        image = image.reduce(factor)
    if max(image.size) > longest:
        scale = longest / max(image.size)
        size = tuple(max(1, round(side * scale)) for side in image.size)
        image = image.resize((size[0], size[1]), Image.Resampling.BILINEAR)
    return image


def _over_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.copy()
    white = Image.new("RGB", image.size, (255, 255, 255))
    white.paste(image, mask=image.getchannel("A"))
    return white
