"""Kinds of edit that people make to pictures, for measuring recall: each a function of a picture and a random source.

Every function takes an RGB picture and a `random.Random` and returns the encoded bytes of the edited copy. The
parameters vary a little from picture to picture, so that a figure speaks of the kind and not of one number.
"""

from __future__ import annotations

from benchmarks.edits.basics import Edit
from benchmarks.edits.geometry import (
    crop_all,
    crop_one,
    crop_two,
    crop_uneven,
    mirrored_cropped,
    mirrored_tilted_framed,
    tilt,
    tilted_cropped,
)
from benchmarks.edits.overlays import perspective, perspective_mixed, sticker, text_across
from benchmarks.edits.several import collage, picture_in_picture
from benchmarks.edits.surroundings import (
    border_black,
    border_coloured,
    border_white,
    canvas,
    caption,
    framed_captioned,
    letterbox,
    mirrored_framed,
    phone_screenshot,
)
from benchmarks.edits.tone import (
    avif,
    blurred,
    brighter,
    cmyk,
    contrast,
    enlarged,
    exif_turned,
    gamma,
    grey,
    palette_gif,
    palette_png,
    recompressed,
    saturated,
    sharpened,
    small,
    webp,
)
from benchmarks.edits.turns import mirrored, quarter_turned

TONE: dict[str, Edit] = {
    f.__name__: f
    for f in (
        recompressed,
        webp,
        avif,
        grey,
        brighter,
        saturated,
        contrast,
        gamma,
        blurred,
        sharpened,
        palette_gif,
        palette_png,
        cmyk,
        exif_turned,
    )
}
EDITS: dict[str, Edit] = {
    **TONE,
    "small": small,
    "enlarged": enlarged,
    "mirrored": mirrored,
    "quarter_turned": quarter_turned,
    "border_black": border_black,
    "border_white": border_white,
    "border_coloured": border_coloured,
    "canvas": canvas,
    "letterbox": letterbox,
    "mirrored_framed": mirrored_framed,
    "caption": caption,
    "framed_captioned": framed_captioned,
    "phone_screenshot": phone_screenshot,
    "tilt_2_same": tilt(2, "same"),
    "tilt_2_expanded": tilt(2, "expanded"),
    "tilt_2_inner": tilt(2, "inner"),
    "tilt_4_same": tilt(4, "same"),
    "tilt_4_expanded": tilt(4, "expanded"),
    "tilt_4_inner": tilt(4, "inner"),
    "tilt_7_same": tilt(7, "same"),
    "tilt_7_expanded": tilt(7, "expanded"),
    "tilt_7_inner": tilt(7, "inner"),
    "crop_2": crop_all(0.02),
    "crop_3_two_sides": crop_two(0.03),
    "crop_5": crop_all(0.05),
    "crop_8": crop_all(0.08),
    "crop_10": crop_all(0.10),
    "crop_12_one_side": crop_one(0.12),
    "crop_uneven": crop_uneven,
    "mirrored_cropped": mirrored_cropped,
    "tilted_cropped": tilted_cropped,
    "mirrored_tilted_framed": mirrored_tilted_framed,
    "text_across": text_across,
    "perspective_inward": perspective(inward=True),
    "perspective_outward": perspective(inward=False),
    "perspective_mixed": perspective_mixed,
    "sticker": sticker,
}
WITH_OTHERS = {
    "collage_2": collage(2),
    "collage_3": collage(3),
    "collage_4": collage(4),
    "picture_in_picture": picture_in_picture,
}
