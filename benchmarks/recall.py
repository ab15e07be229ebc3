"""Recall by kind of edit: each photograph is listed, an edited copy of it is looked up among all of them.

Printed for each kind: what the peer finds, what standard effort finds as a match, what thorough effort finds as a match
and as a match or possible one, each with counts, and the family of variants that found most. Every other photograph is
a stranger to the copy; the closest one's distance is printed last.
"""

from __future__ import annotations

import collections
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks import edits
from benchmarks.distances import as_words, in_all_orientations, nearest
from benchmarks.peer import Peer
from benchmarks.pictures import frame, photographs
from lightkeeper.demo.edits import as_png
from lightkeeper.detect import MATCH_RADIUS, POSSIBLE_RADIUS
from lightkeeper.detect.media.hashing import queries
from lightkeeper.detect.media.pdq import pdq

EFFORTS = ("quick", "standard", "thorough")


@dataclass(frozen=True, slots=True)
class Looked:
    """One edited copy looked up: by effort the distance to its own entry, that family, and the closest stranger's."""

    kind: str
    copy: bytes
    own: dict[str, int]
    family: dict[str, str]
    stranger: int


_photographs: list[Image.Image] = []
_entries: NDArray[np.uint64] = np.empty((0, 4), np.uint64)


def _prepare() -> None:
    """In each process: the photographs and their hashes."""
    global _entries
    _photographs[:] = photographs()
    values = [np.frombuffer(pdq(frame(as_png(picture))).value, np.uint8) for picture in _photographs]
    _entries = as_words(np.stack(values))


def _look(job: tuple[str, int]) -> Looked:
    kind, number = job
    rng = random.Random(f"{kind} {number}")
    if kind in edits.EDITS:
        copy = edits.EDITS[kind](_photographs[number], rng)
    else:
        others = [picture for other, picture in enumerate(_photographs) if other != number]
        copy = edits.WITH_OTHERS[kind](_photographs[number], rng, others)
    own: dict[str, int] = {}
    family: dict[str, str] = {}
    stranger = 256
    decoded = frame(copy)
    for effort in EFFORTS:
        made = queries(decoded, effort)
        words, of_query = in_all_orientations(made)
        distances, by = nearest(words, _entries, np.zeros(257, np.int64))
        own[effort] = int(distances[number])
        family[effort] = made.names[of_query[by[number]]].rstrip("0123456789. -") if len(words) else ""
        if kind in edits.EDITS:  # a collage holds other photographs, which are no strangers
            stranger = min(stranger, int(np.delete(distances, number).min()))
    return Looked(kind, copy, own, family, stranger)


def _rows(looked: list[Looked], entries: list[str], found_by_peer: list[bool]) -> Iterator[str]:
    by_kind: dict[str, list[int]] = collections.defaultdict(list)
    for place, one in enumerate(looked):
        by_kind[one.kind].append(place)
    for kind, places in by_kind.items():
        own = {effort: np.array([looked[place].own[effort] for place in places]) for effort in EFFORTS}
        counts = [
            sum(found_by_peer[place] for place in places),
            *(int((own[effort] <= MATCH_RADIUS).sum()) for effort in EFFORTS),
            int((own["thorough"] <= POSSIBLE_RADIUS).sum()),
        ]
        families = collections.Counter(
            looked[place].family["thorough"] for place in places if looked[place].own["thorough"] <= POSSIBLE_RADIUS
        )
        shares = " | ".join(f"{100 * count / len(places):5.1f} ({count})" for count in counts)
        yield f"| {kind} | {len(places)} | {shares} | {families.most_common(1)[0][0] if families else ''} |"


def main() -> None:
    """Measure and print a table."""
    _prepare()
    kinds = [*edits.EDITS, *edits.WITH_OTHERS]
    jobs = [(kind, number) for kind in kinds for number in range(len(_photographs))]
    with ProcessPoolExecutor(2, initializer=_prepare) as pool:
        looked = list(pool.map(_look, jobs, chunksize=16))
    entries = [bytes(words.view(np.uint8)).hex() for words in _entries]
    with Peer() as peer:
        hashes = [peer.hash(one.copy)["hash"] for one in looked]
    found = [
        bool(value) and (int(value, 16) ^ int(entries[number], 16)).bit_count() <= MATCH_RADIUS
        for value, (_, number) in zip(hashes, jobs, strict=True)
    ]
    print(f"{len(_photographs)} pictures; found, in percent (count); possible is {POSSIBLE_RADIUS} bits\n")
    print("| kind | copies | peer | quick | standard | thorough | thorough, possible | found by |")
    print("|---|---|---|---|---|---|---|---|")
    for row in _rows(looked, entries, found):
        print(row)
    strangers = [one.stranger for one in looked]
    print(f"\nclosest stranger: {min(strangers)} bits; strangers within {POSSIBLE_RADIUS}: "
          f"{sum(distance <= POSSIBLE_RADIUS for distance in strangers)} of {len(strangers)} scans")  # fmt: skip


if __name__ == "__main__":
    main()
