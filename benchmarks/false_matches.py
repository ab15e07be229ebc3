"""False matches: how near the hashes of different pictures come, and how far one may search.

All pictures are strangers to one another. For each the thorough queries are compared with the plain hashes of the
photographs and drawings, since lists hold pictures, and apart from that with those of its own kind: drawn pages and
screens share their layout, and do come near each other. The lower tail of the distances is fitted: the logarithm of
the chance of a distance d as a quadratic in d (a normal distribution's tail with its own mean and width), by Poisson
regression on the counts at and below a limit. Comparisons of one picture are not independent, so the bound comes from
fits to 200 resamples of the pictures.

A picture has q queries and a list a million entries, so the chance of a false alarm for a picture is at most
q x 1,000,000 x the chance for a comparison; the largest radius at which the upper 95 % bound of that is at most
1 in 10,000 is printed for each kind of picture.
"""

from __future__ import annotations

import io
import itertools
import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.distances import as_words, in_all_orientations, nearest
from benchmarks.pictures import frame, photographs
from lightkeeper.demo import drawings
from lightkeeper.detect.media.hashing import queries

LIST = 1_000_000
ALARMS = 1e-4
TAIL = 104
"""Distances up to here are fitted; the middle of the distribution is at 128."""

LISTED = ("photographs", "drawings")
RESAMPLES = 200
EFFORT = "thorough"


def _hashed(data: bytes) -> tuple[bytes, NDArray[np.uint64]]:
    made = queries(frame(data), EFFORT)
    return made.plain.value if made.plain.quality >= 50 else b"", in_all_orientations(made)[0]


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _kinds() -> Iterable[tuple[str, list[Image.Image]]]:
    number = int(os.environ.get("LIGHTKEEPER_DRAWINGS", "150"))
    yield "photographs", photographs()
    yield "drawings", [drawings.drawing(n + 1000) for n in range(number)]
    yield "screenshot-like", [drawings.screenshot(n) for n in range(number)]
    yield "text", [drawings.text(n) for n in range(number)]
    yield "flat", [drawings.flat(n) for n in range(number // 3)]


def _fit(counts: NDArray[np.float64], total: float) -> NDArray[np.float64]:
    """Coefficients of log(chance) = a + b x + c x^2, x = (d - 104) / 10, for counts of distances up to the limit."""
    x = (np.arange(len(counts)) - TAIL) / 10
    design = np.stack([np.ones_like(x), x, x * x], axis=1)[::2]
    y = counts[::2]  # distances of two hashes with 128 bits set each are even
    keep = slice(int(np.argmax(y > 0)), None)
    weights = np.array([np.log(max(y[-1], 1) / total), 2.0, -0.5])
    for _ in range(60):
        mean = total * np.exp(np.clip(design[keep] @ weights, -60, 0))
        gradient = design[keep].T @ (y[keep] - mean)
        curvature = design[keep].T @ (design[keep] * mean[:, None]) + np.diag([0, 0, 1e-9])
        step = np.linalg.solve(curvature, gradient)
        weights = weights + np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-8:
            break
    return weights


def _chance(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The chance of a distance of at most r, for r = 0 to 63."""
    x = (np.arange(0, 64) - TAIL) / 10
    logs = weights[0] + weights[1] * x + weights[2] * x * x
    if weights[2] > 0:  # a tail that turns up again is no tail: hold the slope instead
        logs = weights[0] + weights[1] * x
    return np.cumsum(np.exp(logs) * (np.arange(64) % 2 == 0))


def _report(name: str, histograms: NDArray[np.int64], per_picture: float) -> int:
    """Print one row; returns the radius."""
    comparisons = int(histograms.sum())
    seen = np.flatnonzero(histograms.sum(axis=0))
    closest = int(seen[0]) if len(seen) else 256
    rng = np.random.default_rng(1)
    bounds = []
    for _ in range(RESAMPLES):
        sample = histograms[rng.integers(0, len(histograms), len(histograms))]
        counts = sample[:, : TAIL + 1].sum(axis=0).astype(float)
        bounds.append(_chance(_fit(counts, float(sample.sum()))))
    upper = np.quantile(np.stack(bounds), 0.95, axis=0) * per_picture * LIST
    radius = int(np.flatnonzero(upper <= ALARMS)[-1]) if (upper <= ALARMS).any() else -1
    within = [int(histograms[:, : r + 1].sum()) for r in (31, 52)]
    print(f"| {name} | {len(histograms)} | {comparisons:,} | {per_picture:,.0f} | {closest} "
          f"| {within[0]} / {within[1]} | {upper[31]:.1e} | {upper[52]:.1e} | {radius} |")  # fmt: skip
    return radius


def main() -> None:
    """Measure and print a table."""
    kinds = list(_kinds())
    pictures = [_png(picture) for _, made in kinds for picture in made]
    with ProcessPoolExecutor(2) as pool:
        hashed = list(pool.map(_hashed, pictures, chunksize=8))
    ends = list(itertools.accumulate(len(made) for _, made in kinds))
    kind_of = np.repeat(np.arange(len(kinds)), [len(made) for _, made in kinds])
    names = np.array([name for name, _ in kinds])
    print(f"{EFFORT} queries; false alarms per picture against {LIST:,} entries, upper 95 % bound\n")
    print("| pictures | against | number | comparisons | queries each | closest | within 31 / 52 "
          "| bound at 31 | at 52 | radius |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|---|")
    listed = np.isin(kind_of, np.flatnonzero(np.isin(names, LISTED)))
    rows = [(name, slice(end - len(made), end)) for (name, made), end in zip(kinds, ends, strict=True)]
    rows.append(("all", slice(0, len(hashed))))
    _row(LISTED[0], LISTED[0], hashed, rows[0][1], kind_of == 0)
    for name, part in rows:
        _row(name, " and ".join(LISTED), hashed, part, listed)
    for name, part in rows[:-1]:
        if name not in LISTED:
            _row(name, "their own kind", hashed, part, kind_of == kind_of[part.start])


def _row(
    name: str, against: str, hashed: list[tuple[bytes, NDArray[np.uint64]]], part: slice, listed: NDArray[np.bool_]
) -> None:
    """Compare some of the pictures with those that are listed, but for themselves, and print a row."""
    known = [number for number, (value, _) in enumerate(hashed) if value and listed[number]]
    entries = as_words(np.frombuffer(b"".join(hashed[number][0] for number in known), np.uint8).reshape(-1, 32))
    histograms = []
    for number in range(*part.indices(len(hashed))):
        words = hashed[number][1]
        others = np.ascontiguousarray(entries[[place for place, entry in enumerate(known) if entry != number]])
        if len(words) and len(others):
            histogram = np.zeros(257, np.int64)
            nearest(words, others, histogram)
            histograms.append((histogram, len(words)))
    if not histograms:
        print(f"| {name} | {against} | {part.stop - part.start} | 0: none of quality 50 |")
        return
    counts, numbers = zip(*histograms, strict=True)
    _report(f"{name} | {against}", np.stack(counts), float(np.mean(numbers)))


if __name__ == "__main__":
    main()
