"""The scanner: bytes in, one outcome out. It brings decoding, hashing and searching together.

Digests are made here, of the bytes as they are; pixels are decoded and hashed in the locked-in processes of
``media.pool``; lists are known to this process only.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from lightkeeper.detect import outcomes
from lightkeeper.detect.digesting import Digests, digests_of
from lightkeeper.detect.findings import Match, ScanResult, Tier
from lightkeeper.detect.matching.catalog import Catalog, KnownEntry
from lightkeeper.detect.matching.lists import HashList
from lightkeeper.detect.matching.orientations import Orientation
from lightkeeper.detect.matching.searchable import Searchable
from lightkeeper.detect.media.derivatives import DerivativeKind, Derived
from lightkeeper.detect.media.hardening import Hardening
from lightkeeper.detect.media.hashing import Queries
from lightkeeper.detect.media.limits import Limits
from lightkeeper.detect.media.pool import DecodePool, cores
from lightkeeper.detect.media.variants import EFFORTS

MATCH_RADIUS = 31
"""Bits within which two PDQ hashes are held to be of one picture: the value that the makers of PDQ advise."""

POSSIBLE_RADIUS = 56
"""Bits within which a person should look: of thorough scans of pictures that are on no list, at most one in 10,000
gives a false alarm against a list of a million, by the upper 95 % bound of a fitted tail (docs/measurements.md)."""


_Found = dict[int, Match]
"""What a scan found in one catalog, by the number of the entry."""


class Scanner:
    """Scans items against lists; every item ends in one outcome, whatever it holds.

    ``lists`` are lists that were read (``read_list``) or paths of index files. ``effort`` is ``quick``, ``standard``
    or ``thorough``. Within ``radius`` bits it is a match, within ``possible_radius`` a possible one. If that is not
    given, possible ones are searched for (within ``POSSIBLE_RADIUS``) at thorough effort only: against a long list so
    wide a search costs more than all else. ``workers`` decoding processes are started (all cores). Threads may scan at
    the same time.

    Raises ValueError for an effort or radius that does not exist, IndexFileError and IndexSelfTestError for an index
    file that cannot be trusted, PoolError (from the first scan) where no decoding process can be started.
    """

    def __init__(
        self,
        lists: Sequence[HashList | Catalog | Path],
        *,
        effort: str = "standard",
        radius: int = MATCH_RADIUS,
        possible_radius: int | None = None,
        workers: int | None = None,
        limits: Limits | None = None,
    ) -> None:
        if effort not in EFFORTS:
            raise ValueError(f"effort must be one of {', '.join(EFFORTS)}, not {effort!r}")
        if possible_radius is None:
            possible_radius = max(radius, POSSIBLE_RADIUS) if effort == "thorough" else radius
        if not 0 <= radius <= possible_radius <= 63:
            raise ValueError("the radius must be 0 to 63 bits, and the possible radius no smaller and at most 63")
        self.effort = effort
        self.radius = radius
        self.possible_radius = possible_radius
        self.workers = workers or cores()
        self.limits = limits or Limits()
        self._catalogs: tuple[Searchable, ...] = _catalogs(lists, radius)
        self._pool = DecodePool(workers=self.workers, limits=self.limits, effort=effort)

    @property
    def catalogs(self) -> tuple[Searchable, ...]:
        """What the next scan searches."""
        return self._catalogs

    def swap(self, catalogs: Sequence[Searchable]) -> None:
        """Search these from the next scan on. The decoding processes live on: they know nothing of lists."""
        self._catalogs = tuple(catalogs)

    @property
    def algorithms(self) -> list[str]:
        """The digests to make of an item: its identity, and what any list holds; others would tell nothing."""
        return _algorithms(self._catalogs)

    def scan_bytes(self, data: bytes, *, catalogs: Sequence[Searchable] | None = None) -> ScanResult:
        """Scan one item's bytes, against these catalogs instead of the scanner's own if any are given."""
        started = time.perf_counter()
        searched = self._catalogs if catalogs is None else catalogs
        return self.scan_read(data, digests_of([data], _algorithms(searched)), started, catalogs=searched)

    def scan_read(
        self, data: bytes, digests: Digests, started: float, *, catalogs: Sequence[Searchable] | None = None
    ) -> ScanResult:
        """Scan one item whose digests are known already; ``started`` is when work on it began.

        ``digests`` has SHA-256, and what else the lists hold; one that is missing is not looked up.
        """
        searched = self._catalogs if catalogs is None else catalogs
        found = [_exact(catalog, digests) for catalog in searched]
        decoded = self._pool.decode(data)
        frames = outcomes.frames_of(decoded)
        for frame in frames or ():
            for catalog, own in zip(searched, found, strict=True):
                self._search(catalog, frame, own)
        matches, allowed = _told(searched, found)
        result = outcomes.of_decoded(decoded, frames, matches, allowed=allowed)
        return replace(result, sha256=digests["sha256"].hex(), ms=_since(started))

    def scan_digests(
        self, digests: Digests, reason: str, started: float, *, catalogs: Sequence[Searchable] | None = None
    ) -> ScanResult:
        """Look up an item of which there are digests only, for the reason given; unreadable unless that matches."""
        searched = self._catalogs if catalogs is None else catalogs
        found = [_exact(catalog, digests) for catalog in searched]
        matches, allowed = _told(searched, found)
        result = replace(outcomes.of_digests(matches, reason), allowed=allowed)
        return replace(result, sha256=digests["sha256"].hex(), ms=_since(started))

    def derive(self, data: bytes, kinds: Sequence[DerivativeKind]) -> Derived:
        """Make derivatives of a picture for viewing; see ``DecodePool.derive``."""
        return self._pool.derive(data, kinds)

    @property
    def hardening(self) -> Hardening:
        """What protects the decoding processes. Raises PoolError if none can be started."""
        return self._pool.hardening

    def close(self) -> None:
        """End the decoding processes."""
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _search(self, catalog: Searchable, frame: Queries, found: _Found) -> None:
        """Note for each entry within reach of a frame its nearest variant."""
        if not len(frame.values):
            return
        reach = catalog.reach(self.radius, self.possible_radius)
        hits = catalog.search(frame.values, orientations=frame.orientations, radius=reach)
        if not len(hits):
            return
        nearest = hits.nearest_per_entry()
        for query, orientation, number, distance in zip(
            nearest.query, nearest.orientation, nearest.entry.tolist(), nearest.distance.tolist(), strict=True
        ):
            if number not in found or distance < found[number].distance:
                known = catalog.entry(number)
                found[number] = self._match(known, distance, _variant(frame.names[query], orientation))

    def _match(self, known: KnownEntry, distance: int, variant: str) -> Match:
        radius = self.radius if known.radius is None else known.radius
        tier = Tier.MATCH if distance <= radius else Tier.POSSIBLE
        return Match(known.list, known.id, known.category, "pdq", distance, variant, tier, known.ref)


def _algorithms(catalogs: Sequence[Searchable]) -> list[str]:
    return sorted({"sha256"}.union(*(catalog.digest_algorithms for catalog in catalogs)))


def _exact(catalog: Searchable, digests: Digests) -> _Found:
    found = {}
    for number in catalog.find_digests(digests):
        known = catalog.entry(number)
        found[number] = Match(known.list, known.id, known.category, known.algorithm, 0, None, Tier.MATCH, known.ref)
    return found


def _told(catalogs: Sequence[Searchable], found: Sequence[_Found]) -> tuple[list[Match], bool]:
    """All matches that may be told; where there are none, whether there were some that are known to be harmless."""
    told = [catalog.told(own) for catalog, own in zip(catalogs, found, strict=True)]
    matches = [match for of in told for match in of.matches.values()]
    return matches, not matches and any(of.allowed for of in told)


def _catalogs(lists: Sequence[HashList | Catalog | Path], radius: int) -> tuple[Catalog, ...]:
    """One catalog of all lists that were read, and one for each index file."""
    read = [known for known in lists if isinstance(known, HashList)]
    catalogs = [Catalog.build(read, radius=radius)] if read else []
    for known in lists:
        if isinstance(known, Catalog):
            catalogs.append(known)
        elif isinstance(known, Path):
            catalogs.append(Catalog.open(known, radius=radius))
    return tuple(catalogs)


def _since(started: float) -> float:
    """Milliseconds since then, to the microsecond."""
    return round((time.perf_counter() - started) * 1000, 3)


def _variant(name: str, orientation: int) -> str:
    """The variant for people: the orientation, and what else was undone."""
    if orientation == Orientation.PLAIN:
        return name
    label = Orientation(orientation).label
    return label if name in ("plain", "resampled") else f"{label}, {name}"
