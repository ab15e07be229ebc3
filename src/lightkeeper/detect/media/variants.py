"""The forms of a picture that are hashed and looked up, and the efforts that choose among them.

Lists are fixed; so it is the query that is varied. Every variant undoes one thing that people do to a picture: it is
turned or mirrored (all variants, by sign changes of their coefficients), resized, put in surroundings, cropped, tilted,
photographed off a screen. ``docs/measurements.md`` has what each family costs and finds.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.matching.orientations import ALL_ORIENTATIONS
from lightkeeper.detect.media.mirrors import LATE, mirror_spectra
from lightkeeper.detect.media.panels import panels
from lightkeeper.detect.media.pdq import MINIMUM_QUALITY, qualities
from lightkeeper.detect.media.plane import Plane, plane_of
from lightkeeper.detect.media.quadrilateral import grounds_of, quadrilaterals
from lightkeeper.detect.media.rectangles import rectangles
from lightkeeper.detect.media.surroundings import LIKELIEST, content_boxes
from lightkeeper.detect.media.uncrop import WHOLE, Span, placement, uncropped
from lightkeeper.detect.media.warp import Quad, keystone, shape_step, sheared, tilted, warped

_Floats = NDArray[np.float32]
Missing = tuple[float, float]
"""What a copy lacks at the start and at the end of an axis, as shares of the listed side."""

Tilt = tuple[float, bool, float]
"""Degrees, whether only the full inner rectangle was kept, and by how much the listed frame is larger still."""

PLAIN_AND_MIRRORED = 0b0000_0011


@dataclass(frozen=True, slots=True)
class Effort:
    """Which variants are made.

    ``resampled``: whether the orientations are hashed from the plane, as a larger original would have been, or at once
    from the samples of the plain hash, and nothing else is made. ``crops``: pairs of what may be missing from the rows
    and from the columns. ``tilts``, and ``slants``: further quads in which the frame may lie. ``slanted``: whether
    corners are looked for; where they are empty, ``corner_tilts`` are tried as well. ``boxes`` and ``depth``: how many
    boxes of content are looked for, and how deep; ``box_crops`` and ``box_tilts``: what is tried on each.
    ``rectangles``: how many pictures within the picture are looked for; ``collages``: whether the panels of a collage
    are tried. ``orientations``: the mask (``matching.orientations``) in which crops and tilts are tried; everything
    else is tried in all eight. ``own_medians``: whether each mirror image of a crop, tilt or box is hashed, or its bits
    complemented.
    """

    resampled: bool = True
    crops: tuple[tuple[Missing, Missing], ...] = ()
    tilts: tuple[Tilt, ...] = ()
    corner_tilts: tuple[Tilt, ...] = ()
    slants: tuple[Quad, ...] = ()
    slanted: bool = False
    boxes: int = 0
    depth: int = 0
    box_crops: tuple[tuple[Missing, Missing], ...] = ()
    box_tilts: tuple[Tilt, ...] = ()
    rectangles: int = 0
    collages: bool = False
    orientations: int = ALL_ORIENTATIONS
    own_medians: bool = False


def _tilts(degrees: Iterable[float], *, inner: bool, scale: float = 1.0) -> tuple[Tilt, ...]:
    return tuple((sign * angle, inner, scale) for angle in degrees for sign in (1, -1))


def _slants(make: Callable[..., Quad]) -> tuple[Quad, ...]:
    return tuple(
        make(sign * 0.03, grow, sideways=way) for grow in (0.0, 0.04) for way in (False, True) for sign in (1, -1)
    )


def _all_round(*shares: float) -> tuple[tuple[Missing, Missing], ...]:
    return tuple(((share, share), (share, share)) for share in shares)


_NONE: Missing = (0.0, 0.0)
_ENDS: tuple[Missing, ...] = ((0.03, 0.0), (0.0, 0.03))
_BOTH: Missing = (0.025, 0.025)
_SLIGHT = (
    *_all_round(0.02),
    *itertools.product(_ENDS, _ENDS),  # two sides that meet
    *itertools.chain.from_iterable(((end, _NONE), (_NONE, end)) for end in (*_ENDS, _BOTH)),  # one side, two opposite
)
_STRONG: tuple[Missing, ...] = (
    *(_NONE, *_ENDS, _BOTH),
    *((0.07, 0.0), (0.0, 0.07), (0.06, 0.06), (0.12, 0.0), (0.0, 0.12)),
    *((0.09, 0.09), (0.12, 0.04), (0.04, 0.12), (0.12, 0.12)),
)

EFFORTS = {
    "quick": Effort(resampled=False),
    "standard": Effort(
        crops=_SLIGHT,
        corner_tilts=_tilts((2, 4), inner=False),
        slanted=True,
        boxes=6,
        depth=2,
        orientations=PLAIN_AND_MIRRORED,
    ),
    "thorough": Effort(
        crops=(*tuple(itertools.product(_STRONG, _STRONG))[1:], *_all_round(0.015, 0.02, 0.05, 0.075, 0.1)),
        tilts=(
            *_tilts((1.5, 2, 3, 4, 4.5, 6, 7.5), inner=False),
            *_tilts((2, 4, 6, 8), inner=True),
            *_tilts((2, 4, 6, 8), inner=True, scale=1.05),
        ),
        slants=_slants(keystone) + _slants(sheared),
        slanted=True,
        boxes=12,
        depth=2,
        box_crops=_all_round(0.012, 0.03),
        box_tilts=_tilts((2, 4), inner=False) + _tilts((2, 4), inner=True),
        rectangles=16,
        collages=True,
        own_medians=True,
    ),
}
"""The efforts by name, each wider than the one before."""

LISTING = "listing"


def _inner(start: float, end: float) -> Missing:
    """What a whole picture lacks (less than nothing) of a copy that was cropped by these shares of its side."""
    kept = 1 - start - end
    return -start / kept, -end / kept


_CUTS = tuple(_inner(*ends) for ends in itertools.product((0.0, 0.1, 0.2), repeat=2))

PLANS = {**EFFORTS, LISTING: Effort(crops=tuple(itertools.product(_CUTS, _CUTS))[1:], orientations=1)}
"""What the decoding process can be asked for: the efforts, and what a picture that we hold ourselves is listed with, so
that later crops are found: its own crops by 0, 10 and 20 % of each side."""


@dataclass(frozen=True, slots=True)
class Family:
    """Variants made in one way: ``names`` (n), ``spectra`` (n, 4 or 1, 16, 16), ``qualities`` (n).

    ``orientations`` is the mask in which the plain hash is compared; None where each mirror image has a spectrum.
    """

    kind: str
    names: Sequence[str]
    spectra: _Floats
    qualities: NDArray[np.int64]
    orientations: int | None = None


def families(luma: NDArray[np.uint8], samples: _Floats, quality: int, effort: Effort) -> Iterator[Family]:
    """All variants of a picture of shape (rows, columns), given the samples and the quality of its plain hash."""
    if not effort.resampled:
        spectra = mirror_spectra(samples[np.newaxis], mirrors=True, sampled=LATE)
        yield Family("turned", ["plain"], spectra, np.array([quality]))
        return
    plane = plane_of(luma)
    yield from _of_whole(plane, quality, effort)
    yield from _of_parts(luma, plane, effort)


def _of_whole(plane: Plane, quality: int, effort: Effort) -> Iterator[Family]:
    """The picture resized, and with crops and slants undone."""
    cells = plane.values()
    own = None if effort.own_medians else effort.orientations
    yield _placed(cells, quality, ((_NONE, _NONE),), ("resampled",), "resampled", None)
    if effort.crops:
        yield _placed(cells, quality, effort.crops, _uncrop_names(effort.crops), "uncropped", own)
    if effort.tilts:
        yield _straightened(plane, effort.tilts, "", own)
    if effort.slants:
        yield _warped(cells, effort.slants, ["slanted"] * len(effort.slants), "slanted", own)
    if effort.slanted:
        yield from _with_corners(plane, effort.corner_tilts, "", own)


def _of_parts(luma: NDArray[np.uint8], plane: Plane, effort: Effort) -> Iterator[Family]:
    """Pictures inside the picture: in surroundings, laid over another, in the panels of a collage."""
    orientations = None if effort.own_medians else ALL_ORIENTATIONS
    if effort.boxes:
        boxes = [inside for _, inside in content_boxes(luma, plane, depth=effort.depth, limit=effort.boxes)]
        yield from _of_boxes(boxes, effort, orientations)
    if effort.rectangles:
        insets = [plane_of(luma, box) for box in rectangles(luma, plane, limit=effort.rectangles)]
        yield from _of_planes(insets, "inset", orientations)
    if effort.collages:
        yield from _of_planes(panels(luma), "panel", orientations)


def _of_planes(planes: Sequence[Plane], kind: str, orientations: int | None) -> Iterator[Family]:
    """A family of the planes as they are, if there are any."""
    if planes:
        samples = np.stack([placement(WHOLE) @ plane.values() @ placement(WHOLE).T for plane in planes])
        yield _sampled(samples.astype(np.float32), [kind] * len(planes), kind, orientations)


def _of_boxes(planes: Sequence[Plane], effort: Effort, orientations: int | None) -> Iterator[Family]:
    for boxes in _of_planes(planes, "boxed", orientations):
        yield boxes
        for number, plane in enumerate(planes):
            if effort.box_crops:
                names = [f"boxed, {name}" for name in _uncrop_names(effort.box_crops)]
                quality = int(boxes.qualities[number])
                yield _placed(plane.values(), quality, effort.box_crops, names, "boxed, uncropped", orientations)
            if effort.box_tilts:
                yield _straightened(plane, effort.box_tilts, "boxed, ", orientations)
            if effort.slanted and number < LIKELIEST:
                yield from _with_corners(plane, (), "boxed, ", orientations)


def _placed(
    cells: _Floats,
    quality: int,
    crops: Sequence[tuple[Missing, Missing]],
    names: Sequence[str],
    kind: str,
    orientations: int | None,
) -> Family:
    # What is continued past the edge has no structure across it, and keeps the structure along it: at least the
    # covered share of the steps between samples is left.
    left = [int(quality * min(1 - sum(rows), 1 - sum(columns))) for rows, columns in crops]
    return Family(
        kind,
        names,
        uncropped(cells, _spans(crops), mirrors=orientations is None),
        np.array(left, np.int64),
        orientations,
    )


@functools.lru_cache(maxsize=16)
def _spans(crops: Sequence[tuple[Missing, Missing]]) -> tuple[tuple[Span, Span], ...]:
    return tuple(((top, 1 - bottom), (left, 1 - right)) for (top, bottom), (left, right) in crops)


def _straightened(plane: Plane, tilts: Sequence[Tilt], prefix: str, orientations: int | None) -> Family:
    aspect = shape_step(plane.aspect)
    quads = [tilted(degrees, aspect, scale, inner=inner) for degrees, inner, scale in tilts]
    names = [f"{prefix}straightened {degrees:g}" + (" inside" if inner else "") for degrees, inner, _ in tilts]
    return _warped(plane.values(), quads, names, f"{prefix}straightened", orientations)


def _with_corners(
    plane: Plane, corner_tilts: Sequence[Tilt], prefix: str, orientations: int | None
) -> Iterator[Family]:
    """What the corners show; and all tilts that leave corners empty, for a side too dark to be found."""
    grounds = grounds_of(plane.cells)
    if not grounds:
        return
    quads = quadrilaterals(plane.cells, grounds, plane.aspect)
    if quads:
        kind = f"{prefix}corners found"
        yield _warped(plane.values(), quads, [kind] * len(quads), kind, orientations)
    if corner_tilts:
        yield _straightened(plane, corner_tilts, prefix, orientations)


def _warped(cells: _Floats, quads: Sequence[Quad], names: Sequence[str], kind: str, orientations: int | None) -> Family:
    return _sampled(warped(cells, quads), names, kind, orientations)


def _sampled(samples: _Floats, names: Sequence[str], kind: str, orientations: int | None) -> Family:
    spectra = mirror_spectra(samples, mirrors=orientations is None)
    return Family(kind, names, spectra, qualities(samples), orientations)


@functools.lru_cache(maxsize=16)
def _uncrop_names(crops: Sequence[tuple[Missing, Missing]]) -> tuple[str, ...]:
    """What was put back at the left, top, right and bottom, in percent."""
    return tuple(
        "uncropped " + " ".join(f"{100 * share:g}" for share in (columns[0], rows[0], columns[1], rows[1]))
        for rows, columns in crops
    )


def matchable(family: Family) -> Family:
    """Only the variants with enough structure for their hash to mean anything."""
    good = family.qualities >= MINIMUM_QUALITY
    if good.all():
        return family
    names = [name for name, keep in zip(family.names, good, strict=True) if keep]
    return replace(family, names=names, spectra=family.spectra[good], qualities=family.qualities[good])
