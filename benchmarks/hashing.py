"""Bytes to hash on one core, beside the peer: photographs of about 500 pixels, and drawings of 12 megapixels."""

from __future__ import annotations

import statistics
import time

from benchmarks.peer import Peer
from benchmarks.pictures import frame, photographs
from lightkeeper.demo import drawings
from lightkeeper.demo.edits import as_jpeg
from lightkeeper.detect.media.pdq import pdq

ROUNDS = 5


def _measure(name: str, pictures: list[bytes], peer: Peer) -> None:
    ours, theirs, apart = [], [], []
    for _ in range(ROUNDS):
        mine = other = 0.0
        for data in pictures:
            before = time.process_time()
            value = pdq(frame(data)).value
            mine += time.process_time() - before
            answer = peer.hash(data)
            other += answer["cpu"]
            apart.append((int.from_bytes(value) ^ int(answer["hash"], 16)).bit_count())
        ours.append(mine / len(pictures))
        theirs.append(other / len(pictures))
    mine, other = statistics.median(ours) * 1000, statistics.median(theirs) * 1000
    print(f"| {name} | {len(pictures)} | {mine:.2f} | {other:.2f} | {other / mine:.1f} | {max(apart)} |")


def main() -> None:
    """Measure and print a table of CPU milliseconds."""
    small = [as_jpeg(picture, 90) for picture in photographs() if 450 <= max(picture.size) <= 600]
    medium = [as_jpeg(drawings.drawing(number, (1600, 1200)), 90) for number in range(12)]
    large = [as_jpeg(drawings.drawing(number, (4000, 3000)), 90) for number in range(6)]
    print("| pictures | number | ours, CPU ms | peer, CPU ms | times faster | most bits apart |")
    print("|---|---|---|---|---|---|")
    with Peer() as peer:
        for data in (small[0], large[0]):  # both warm
            frame(data)
            peer.hash(data)
        _measure("about 500 pixels, JPEG", small, peer)
        _measure("1600 x 1200, JPEG, drawn", medium, peer)
        _measure("12 megapixels, JPEG, drawn", large, peer)


if __name__ == "__main__":
    main()
