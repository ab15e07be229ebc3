"""Kinds of edit that people make to pictures, for measuring recall: each a function of a picture and a random source.

Every function takes an RGB picture and a `random.Random` and returns the encoded bytes of the edited copy. The
parameters vary a little from picture to picture, so that a figure speaks of the kind and not of one number.
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

Edit = Callable[[Image.Image, random.Random], bytes]
Colour = tuple[int, int, int]

WORDS = "the light finds and the keeper decides what follows from it with care every day".split()


def jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    """The picture as JPEG."""
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    """The picture in any format that Pillow writes."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def random_colour(rng: random.Random) -> Colour:
    """Black, white or anything."""
    return rng.choice([(0, 0, 0), (255, 255, 255), tuple(rng.randrange(256) for _ in range(3))])  # type: ignore[return-value]


def sentence(rng: random.Random, words: int) -> str:
    """Harmless words."""
    return " ".join(rng.choice(WORDS) for _ in range(words))


def resized(picture: Image.Image, ratio: float) -> Image.Image:
    """The picture at ``ratio`` of its sides."""
    size = (max(1, round(picture.width * ratio)), max(1, round(picture.height * ratio)))
    return picture.resize(size, Image.Resampling.BICUBIC)


def cropped(picture: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    """The picture without these shares of its sides."""
    w, h = picture.size
    return picture.crop((round(w * left), round(h * top), round(w * (1 - right)), round(h * (1 - bottom))))


def on_canvas(picture: Image.Image, width: int, height: int, x: int, y: int, colour: Colour) -> Image.Image:
    """The picture at (x, y) of an even canvas."""
    canvas = Image.new("RGB", (width, height), colour)
    canvas.paste(picture, (x, y))
    return canvas


# ---- tone, format, size ------------------------------------------------------------------------------------------


def recompressed(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(picture, rng.randrange(25, 60))


def webp(picture: Image.Image, rng: random.Random) -> bytes:
    return encoded(picture, "WEBP", quality=rng.randrange(50, 90))


def avif(picture: Image.Image, rng: random.Random) -> bytes:
    return encoded(picture, "AVIF", quality=rng.randrange(40, 80))


def grey(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(picture.convert("L"))


def brighter(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(ImageEnhance.Brightness(picture).enhance(rng.uniform(0.7, 1.3)))


def saturated(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(ImageEnhance.Color(picture).enhance(rng.uniform(0.2, 2.0)))


def contrast(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(ImageEnhance.Contrast(picture).enhance(rng.uniform(0.6, 1.4)))


def gamma(picture: Image.Image, rng: random.Random) -> bytes:
    power = rng.uniform(0.7, 1.4)
    return jpeg(picture.point([round(255 * (value / 255) ** power) for value in range(256)] * 3))


def blurred(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(picture.filter(ImageFilter.GaussianBlur(rng.uniform(1, 2))))


def sharpened(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(picture.filter(ImageFilter.UnsharpMask(2, 120)))


def palette_gif(picture: Image.Image, rng: random.Random) -> bytes:
    return encoded(picture.quantize(256), "GIF")


def palette_png(picture: Image.Image, rng: random.Random) -> bytes:
    return encoded(picture.quantize(64), "PNG")


def cmyk(picture: Image.Image, rng: random.Random) -> bytes:
    return encoded(picture.convert("CMYK"), "JPEG", quality=85)


def exif_turned(picture: Image.Image, rng: random.Random) -> bytes:
    orientation, turn = rng.choice([(6, 90), (8, 270), (3, 180)])
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(picture.rotate(turn, expand=True), "JPEG", quality=85, exif=exif)


def small(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(resized(picture, rng.uniform(0.38, 0.45)))


def enlarged(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(resized(picture, rng.uniform(1.5, 2.2)))


# ---- orientation -------------------------------------------------------------------------------------------------


def mirrored(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(ImageOps.mirror(picture))


def quarter_turned(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(picture.rotate(rng.choice([90, 180, 270]), expand=True))


# ---- surroundings ------------------------------------------------------------------------------------------------


def framed(picture: Image.Image, rng: random.Random, colour: Colour | None = None) -> Image.Image:
    """The picture in an even border of 3 to 12 % of its shorter side."""
    width = round(min(picture.size) * rng.uniform(0.03, 0.12))
    return ImageOps.expand(picture, width, colour or random_colour(rng))


def border_black(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(framed(picture, rng, (0, 0, 0)))


def border_white(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(framed(picture, rng, (255, 255, 255)))


def border_coloured(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(framed(picture, rng, tuple(rng.randrange(256) for _ in range(3))))  # type: ignore[arg-type]


def letterbox(picture: Image.Image, rng: random.Random) -> bytes:
    w, h = picture.size
    shape = rng.choice([16 / 9, 1.0, 9 / 16, 4 / 5])
    width, height = (w, max(h, round(w / shape))) if w / h > shape else (max(w, round(h * shape)), h)
    return jpeg(on_canvas(picture, width, height, (width - w) // 2, (height - h) // 2, (0, 0, 0)))


def canvas(picture: Image.Image, rng: random.Random) -> bytes:
    w, h = picture.size
    width, height = round(w * rng.uniform(1.2, 1.7)), round(h * rng.uniform(1.2, 1.7))
    x, y = round((width - w) * rng.random()), round((height - h) * rng.random())
    return jpeg(on_canvas(picture, width, height, x, y, random_colour(rng)))


def mirrored_framed(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(framed(ImageOps.mirror(picture), rng))


def with_caption(picture: Image.Image, rng: random.Random) -> Image.Image:
    """A bar above or below with one to three lines of text."""
    w, h = picture.size
    bar = round(h * rng.uniform(0.12, 0.28))
    paper, ink = rng.choice([((255, 255, 255), (0, 0, 0)), ((0, 0, 0), (255, 255, 255))])
    above = rng.random() < 0.5
    out = on_canvas(picture, w, h + bar, 0, bar if above else 0, paper)
    draw = ImageDraw.Draw(out)
    lines = rng.randrange(1, 4)
    font = ImageFont.load_default(max(8, bar / (lines + 1.2)))
    for line in range(lines):
        y = (0 if above else h) + bar * (line + 0.4) / (lines + 0.6)
        draw.text((w * 0.04, y), sentence(rng, rng.randrange(3, 9)), ink, font)
    return out


def caption(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(with_caption(picture, rng))


def framed_captioned(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(with_caption(framed(picture, rng), rng))


def screenshot(picture: Image.Image, rng: random.Random) -> Image.Image:
    """A phone's screen, with a status line, an application's bars and text, and the picture across its width."""
    width, height = 720, rng.randrange(1280, 1600)
    paper, ink = rng.choice([((255, 255, 255), (20, 20, 20)), ((0, 0, 0), (235, 235, 235)), ((24, 26, 30), (220, 220, 225))])
    margin = rng.choice([0, 0, 16, 28])
    shown = picture.resize((width - 2 * margin, max(1, round(picture.height * (width - 2 * margin) / picture.width))))
    shown.thumbnail((width, height - 360))
    margin = (width - shown.width) // 2
    top = rng.randrange(160, max(161, height - 200 - shown.height))
    out = on_canvas(shown, width, height, margin, top, paper)
    draw = ImageDraw.Draw(out)
    draw.text((24, 12), f"{rng.randrange(24):02}:{rng.randrange(60):02}", ink, ImageFont.load_default(26))
    draw.rectangle((width - 80, 16, width - 30, 38), outline=ink, width=3)
    draw.text((90, 80), sentence(rng, 3), ink, ImageFont.load_default(34))
    draw.ellipse((20, 70, 76, 126), fill=tuple(rng.randrange(256) for _ in range(3)))
    y = top + shown.height + 24
    while y < height - 120:
        draw.text((24, y), sentence(rng, rng.randrange(3, 10)), ink, ImageFont.load_default(26))
        y += rng.randrange(40, 80)
    y = 150
    while y < top - 40:
        draw.text((24, y), sentence(rng, rng.randrange(3, 10)), ink, ImageFont.load_default(24))
        y += rng.randrange(40, 90)
    draw.line((0, height - 90, width, height - 90), fill=ink, width=1)
    for x in range(60, width, 150):
        draw.ellipse((x, height - 70, x + 44, height - 26), outline=ink, width=4)
    return out


def phone_screenshot(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(screenshot(picture, rng))


# ---- tilts and crops ---------------------------------------------------------------------------------------------


def tilted(picture: Image.Image, rng: random.Random, degrees: float, style: str | None = None) -> Image.Image:
    """Turned a little: corners filled (``same``), canvas enlarged (``expanded``) or cropped to what is full (``inner``)."""
    angle = degrees * rng.choice([-1, 1])
    style = style or rng.choice(["same", "expanded", "inner"])
    colour = random_colour(rng)
    out = picture.rotate(angle, Image.Resampling.BICUBIC, expand=style == "expanded", fillcolor=colour)
    if style != "inner":
        return out
    w, h = picture.size
    sine, cosine = abs(math.sin(math.radians(angle))), abs(math.cos(math.radians(angle)))
    scale = min(w / (w * cosine + h * sine), h / (w * sine + h * cosine))
    dx, dy = w * (1 - scale) / 2, h * (1 - scale) / 2
    return out.crop((round(dx), round(dy), round(w - dx), round(h - dy)))


def tilt(degrees: float, style: str) -> Edit:
    """An edit that turns by about ``degrees``."""
    return lambda picture, rng: jpeg(tilted(picture, rng, degrees * rng.uniform(0.93, 1.07), style))


def crop_all(share: float) -> Edit:
    """An edit that takes ``share`` off every side."""
    return lambda picture, rng: jpeg(cropped(picture, share, share, share, share))


def crop_two(share: float) -> Edit:
    """An edit that takes ``share`` off two sides, neighbours or opposite ones."""

    def edit(picture: Image.Image, rng: random.Random) -> bytes:
        sides = [0.0] * 4
        for side in rng.sample(range(4), 2):
            sides[side] = share
        return jpeg(cropped(picture, *sides))

    return edit


def crop_one(share: float) -> Edit:
    """An edit that takes ``share`` off one side."""

    def edit(picture: Image.Image, rng: random.Random) -> bytes:
        sides = [0.0] * 4
        sides[rng.randrange(4)] = share
        return jpeg(cropped(picture, *sides))

    return edit


def crop_uneven(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(cropped(picture, *(rng.uniform(0, 0.07) for _ in range(4))))


def mirrored_cropped(picture: Image.Image, rng: random.Random) -> bytes:
    share = rng.uniform(0.03, 0.06)
    return jpeg(cropped(ImageOps.mirror(picture), share, share, share, share))


def tilted_cropped(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(cropped(tilted(picture, rng, rng.uniform(2, 4), "inner"), 0.02, 0.02, 0.02, 0.02))


def mirrored_tilted_framed(picture: Image.Image, rng: random.Random) -> bytes:
    return jpeg(framed(tilted(ImageOps.mirror(picture), rng, rng.uniform(2, 4), "same"), rng))


# ---- things over or around ---------------------------------------------------------------------------------------


def text_across(picture: Image.Image, rng: random.Random) -> bytes:
    out = picture.copy()
    size = out.height * rng.uniform(0.14, 0.2)
    draw = ImageDraw.Draw(out)
    ink, edge = rng.choice([((255, 255, 255), (0, 0, 0)), ((0, 0, 0), (255, 255, 255)), ((255, 230, 0), (0, 0, 0))])
    y = out.height * rng.uniform(0.1, 0.7)
    draw.text((out.width * 0.03, y), sentence(rng, 3).upper()[:14], ink, ImageFont.load_default(size), stroke_width=2, stroke_fill=edge)
    return jpeg(out)


def sticker(picture: Image.Image, rng: random.Random) -> bytes:
    out = picture.copy()
    w, h = out.size
    area = 0.12 * w * h
    wide = math.sqrt(area * rng.uniform(0.7, 1.4))
    tall = area / wide
    x, y = rng.uniform(0, w - wide), rng.uniform(0, max(1, h - tall))
    draw = ImageDraw.Draw(out)
    fill = tuple(rng.randrange(256) for _ in range(3))
    shape = rng.choice([draw.ellipse, draw.rectangle])
    if shape == draw.ellipse:
        grow = math.sqrt(4 / math.pi)
        wide, tall = wide * grow, tall * grow
    shape((x, y, x + wide, y + tall), fill=fill)
    draw.text((x + wide / 4, y + tall / 4), ":-)", (0, 0, 0), ImageFont.load_default(tall / 2.5))
    return jpeg(out)


def solve(matrix: list[list[float]], values: list[float]) -> list[float]:
    """Gauss-Jordan, so that the edits need Pillow only."""
    size = len(values)
    rows = [row[:] + [value] for row, value in zip(matrix, values, strict=True)]
    for i in range(size):
        pivot = max(range(i, size), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for k in range(size):
            if k != i:
                rows[k] = [a - rows[k][i] * b for a, b in zip(rows[k], rows[i], strict=True)]
    return [row[-1] for row in rows]


def warped(picture: Image.Image, corners: list[tuple[float, float]], colour: Colour) -> Image.Image:
    """The picture with its corners (from the upper left one clockwise) moved to ``corners``, in pixels."""
    w, h = picture.size
    matrix, values = [], []
    for (x, y), (u, v) in zip(corners, [(0, 0), (w, 0), (w, h), (0, h)], strict=True):
        matrix += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return picture.transform((w, h), Image.Transform.PERSPECTIVE, solve(matrix, values), Image.Resampling.BICUBIC, fillcolor=colour)


def perspective(inward: bool) -> Edit:
    """A photograph of a screen: corners moved by up to 8 %, inwards (surroundings seen) or outwards (parts lost)."""

    def edit(picture: Image.Image, rng: random.Random) -> bytes:
        w, h = picture.size
        sign = 1 if inward else -1
        corners = []
        for x, y in [(0, 0), (1, 0), (1, 1), (0, 1)]:
            dx, dy = (sign * rng.uniform(0, 0.08) for _ in range(2))
            corners.append(((x + (dx if x == 0 else -dx)) * w, (y + (dy if y == 0 else -dy)) * h))
        return jpeg(warped(picture, corners, rng.choice([(0, 0, 0), (30, 30, 34), (200, 200, 200)])))

    return edit


def perspective_mixed(picture: Image.Image, rng: random.Random) -> bytes:
    w, h = picture.size
    corners = [((x + rng.uniform(-0.08, 0.08)) * w, (y + rng.uniform(-0.08, 0.08)) * h) for x, y in [(0, 0), (1, 0), (1, 1), (0, 1)]]
    return jpeg(warped(picture, corners, (0, 0, 0)))


# ---- several pictures in one -------------------------------------------------------------------------------------


def collage(panels: int) -> Callable[[Image.Image, random.Random, list[Image.Image]], bytes]:
    """The picture as one of 2, 3 or 4 panels; the others are taken from ``others``."""

    def edit(picture: Image.Image, rng: random.Random, others: list[Image.Image]) -> bytes:
        gap = rng.choice([0, 4, 10])
        rows, columns = {2: rng.choice([(1, 2), (2, 1)]), 3: rng.choice([(1, 3), (3, 1)]), 4: (2, 2)}[panels]
        w, h = picture.size
        out = Image.new("RGB", (columns * w + (columns + 1) * gap, rows * h + (rows + 1) * gap), random_colour(rng))
        place = rng.randrange(panels)
        for panel in range(panels):
            shown = picture if panel == place else ImageOps.fit(rng.choice(others), (w, h))
            out.paste(shown, (gap + panel % columns * (w + gap), gap + panel // columns * (h + gap)))
        out.thumbnail((1200, 1200))
        return jpeg(out)

    return edit


def picture_in_picture(picture: Image.Image, rng: random.Random, others: list[Image.Image]) -> bytes:
    behind = ImageOps.fit(rng.choice(others), (900, rng.randrange(600, 900)))
    shown = picture.resize((300, max(1, round(picture.height * 300 / picture.width))))
    shown = shown.crop((0, 0, 300, min(shown.height, behind.height - 20)))
    behind.paste(shown, (rng.randrange(0, 600), rng.randrange(0, max(1, behind.height - shown.height))))
    return jpeg(behind)


TONE: dict[str, Edit] = {
    f.__name__: f
    for f in (recompressed, webp, avif, grey, brighter, saturated, contrast, gamma, blurred, sharpened, palette_gif, palette_png, cmyk, exif_turned)
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
WITH_OTHERS = {"collage_2": collage(2), "collage_3": collage(3), "collage_4": collage(4), "picture_in_picture": picture_in_picture}
