"""Exact search at one million and ten million entries, beside ``threatexchange``'s PDQIndex.

Ours and the peer's queries take turns, so that a busy machine slows both; figures are medians.
All values are random numbers.
"""

from __future__ import annotations

import contextlib
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.peer import Peer
from lightkeeper.detect.matching import ALL_ORIENTATIONS, PdqIndex
from lightkeeper.detect.matching.orientations import bits_of, values_of


def flipped(values: NDArray[np.uint8], counts: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.uint8]:
    """Give the values with some random bits changed each."""
    bits = bits_of(values).reshape(-1, 256).copy()
    for row, count in zip(bits, counts, strict=True):
        row[random.choice(256, count, replace=False)] ^= 1
    return values_of(bits)


def picture(bases: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Draw the bases of one picture: four centres, each base 5 to 60 bits from one of them."""
    centres = random.integers(0, 256, (4, 32), dtype=np.uint8)
    return flipped(centres[random.integers(0, 4, bases)], random.integers(5, 61, bases), random)


def timed(work: Callable[[], object]) -> float:
    """Seconds that some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median_ms(times: list[float]) -> str:
    """Give the median and the 99th percentile of some seconds, in milliseconds."""
    return f"{statistics.median(times) * 1e3:8.3f} ms   p99 {np.percentile(times, 99) * 1e3:8.3f} ms"


def resident_mb(*, peak: bool = False) -> float:
    """Resident memory of this process in MB (Linux)."""
    if peak:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def queries(values: NDArray[np.uint8], count: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Half misses, half at 0 to 31 bits from an entry, in turn."""
    near = flipped(values[random.integers(0, len(values), count)], random.integers(0, 32, count), random)
    near[::2] = random.integers(0, 256, near[::2].shape, dtype=np.uint8)
    return near


def check_planted(index: PdqIndex, values: NDArray[np.uint8], random: np.random.Generator) -> None:
    """Print how many entries planted at 0 to 31 bits are found, and how many at 32."""
    places = random.choice(len(values), 33 * 50, replace=False)
    counts = np.repeat(np.arange(33), 50)
    hits = index.search(flipped(values[places], counts, random))
    right = hits.entry == places[hits.query]
    found = len(np.unique(hits.query[right & (counts[hits.query] < 32)]))
    print(f"  planted at 0..31 bits found   {found} of {32 * 50};  at 32 bits {int((counts[hits.query] == 32).sum())}")


def compare_single(index: PdqIndex, peer: Peer | None, asked: NDArray[np.uint8]) -> None:
    """Print the time of single queries, ours and the peer's in turn."""
    ours, theirs = [], []
    for value in asked:
        ours.append(timed(lambda value=value: index.search(value[None])))  # type: ignore[misc]
        if peer:
            theirs.append(peer.query(value.tobytes())["wall"])
    print(f"  single query, radius 31       {median_ms(ours)}")
    if peer:
        print(f"  {'PDQIndex single query':29} {median_ms(theirs)}   ratio {ratio(theirs, ours)}")


def ratio(theirs: list[float], ours: list[float]) -> str:
    """How many times longer theirs takes, by medians."""
    return f"{statistics.median(theirs) / statistics.median(ours):.1f}"


def measure_batches(index: PdqIndex, random: np.random.Generator) -> None:
    """Print the time of whole pictures: all bases in all orientations."""
    for name, bases, radius, rounds in (
        ("one base x 8, radius 31", 1, 31, 200), ("25 bases x 8, radius 31", 25, 31, 60),
        ("25 bases x 8, radius 40", 25, 40, 9), ("300 bases x 8, radius 31", 300, 31, 9),
        ("300 bases x 8, radius 52", 300, 52, 3),
    ):  # fmt: skip
        pictures = [picture(bases, random) for _ in range(min(rounds, 20))]
        times = []
        for n in range(rounds):
            asked = pictures[n % len(pictures)]
            times.append(timed(lambda: index.search(asked, orientations=ALL_ORIENTATIONS, radius=radius)))  # noqa: B023
        print(f"  {name:29} {median_ms(times)}")


def measure_additions(index: PdqIndex, peer: Peer | None, random: np.random.Generator) -> None:
    """Print the time of adding one entry."""
    added = random.integers(0, 256, (5000, 32), dtype=np.uint8)
    ours = [timed(lambda value=value: index.add(value[None])) for value in added]  # type: ignore[misc]
    print(f"  adding one entry              {median_ms(ours)}   longest {max(ours) * 1e3:.1f} ms")
    if peer:
        theirs = [peer.add(value.tobytes())["wall"] for value in added[:5]]
        print(f"  {'PDQIndex adding one':29} {median_ms(theirs)}   ratio {ratio(theirs, ours)}")


def measure(count: int, *, beside: bool) -> None:
    """Print all figures at one size."""
    random = np.random.default_rng(count)
    values = random.integers(0, 256, (count, 32), dtype=np.uint8)
    print(f"{count:,} random entries")
    before = resident_mb()
    start = time.perf_counter()
    index = PdqIndex.build(values)
    print(
        f"  build and self-test           {time.perf_counter() - start:8.2f} s    index {index.nbytes / 2**20:.0f} MiB"
    )
    print(f"  resident, values included     {resident_mb() - before + values.nbytes / 2**20:8.0f} MiB added, "
          f"{resident_mb():.0f} MiB in all, peak {resident_mb(peak=True):.0f} MiB")  # fmt: skip
    with contextlib.ExitStack() as stack:
        peer = stack.enter_context(Peer()) if beside else None
        if peer:
            print(f"  PDQIndex build                {peer.build(values.tobytes())['wall']:8.2f} s")
        measure_searches(index, values, peer, random)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        seconds = timed(lambda: index.save(path))
        print(f"  save                          {seconds:8.2f} s    {path.stat().st_size / 2**20:.0f} MiB")
        print(f"  open, checked and self-tested {timed(lambda: PdqIndex.open(path)):8.2f} s")


def measure_searches(
    index: PdqIndex, values: NDArray[np.uint8], peer: Peer | None, random: np.random.Generator
) -> None:
    """Print what is found, and the times of queries and additions."""
    check_planted(index, values, random)
    asked = queries(values, 600, random)
    compare_single(index, peer, asked)
    measure_batches(index, random)
    measure_additions(index, peer, random)


def main() -> None:
    """Measure one million entries beside the peer, then ten million alone."""
    measure(1_000_000, beside=True)
    measure(10_000_000, beside=False)


if __name__ == "__main__":
    main()
