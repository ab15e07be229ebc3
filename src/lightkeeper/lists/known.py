"""What is known at one moment: the entries of all lists with their statuses and radii, to be searched and asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lightkeeper.detect.findings import Match, Tier, Told
from lightkeeper.detect.links import canonical
from lightkeeper.detect.matching.catalog import KnownEntry
from lightkeeper.detect.matching.hits import Hits
from lightkeeper.detect.matching.orientations import ALL_ORIENTATIONS, Orientation
from lightkeeper.detect.matching.searchable import Searchable
from lightkeeper.lists import tally
from lightkeeper.lists.allowing import won_over
from lightkeeper.lists.holdings import ALGORITHMS, Holdings
from lightkeeper.lists.sealing import index_of
from lightkeeper.lists.types import (
    DIGESTS,
    LARGEST_RADIUS,
    WIDTHS,
    AddressFound,
    Algorithm,
    Answer,
    ListInfo,
    ListPurpose,
    ListStatus,
    TextLookup,
    TextRead,
    UrlLookup,
)

MOST_MATCHES: Final = 100
"""Matches that a look-up names for one value, the nearest."""

NOTHING: Final = Answer(())

_NOT_SEARCHED: Final = -1

Shape = tuple[Mapping[str, bytes], bytes | None]
"""What an item looks like: digests of its bytes by algorithm, and its PDQ hash of 32 bytes or None."""

_Found = tuple[int, int, str | None]
"""An entry that was found: its number, its distance in bits, the orientation in which it is near or the scope."""


@dataclass(frozen=True)
class Known:
    """All lists as they were after one change; everything asked of one ``Known`` is answered from that moment.

    ``change`` is the number of that change, ``at`` its time (None where there never was one). Threads may ask at the
    same time; nothing here asks the database. ``health`` gives the codes of what is wrong with the process's index
    now, whatever this moment was. ``counting``: items that match lists on trial are counted for them, and so are hits
    for the allow-lists that win them over.
    """

    holdings: Holdings
    lists: tuple[ListInfo, ...]
    change: int
    at: datetime | None
    health: Callable[[], tuple[str, ...]]
    counting: bool = True

    @property
    def uncounted(self) -> Known:
        """The same, but what matches here is counted for no list: for items that were counted when they came."""
        return replace(self, counting=False)

    @property
    def as_of(self) -> str | None:
        """The time of the newest change that is in here, in ISO 8601, None where there never was one."""
        return None if self.at is None else self.at.isoformat(timespec="seconds")

    @property
    def degraded(self) -> tuple[str, ...]:
        """Codes: ``no_lists`` where nothing is searched, ``index_stale`` where changes may be missing here."""
        searched = any(
            known.status != ListStatus.QUARANTINED and known.purpose == ListPurpose.KNOWN and known.entries
            for known in self.lists
        )
        return (*self.health(), *(() if searched else ("no_lists",)))

    @cached_property
    def catalogs(self) -> tuple[Searchable, ...]:
        """For ``detect.Scanner``: ``scanner.scan_bytes(data, catalogs=known.catalogs)``."""
        return (_SearchedLists(self),)

    def list_named(self, name: str) -> ListInfo | None:
        """A list by its name, as a match names it."""
        return self._by_name.get(name)

    def vetted_digest(self, match: Match) -> bool:
        """Whether a match may withhold by itself: equality of bytes with an entry of a vetted list, undisputed."""
        known = self._by_name.get(match.list)
        return (
            match.algorithm in DIGESTS
            and match.distance == 0
            and match.entry is not None
            and known is not None
            and known.status == ListStatus.VETTED
            and known.purpose == ListPurpose.KNOWN
            and self.holdings.undisputed(match.entry)
        )

    def look_up(self, items: Sequence[Shape]) -> list[Answer]:
        """What is known of each of several items: digests of its bytes by algorithm, and its PDQ hash or None.

        Digests match by equality, hashes in all orientations within each list's radius; matches are given those of
        equal bytes first, then the nearest. Raises ValueError for a value of another length or algorithm.
        """
        pairs = [pair for digests, _ in items for pair in digests.items()]
        _check_digests(pairs)
        equal = iter(self.holdings.find_many([index_of(algorithm, digest) for algorithm, digest in pairs]))
        near = iter(self._near([pdq for _, pdq in items if pdq is not None], ALL_ORIENTATIONS))
        answers = []
        for digests, pdq in items:
            found: list[_Found] = [(number, 0, None) for _ in digests for number in next(equal)]
            answers.append(self._answer(found if pdq is None else found + next(near)))
        return answers

    def lookup_pdq(
        self, values: Sequence[bytes] | NDArray[np.uint8], *, orientations: int = ALL_ORIENTATIONS
    ) -> list[tuple[Match, ...]]:
        """What is near each of several PDQ hashes of 32 bytes, nearest first, each list within its own radius.

        ``orientations`` is a mask of those that are tried (see ``detect.matching.orientations``). Raises ValueError
        for a value of another length.
        """
        return [self._answer(found).matches for found in self._near(values, orientations)]

    def lookup_digest(self, digests: Sequence[tuple[str, bytes]]) -> list[tuple[Match, ...]]:
        """What equals each of several digests: pairs of algorithm (md5, sha1, sha256) and bytes. ValueError: others."""
        _check_digests(digests)
        return [answer.matches for answer in self._equal([index_of(*pair) for pair in digests])]

    def lookup_url(self, urls: Sequence[str]) -> list[UrlLookup]:
        """What the lists say of each of several addresses: of itself, of a prefix or of a domain that it is in.

        The most specific match comes first; its ``variant`` is ``exact``, ``prefix`` or ``domain``. Any text may be
        asked for.
        """
        forms = [canonical(url) for url in urls]
        found = iter(self.holdings.find_addresses([form.url for form in forms if form.url is not None]))
        looked_up = []
        for form in forms:
            places = next(found) if form.url is not None else []
            answer = self._answer([(number, 0, scope) for number, scope in places]) if places else NOTHING
            looked_up.append(UrlLookup(answer.matches, form.reason, answer.allowed))
        return looked_up

    def lookup_text(self, texts: Sequence[TextRead]) -> list[TextLookup]:
        """What the lists say of the addresses in each of several texts, and the phrases that stand in it."""
        looked_up = iter(self.lookup_url([address.text for text in texts for address in text.addresses]))
        phrases = self.holdings.find_phrases([list(text.words) for text in texts])
        return [
            TextLookup(
                tuple(AddressFound(one.start, one.end, next(looked_up)) for one in text.addresses),
                self._answer([(number, 0, None) for number in found]) if found else NOTHING,
            )
            for text, found in zip(texts, phrases, strict=True)
        ]

    def _near(self, values: Sequence[bytes] | NDArray[np.uint8], orientations: int) -> list[list[_Found]]:
        """The entries near each PDQ hash, nearest first."""
        if any(len(value) != 32 for value in values):
            raise ValueError("a PDQ hash has 32 bytes")
        if not len(values):
            return []
        bases = np.frombuffer(b"".join(bytes(value) for value in values), np.uint8).reshape(-1, 32)
        hits = self.holdings.index.search(bases, orientations=orientations, radius=self.radii)
        near: list[list[_Found]] = [[] for _ in range(len(bases))]
        for query, orientation, number, distance in zip(
            hits.query.tolist(), hits.orientation.tolist(), hits.entry.tolist(), hits.distance.tolist(), strict=True
        ):
            near[query].append((number, distance, Orientation(orientation).label))
        return near

    @cached_property
    def radii(self) -> NDArray[np.int64]:
        """The radius of each list by its number in the index, -1 for one that is not searched."""
        radii = np.full(len(self.holdings.list_numbers), _NOT_SEARCHED, np.int64)
        for number, known in self._by_number.items():
            if known.status != ListStatus.QUARANTINED:
                radii[number] = known.radius
        return radii

    @cached_property
    def allow_lists(self) -> NDArray[np.bool_]:
        """Whether each list, by its number in the index, is an allow-list."""
        allow = np.zeros(len(self.holdings.list_numbers), np.bool_)
        for number, known in self._by_number.items():
            allow[number] = known.purpose == ListPurpose.ALLOW
        return allow

    @cached_property
    def _by_name(self) -> Mapping[str, ListInfo]:
        return {known.name: known for known in self.lists}

    @cached_property
    def _by_number(self) -> Mapping[int, ListInfo]:
        numbers = self.holdings.list_numbers
        return {numbers[known.id]: known for known in self.lists if known.id in numbers}

    def list_of(self, number: int) -> ListInfo:
        """The list that an entry belongs to."""
        return self._by_number[self.holdings.list_number(number)]

    def known_entry(self, number: int) -> KnownEntry:
        """What the lists say of an entry."""
        entry = self.holdings.entry(number)
        of = self._by_number[entry.list]
        return KnownEntry(of.name, str(ALGORITHMS[entry.algorithm]), entry.id, entry.category, of.radius, entry.ref)

    def told(self, found: Mapping[int, Match]) -> Told:
        """Of all matches of one item those of vetted lists that no allow-list wins over.

        A list on trial is counted once for it, as is each allow-list that won anything over.
        """
        numbers, allowed = self._judged(found)
        return Told({number: match for number, match in found.items() if number in numbers}, allowed)

    def _judged(self, found: Iterable[int]) -> tuple[set[int], bool]:
        """Which of the entries that one item matches are told, and whether allow-lists won over all there were."""
        on_trial: set[int] = set()
        hits: dict[int, Algorithm] = {}
        harmless: list[tuple[int, Algorithm]] = []
        for number in found:
            of = self.list_of(number)
            if of.status == ListStatus.TRIAL:
                on_trial.add(of.id)
            elif of.status == ListStatus.VETTED and of.purpose == ListPurpose.KNOWN:
                hits[number] = self.holdings.algorithm(number)
            elif of.status == ListStatus.VETTED and not self.holdings.disputed(number):
                harmless.append((of.id, self.holdings.algorithm(number)))
        gone, winners = won_over(hits, harmless)
        if self.counting and on_trial:
            tally.count_trial(on_trial)
        if self.counting and winners:
            tally.count_allowed(winners)
        return hits.keys() - gone, bool(hits) and len(gone) == len(hits)

    def _equal(self, indexes: Sequence[bytes]) -> list[Answer]:
        found = self.holdings.find_many(indexes)
        return [self._answer([(number, 0, None) for number in numbers]) for numbers in found]

    def _answer(self, found: Sequence[_Found]) -> Answer:
        """Matches for what was found of one item, in the order that it is given in, at most ``MOST_MATCHES``.

        What is not told is set apart before matches are counted out, so that it never displaces one that is.
        """
        numbers, allowed = self._judged({number for number, _, _ in found}) if found else (set[int](), False)
        matches: dict[int, Match] = {}
        for number, distance, variant in found:
            if number in numbers and number not in matches and len(matches) < MOST_MATCHES:
                known = self.known_entry(number)
                matches[number] = Match(
                    known.list, known.id, known.category, known.algorithm, distance, variant, Tier.MATCH, known.ref
                )
        return Answer(tuple(matches.values()), allowed)


class _SearchedLists:
    """A ``Known`` as a scanner searches it."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self.digest_algorithms = frozenset(str(name) for name in known.holdings.algorithms() & DIGESTS)

    def reach(self, radius: int, possible_radius: int) -> ArrayLike:
        """Lists with the usual radius are searched for possible matches too; a narrower radius holds for those too.

        An allow-list keeps to its own: what is only possibly harmless wins over nothing.
        """
        radii = self._known.radii
        usual = (radii >= min(radius, LARGEST_RADIUS)) & (radii != _NOT_SEARCHED) & ~self._known.allow_lists
        return np.where(usual, np.maximum(radii, possible_radius), radii)

    def search(self, values: NDArray[np.uint8], *, orientations: ArrayLike, radius: ArrayLike) -> Hits:
        """Search for PDQ hashes."""
        return self._known.holdings.index.search(values, orientations=orientations, radius=radius)

    def find_digests(self, digests: Mapping[str, bytes]) -> list[int]:
        """Entries whose digest equals one of those given by algorithm."""
        indexes = [index_of(name, digest) for name, digest in digests.items() if name in self.digest_algorithms]
        found = self._known.holdings.find_many(indexes) if indexes else []
        numbers = [number for numbers in found for number in numbers]
        return [number for number in numbers if self._known.list_of(number).status != ListStatus.QUARANTINED]

    def entry(self, number: int) -> KnownEntry:
        """What the lists say of an entry."""
        return self._known.known_entry(number)

    def told(self, found: Mapping[int, Match]) -> Told:
        """What may be told."""
        return self._known.told(found)


def _check_digests(digests: Sequence[tuple[str, bytes]]) -> None:
    for algorithm, digest in digests:
        if algorithm not in DIGESTS or len(digest) != WIDTHS[algorithm]:
            raise ValueError("a digest is md5 of 16, sha1 of 20 or sha256 of 32 bytes")


def nothing_known(health: Callable[[], tuple[str, ...]]) -> Known:
    """Before anything was loaded."""
    return Known(Holdings(), (), 0, None, health)


def with_counts(lists: Sequence[ListInfo], holdings: Holdings) -> tuple[ListInfo, ...]:
    """The lists with the number of their entries in the index."""
    counts = holdings.counts()
    return tuple(replace(known, entries=counts.get(known.id, 0)) for known in lists)
