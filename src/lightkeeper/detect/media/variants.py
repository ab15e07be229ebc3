"""The forms of a picture that are hashed and looked up, and the efforts that choose among them.

Lists are fixed; so it is the query that is varied. Every variant undoes one thing that people do to a picture: it is
turned or mirrored (all variants, by sign changes of their coefficients), resized, put in surroundings, cropped, tilted,
photographed off a screen. ``docs/measurements.md`` has what each family costs and finds.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.media.mirrors import mirror_spectra
from lightkeeper.detect.media.pdq import MINIMUM_QUALITY, qualities
from lightkeeper.detect.media.plane import Plane, plane_of
from lightkeeper.detect.media.quadrilateral import quadrilaterals
from lightkeeper.detect.media.surroundings import LIKELIEST, content_boxes
from lightkeeper.detect.media.uncrop import WHOLE, Span, placement, uncropped
from lightkeeper.detect.media.warp import Quad, keystone, shape_step, sheared, tilted, warped

_Floats = NDArray[np.float32]
Missing = tuple[float, float]
"""What a copy lacks at the start and at the end of an axis, as shares of the listed side."""


@dataclass(frozen=True, slots=True)
class Effort:
    """Which variants are made.

    ``missing``: per axis, what may have been cropped; all combinations of both axes are tried. ``all_round``: further
    crops of all four sides alike. ``tilts``: (degrees, inner, scale). ``slants``: further quads that the frame may
    have. ``boxes`` and ``depth``: how many boxes of content are looked for, and how deep; ``box_missing`` and
    ``box_tilts``: what is tried on each.
    """

    missing: tuple[Missing, ...] = ((0.0, 0.0),)
    all_round: tuple[float, ...] = ()
    tilts: tuple[tuple[float, bool, float], ...] = ()
    slants: tuple[Quad, ...] = ()
    slanted: bool = False
    boxes: int = 0
    depth: int = 0
    box_missing: tuple[Missing, ...] = ((0.0, 0.0),)
    box_tilts: tuple[tuple[float, bool, float], ...] = ()


def _tilts(degrees: Iterable[float], *, inner: bool, scale: float = 1.0) -> tuple[tuple[float, bool, float], ...]:
    return tuple((sign * angle, inner, scale) for angle in degrees for sign in (1, -1))


def _slants(make: Callable[..., Quad]) -> tuple[Quad, ...]:
    return tuple(
        make(sign * 0.03, grow, sideways=way) for grow in (0.0, 0.04) for way in (False, True) for sign in (1, -1)
    )


EFFORTS = {
    "quick": Effort(boxes=2, depth=1),
    "standard": Effort(
        missing=((0.0, 0.0), (0.03, 0.0), (0.0, 0.03), (0.025, 0.025)),
        tilts=_tilts((2, 4), inner=False) + _tilts((2, 4), inner=True),
        slanted=True,
        boxes=8,
        depth=2,
    ),
    "thorough": Effort(
        missing=(
            *((0.0, 0.0), (0.03, 0.0), (0.0, 0.03), (0.025, 0.025)),
            *((0.07, 0.0), (0.0, 0.07), (0.06, 0.06), (0.12, 0.0), (0.0, 0.12)),
            *((0.09, 0.09), (0.12, 0.04), (0.04, 0.12), (0.12, 0.12)),
        ),
        all_round=(0.015, 0.05, 0.075, 0.1),
        tilts=(
            *_tilts((1.5, 3, 4.5, 6, 7.5), inner=False),
            *_tilts((2, 4, 6, 8), inner=True),
            *_tilts((2, 4, 6, 8), inner=True, scale=1.05),
        ),
        slants=_slants(keystone) + _slants(sheared),
        slanted=True,
        boxes=12,
        depth=2,
        box_missing=((0.0, 0.0), (0.012, 0.012), (0.03, 0.03)),
        box_tilts=_tilts((2, 4), inner=False) + _tilts((2, 4), inner=True),
    ),
}
"""The efforts by name, each wider than the one before."""


@dataclass(frozen=True, slots=True)
class Family:
    """Variants made in one way: ``names`` (n), ``spectra`` for each mirror (n, 4, 16, 16), ``qualities`` (n)."""

    kind: str
    names: list[str]
    spectra: _Floats
    qualities: NDArray[np.int64]


def families(luma: NDArray[np.uint8], quality: int, effort: Effort) -> Iterator[Family]:
    """All variants of a picture of shape (rows, columns) whose own PDQ quality is known, but for its orientations."""
    plane = plane_of(luma)
    yield from _of_plane(plane, quality, effort.missing, effort.all_round, effort.tilts, effort.slants, "")
    if effort.slanted:
        yield from _straightened(plane, "")
    boxes = content_boxes(luma, plane, depth=effort.depth, limit=effort.boxes) if effort.boxes else []
    for number, (_, inside) in enumerate(boxes):
        samples = np.asarray(placement(WHOLE) @ inside.values() @ placement(WHOLE).T, np.float32)
        yield from _of_plane(
            inside, int(qualities(samples[np.newaxis])[0]), effort.box_missing, (), effort.box_tilts, (), "boxed"
        )
        if effort.slanted and number < LIKELIEST:
            yield from _straightened(inside, "boxed")


def _of_plane(
    plane: Plane,
    quality: int,
    missing: tuple[Missing, ...],
    all_round: tuple[float, ...],
    tilts: tuple[tuple[float, bool, float], ...],
    slants: tuple[Quad, ...],
    prefix: str,
) -> Iterator[Family]:
    cells = plane.values()
    pairs = list(itertools.product(missing, missing))
    spectra = uncropped(cells, _spans(missing), _spans(missing))
    for share in all_round:
        pairs.append(((share, share), (share, share)))
        spectra = np.concatenate([spectra, uncropped(cells, _spans([pairs[-1][0]]), _spans([pairs[-1][0]]))])
    # What is continued past the edge has no structure across it, and keeps the structure along it: at least the
    # covered share of the steps between samples is left.
    left = [quality * min(1 - sum(rows), 1 - sum(columns)) for rows, columns in pairs]
    names = [_joined(prefix, _uncrop_name(rows, columns)) for rows, columns in pairs]
    names[0] = prefix or "resampled"
    yield Family("boxed" if prefix else "resampled", names[:1], spectra[:1], np.array(left[:1], np.int64))
    yield Family(_joined(prefix, "uncropped"), names[1:], spectra[1:], np.array(left[1:], np.int64))
    aspect = shape_step(plane.aspect)
    if tilts:
        quads = [tilted(degrees, aspect, scale, inner=inner) for degrees, inner, scale in tilts]
        names = [f"straightened {degrees:g}" + (" inside" if inner else "") for degrees, inner, _ in tilts]
        yield _warped(cells, quads, [_joined(prefix, name) for name in names], _joined(prefix, "straightened"))
    if slants:
        yield _warped(cells, list(slants), [_joined(prefix, "slanted")] * len(slants), _joined(prefix, "slanted"))


def _straightened(plane: Plane, prefix: str) -> Iterator[Family]:
    quads = quadrilaterals(plane.cells, plane.aspect)
    if quads:
        name = _joined(prefix, "corners found")
        yield _warped(plane.values(), quads, [name] * len(quads), name)


def _warped(cells: _Floats, quads: list[Quad], names: list[str], kind: str) -> Family:
    samples = warped(cells, quads)
    return Family(kind, names, mirror_spectra(samples), qualities(samples))


def _spans(missing: Iterable[Missing]) -> list[Span]:
    return [(start, 1 - end) for start, end in missing]


def _uncrop_name(rows: Missing, columns: Missing) -> str:
    """Left, top, right and bottom in percent."""
    return "uncropped " + " ".join(f"{100 * share:g}" for share in (columns[0], rows[0], columns[1], rows[1]))


def _joined(prefix: str, name: str) -> str:
    return f"{prefix}, {name}" if prefix else name


def matchable(family: Family) -> Family:
    """Only the variants with enough structure for their hash to mean anything."""
    good = family.qualities >= MINIMUM_QUALITY
    if good.all():
        return family
    names = [name for name, keep in zip(family.names, good, strict=True) if keep]
    return Family(family.kind, names, family.spectra[good], family.qualities[good])
