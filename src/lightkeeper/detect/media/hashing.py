"""From decoded frames to the hashes that are looked up, and their way from the decoding process to the parent.

The parent does not trust what comes back: a file may have subverted the process that decoded it. `read_hashes` takes
only numbers, hexadecimal digits and names of a harmless alphabet, all bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.media.frames import Frame
from lightkeeper.detect.media.mirrors import MASKS, MIRRORS, mirror_hashes, plain_hashes
from lightkeeper.detect.media.pdq import HASHER, MINIMUM_QUALITY, Pdq, of_samples, sample
from lightkeeper.detect.media.variants import PLANS, Family, families, matchable

MAXIMUM_FRAMES = 256
MAXIMUM_QUERIES = 1 << 14
_NAME = re.compile(r"[a-z0-9 ,.-]{1,60}")


@dataclass(frozen=True, slots=True)
class Queries:
    """All that is looked up for one frame.

    ``values`` are PDQ hashes (n, 32), each in the orientation of the picture as it is; ``orientations`` (n) are masks
    of the orientations in which each is to be compared (bit 0 plain; see ``matching.orientations``); ``names`` (n)
    say which variant each is. The first is the plain hash, which lists exchange, unless its quality is too low.
    """

    number: int
    plain: Pdq
    values: NDArray[np.uint8]
    orientations: NDArray[np.uint8]
    names: tuple[str, ...]


def queries(frame: Frame, effort: str) -> Queries:
    """Hash a frame and its variants. Nothing of quality below 50 is to be matched, so ``values`` may be empty."""
    samples = sample(frame)
    plain = of_samples(samples)
    values: list[NDArray[np.uint8]] = []
    masks: list[NDArray[np.uint8]] = []
    names: list[str] = []
    if plain.quality >= MINIMUM_QUALITY:
        values.append(np.frombuffer(plain.value, np.uint8)[np.newaxis])
        masks.append(np.ones(1, np.uint8))
        names.append("plain")
    for family in families(frame.luma, samples, plain.quality, PLANS[effort]):
        made = from_family(matchable(family))
        values.append(made[0])
        masks.append(made[1])
        names += made[2]
    return Queries(
        frame.number,
        plain,
        np.concatenate([np.empty((0, 32), np.uint8), *values]),
        np.concatenate([np.empty(0, np.uint8), *masks]),
        tuple(names),
    )


def from_family(family: Family) -> tuple[NDArray[np.uint8], NDArray[np.uint8], list[str]]:
    """Hashes, orientation masks and names of a family of variants."""
    if family.orientations is None:
        names = [name for name in family.names for _ in range(MIRRORS)]
        return mirror_hashes(family.spectra), np.tile(MASKS, len(family.names)), names
    return plain_hashes(family.spectra), np.full(len(family.names), family.orientations, np.uint8), list(family.names)


def hash_frames(frames: Iterable[Frame], effort: str) -> dict[str, object]:
    """What the decoding process answers: the queries of each frame, as JSON can carry them."""
    return {"hasher": HASHER, "frames": [_to_json(queries(frame, effort)) for frame in frames]}


def _to_json(made: Queries) -> dict[str, object]:
    return {
        "number": made.number,
        "pdq": made.plain.hex(),
        "quality": made.plain.quality,
        "names": made.names,
        "values": made.values.tobytes().hex(),
        "orientations": made.orientations.tobytes().hex(),
    }


def read_hashes(answer: dict[str, object]) -> list[Queries]:
    """The queries in an answer of the decoding process. Raises ``ValueError`` for anything but what it should be."""
    frames = answer.get("frames")
    if not isinstance(frames, list) or len(frames) > MAXIMUM_FRAMES or answer.get("hasher") != HASHER:
        raise ValueError("not an answer of this hasher")
    return [_from_json(frame) for frame in frames]


def _from_json(frame: object) -> Queries:
    if not isinstance(frame, dict):
        raise ValueError("a frame must be an object")
    names, number, quality = frame.get("names"), frame.get("number"), frame.get("quality")
    if not isinstance(names, list) or len(names) > MAXIMUM_QUERIES:
        raise ValueError("names must be a list")
    if not all(isinstance(name, str) and _NAME.fullmatch(name) for name in names):
        raise ValueError("a variant has a strange name")
    if type(number) is not int or type(quality) is not int or number < 0 or not 0 <= quality <= 100:
        raise ValueError("a frame's number or quality is out of range")
    plain = _bytes(frame.get("pdq"), 32)
    values = np.frombuffer(_bytes(frame.get("values"), 32 * len(names)), np.uint8).reshape(-1, 32)
    masks = np.frombuffer(_bytes(frame.get("orientations"), len(names)), np.uint8)
    return Queries(number, Pdq(plain, quality), values, masks, tuple(names))


def _bytes(digits: object, length: int) -> bytes:
    if not isinstance(digits, str) or len(digits) != 2 * length:
        raise ValueError("hexadecimal digits of another length were expected")
    value = bytes.fromhex(digits)
    if len(value) != length:  # fromhex skips blanks
        raise ValueError("hexadecimal digits with blanks among them")
    return value
