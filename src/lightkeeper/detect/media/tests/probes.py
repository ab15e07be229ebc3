"""Workers for tests: the production loop around functions that misbehave when the picture's width says so."""

from __future__ import annotations

from collections.abc import Iterable

from lightkeeper.detect.media import worker
from lightkeeper.detect.media.frames import Frame


def plain() -> None:
    """A worker whose hasher only describes what it gets."""
    worker.run(lambda: describe)


def describe(frames: Iterable[Frame], effort: str) -> dict[str, object]:
    """Number, size, scale and mean luma of each frame."""
    return {
        "effort": effort,
        "frames": [[f.number, f.width, f.height, f.reduced, round(float(f.luma.mean()), 2)] for f in frames],
    }
