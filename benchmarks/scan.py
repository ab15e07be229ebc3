"""A whole scan of a picture against a million entries on one core, beside the peer's plain hash and look-up.

Ours goes the whole way of the command line: digests, the locked-in decoding process, all variants, the look-up. Both
programs are held to one core and take turns, picture by picture. Then what each family of variants costs at standard
effort, and what it finds among edited copies: copies found by it, and found by no other family.
"""

from __future__ import annotations

import collections
import os
import random
import statistics
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks import edits
from benchmarks.distances import as_words, in_all_orientations, nearest
from benchmarks.peer import Peer
from benchmarks.pictures import frame, photographs
from lightkeeper.demo import drawings
from lightkeeper.demo.edits import as_jpeg, as_png
from lightkeeper.detect import MATCH_RADIUS, Catalog, PdqIndex, Scanner
from lightkeeper.detect.matching.digests import DigestTable
from lightkeeper.detect.media.hashing import from_family, queries
from lightkeeper.detect.media.pdq import of_samples, pdq, sample
from lightkeeper.detect.media.variants import EFFORTS, families, matchable

ENTRIES = 1_000_000
ROUNDS = 3


def _entries() -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 256, (ENTRIES, 32), dtype=np.uint8)


def _speed(
    name: str, pictures: list[bytes], efforts: Sequence[str], values: NDArray[np.uint8], index: PdqIndex
) -> None:
    catalog = Catalog([], [], index, DigestTable())
    times: dict[str, list[float]] = collections.defaultdict(list)
    with Peer() as peer:
        peer.build(values.tobytes())
        scanners = {effort: Scanner([catalog], effort=effort, workers=1) for effort in efforts}
        for number in range(ROUNDS + 1):
            for data in pictures:
                costs = {"peer": peer.scan(data)["wall"]}
                for effort, scanner in scanners.items():
                    if effort == "thorough" and number != 1:
                        continue
                    started = time.perf_counter()
                    scanner.scan_bytes(data)
                    costs[effort] = time.perf_counter() - started
                for scan, cost in costs.items():
                    if number:  # the first round warms
                        times[scan].append(cost * 1000)
        for scanner in scanners.values():
            scanner.close()
    print(f"\n{len(pictures)} {name}, {ENTRIES:,} entries, one core\n")
    print("| scan | median, ms | mean, ms | median, peer / ours | mean, peer / ours |")
    print("|---|---|---|---|---|")
    for scan, found in times.items():
        median, mean = statistics.median(found), statistics.mean(found)
        ratios = f"{statistics.median(times['peer']) / median:.2f} | {statistics.mean(times['peer']) / mean:.2f}"
        print(f"| {scan} | {median:.2f} | {mean:.2f} | {ratios} |")


def _families(pictures: list[Image.Image], index: PdqIndex) -> None:
    """Print the cost of each family on the pictures as they are, and its finds on edited copies."""
    effort = EFFORTS["standard"]
    making: dict[str, float] = collections.defaultdict(float)
    searching: dict[str, float] = collections.defaultdict(float)
    count: dict[str, int] = collections.defaultdict(int)
    for picture in pictures:
        decoded = frame(as_jpeg(picture, 90))
        samples = sample(decoded)
        quality = of_samples(samples).quality
        before = time.process_time()
        for family in families(decoded.luma, samples, quality, effort):
            values, masks, _ = from_family(matchable(family))
            now = time.process_time()
            making[family.kind] += now - before
            count[family.kind] += len(family.names)
            index.search(values, orientations=masks, radius=MATCH_RADIUS)
            before = time.process_time()
            searching[family.kind] += before - now
    found, alone, copies = _finds(pictures)
    number = len(pictures)
    print("\n| family | variants a picture | making, CPU ms | search, CPU ms | finds | finds alone |")
    print("|---|---|---|---|---|---|")
    for kind in making:
        print(f"| {kind} | {count[kind] / number:.1f} | {1000 * making[kind] / number:.2f} "
              f"| {1000 * searching[kind] / number:.2f} | {found[kind]} | {alone[kind]} |")  # fmt: skip
    print(f"\n{copies} edited copies of {number} pictures; 'plain' finds {found['plain']}, alone {alone['plain']}")


def _finds(pictures: list[Image.Image]) -> tuple[collections.Counter[str], collections.Counter[str], int]:
    found: collections.Counter[str] = collections.Counter()
    alone: collections.Counter[str] = collections.Counter()
    copies = 0
    for number, picture in enumerate(pictures):
        entry = as_words(np.frombuffer(pdq(frame(as_png(picture))).value, np.uint8)[np.newaxis])
        for kind, edit in edits.EDITS.items():
            made = queries(frame(edit(picture, random.Random(f"{kind} {number}"))), "standard")
            words, of_query = in_all_orientations(made)
            finders = set()
            for query, word in zip(of_query, words, strict=True):
                distance, _ = nearest(word[np.newaxis], entry, np.zeros(257, np.int64))
                if distance[0] <= MATCH_RADIUS:
                    finders.add(_family(made.names[query]))
            copies += 1
            found.update(finders)
            if len(finders) == 1:
                alone.update(finders)
    return found, alone, copies


def _family(name: str) -> str:
    """The family that a variant of this name is of."""
    return ", ".join(part.removesuffix(" inside").rstrip("0123456789. -") for part in name.split(", "))


def main() -> None:
    """Measure and print the tables."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    pictures = photographs()
    values = _entries()
    index = PdqIndex.build(values)
    _speed("pictures as they are", [as_jpeg(picture, 90) for picture in pictures], tuple(EFFORTS), values, index)
    large = [as_jpeg(drawings.drawing(number, (1600, 1200)), 90) for number in range(12)]
    _speed("drawings of 1600 x 1200", large, ("quick", "standard"), values, index)
    _families(pictures, index)


if __name__ == "__main__":
    main()
