"""Finding the cluster of a picture among many, on both databases: what opening a case waits for.

Clusters are made of random hashes. Half of the look-ups are near one of them, each in another orientation, half are
near none. Every answer is compared with what a comparison with all of them gives. PostgreSQL is a throw-away one.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.index import flipped, median_ms, timed
from lightkeeper.detect.matching.orientations import Orientation, oriented

SIZES = (1_000, 10_000, 100_000)
LOOKUPS = 400
RADIUS = 31


def main() -> None:
    """Measure on both databases, each in a process of its own: a process has one database."""
    from soak.postgres import cluster
    from soak.service import Installation

    for database in ("sqlite", "postgresql"):
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lightkeeper-bench-")))
            url = stack.enter_context(cluster()).url if database == "postgresql" else ""
            made = Installation(folder, url)
            made.run("init", "--hash-only")
            print(database, flush=True)
            code = "import django; django.setup(); from benchmarks.clusters import measure; measure()"
            environment = {**made.environment(), "DJANGO_SETTINGS_MODULE": "lightkeeper.settings"}
            root = str(Path(__file__).parents[1])
            path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
            subprocess.run([sys.executable, "-c", code], env={**environment, "PYTHONPATH": path}, check=True)


def measure() -> None:
    """Print the figures at each size, of the database of this process."""
    random = np.random.default_rng(7)
    values = random.integers(0, 256, (max(SIZES), 32), dtype=np.uint8)
    there = 0
    for size in SIZES:
        _make(values[there:size])
        there = size
        _look_up(values[:size], random)


def _make(values: NDArray[np.uint8]) -> None:
    """Write clusters straight into the table; those that look-ups make are not among the values."""
    from django.utils.timezone import now

    from lightkeeper.review.clusters import PURPOSE
    from lightkeeper.review.models import Cluster
    from lightkeeper.runtime.services import insert_many, seal_many

    sealed = seal_many(PURPOSE, [value.tobytes() for value in values])
    insert_many([Cluster(sealed=each, made_at=now()) for each in sealed])


def _look_up(values: NDArray[np.uint8], random: np.random.Generator) -> None:
    from django.db import transaction

    from lightkeeper.review.clusters import cluster_of
    from lightkeeper.review.leaders import LEADERS

    asked = flipped(values[random.integers(0, len(values), LOOKUPS)], random.integers(0, 32, LOOKUPS), random)
    asked[::2] = random.integers(0, 256, asked[::2].shape, dtype=np.uint8)
    asked = np.vstack([oriented(value[None], place % 8) for place, value in enumerate(asked)])
    LEADERS.forget()
    with transaction.atomic():
        print(f"  {len(values):9,} clusters: first look-up {timed(lambda: _found(asked[0])) * 1e3:.1f} ms")
    looked, whole = [], []
    for value in asked:
        with transaction.atomic():
            begun = time.perf_counter()
            found = _found(value)
            looked.append(time.perf_counter() - begun)
            assert found == _compared(value, values), "a search differs from comparing with all"
            item = _item(random)
            whole.append(timed(lambda value=value, item=item: cluster_of(item, value.tobytes())))  # type: ignore[misc]
            transaction.set_rollback(True)  # what it made would be in the way of the next
    print(f"  {'':9}  looking up            {median_ms(looked)}")
    print(f"  {'':9}  a cluster, old or new  {median_ms(whole)}")


def _found(value: NDArray[np.uint8]) -> int | None:
    """The distance of the nearest cluster."""
    from lightkeeper.review.leaders import LEADERS

    found = LEADERS.nearest(value.tobytes(), RADIUS)
    return None if found is None else found[1]


def _compared(value: NDArray[np.uint8], values: NDArray[np.uint8]) -> int | None:
    """The same by comparing with all of them."""
    words = values.view(np.uint64)
    forms = [oriented(value[None], kind).view(np.uint64) for kind in Orientation]
    distance = min(int(np.bitwise_count(words ^ form).sum(axis=1, dtype=np.int64).min()) for form in forms)
    return distance if distance <= RADIUS else None


def _item(random: np.random.Generator) -> int:
    from lightkeeper.record.services import get_or_create_item
    from lightkeeper.record.types import ItemKind

    return get_or_create_item(kind=ItemKind.PICTURE, sha256=random.bytes(32), size=1).pk
