"""The decoders that are allowed, one for each format, and nothing else of Pillow's list."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageFile,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
    features,
)

from lightkeeper.detect.media.status import Reason

Opener = Callable[[io.BytesIO], ImageFile.ImageFile]

_OPENERS: dict[str, Opener] = {
    # JPEG by its own class: Pillow's factory fails on a damaged list of further pictures, which viewers ignore.
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "WebP": WebPImagePlugin.WebPImageFile,
    "AVIF": AvifImagePlugin.AvifImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
}

#: Imported before a worker locks itself in, though only some files need it.
PRELOADED = (ImageCms,)


def open_as(name: str, data: bytes) -> ImageFile.ImageFile:
    """Open ``data`` as the format ``name``, one of ``formats.DECODED``; raises what the plug-in raises."""
    opener = _heic_opener() if name == "HEIC" else _OPENERS[name]
    if opener is None:
        raise SyntaxError("unsupported")
    return opener(io.BytesIO(data))


def open_multi_picture(data: bytes) -> ImageFile.ImageFile:
    """Open a JPEG that lists further pictures (CIPA DC-007, "MPO")."""
    return MpoImagePlugin.MpoImageFile(io.BytesIO(data))


def missing(name: str) -> Reason | None:
    """Why the format ``name`` cannot be decoded in this installation, None if it can."""
    if name == "HEIC":
        return Reason.NEEDS_HEIC if _heic_opener() is None else None
    feature = {"JPEG": "jpg", "PNG": "zlib", "WebP": "webp", "AVIF": "avif"}.get(name)
    return None if feature is None or _has(feature) else Reason.NEEDS_CODEC


@cache
def _has(feature: str) -> bool:
    return bool(features.check(feature))


@cache
def _heic_opener() -> Opener | None:
    """Find the HEIC plug-in of the extra ``heic``, with one thread and no side pictures."""
    try:
        import pillow_heif
        from pillow_heif.as_plugin import HeifImageFile
    except ImportError:
        return None
    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.options.THUMBNAILS = False
    pillow_heif.options.DEPTH_IMAGES = False
    pillow_heif.options.AUX_IMAGES = False
    opener: Opener = HeifImageFile
    return opener


@contextmanager
def settings(*, pixels: int, tolerant: bool) -> Iterator[None]:
    """Pillow's global switches for one piece of work: its own bound, tolerance of damage, one thread, no warnings.

    Our own checks come first; Pillow's bound (it raises at twice ``MAX_IMAGE_PIXELS``) covers what plug-ins allocate
    before we can look: the canvas of a WebP, the tiles of a TIFF, the frames of a GIF.
    """
    before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, AvifImagePlugin.DEFAULT_MAX_THREADS
    Image.MAX_IMAGE_PIXELS = max(1, pixels // 2)
    ImageFile.LOAD_TRUNCATED_IMAGES = tolerant
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, AvifImagePlugin.DEFAULT_MAX_THREADS = before
