"""The fast path for JPEG: only the luma channel, at a reduced scale where the picture is large enough.

libjpeg gives the Y channel of a YCbCr picture without decoding colour, and can leave out the higher frequencies of
each 8 x 8 block, which gives 1/2, 1/4 or 1/8 of the size at a fraction of the cost. PDQ is a linear operator, so the
hasher folds the scale in; measured against the reference that is safe while the short side stays >= 512.
"""

from __future__ import annotations

from PIL.JpegImagePlugin import JpegImageFile

#: A reduced JPEG keeps at least this short side; below it, PDQ of the reduced picture drifts from the reference.
MIN_REDUCED_SIDE = 512


def scale_for(width: int, height: int) -> int:
    """Return the largest of 8, 4, 2, 1 that leaves a short side of at least ``MIN_REDUCED_SIDE`` pixels."""
    short = min(width, height)
    return next((scale for scale in (8, 4, 2) if -(-short // scale) >= MIN_REDUCED_SIDE), 1)


def draft(image: JpegImageFile) -> int:
    """Set an opened JPEG up to decode as luma and reduced; returns the scale that will come out.

    Colour that is not three channels (grey, CMYK, YCCK) keeps its mode: Pillow leaves it alone, and so do we; grey is
    still reduced. The scale is Pillow's to choose, so what it chose is read back, and a surprise is an error.
    """
    width, height = image.size
    # A further picture of the same file (MPO) inherits what was set up for the one before.
    image.decoderconfig = ()
    scale = scale_for(width, height) if image.mode != "CMYK" else 1
    image.draft("L", (width // scale, height // scale) if scale > 1 else None)
    if image.size != (-(-width // scale), -(-height // scale)):
        raise RuntimeError("the JPEG decoder chose another scale than it was asked for")
    return scale
