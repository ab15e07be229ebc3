"""The row of an account: what was last said of a person, and every age that ever was."""

from __future__ import annotations

import functools
import struct

from lightkeeper.detect.conversations.events import Account, AgeBand, AgeSource
from lightkeeper.detect.conversations.ordering import place
from lightkeeper.detect.conversations.packing import name_digest, opened, sealed
from lightkeeper.detect.conversations.view import Person

_FACTS = struct.Struct(">22sBBqbQhBB")
_BANDS, _SOURCES = tuple(AgeBand), tuple(AgeSource)
_UNKNOWN_TIME, _UNKNOWN_OFFSET = -1, 0x7FFF


class AccountState:
    """The row, unpacked; it is changed in place."""

    __slots__ = ("claimed", "facts", "measured", "newest")

    def __init__(self) -> None:
        self.newest = b""
        self.facts = Person(b"")
        self.claimed = self.measured = 0

    @classmethod
    def unpack(cls, row: bytes) -> AccountState:
        """Read a row. Raises StateError."""
        state = cls()
        (records,) = opened(row, "account", (_FACTS.size,))
        for record in records:
            newest, band, source, created, verified, region, offset, claimed, measured = _FACTS.unpack(record)
            state.newest, state.claimed, state.measured = newest, claimed, measured
            state.facts = Person(
                b"",
                _BANDS[band % len(_BANDS)],
                _SOURCES[source % len(_SOURCES)],
                None if created == _UNKNOWN_TIME else created,
                None if verified < 0 else bool(verified),
                region,
                None if offset == _UNKNOWN_OFFSET else offset,
            )
        return state

    def pack(self) -> bytes:
        """Write the row."""
        facts = self.facts
        record = _FACTS.pack(
            self.newest,
            _BANDS.index(facts.age_band),
            _SOURCES.index(facts.age_source),
            _UNKNOWN_TIME if facts.created is None else facts.created,
            -1 if facts.verified is None else int(facts.verified),
            facts.region,
            _UNKNOWN_OFFSET if facts.utc_offset is None else facts.utc_offset,
            self.claimed,
            self.measured,
        )
        return sealed([([record], _FACTS.size)])

    def put(self, event: Account) -> bool:
        """Take in what is said of the person; whether anything changed. What was said last holds."""
        before = self.newest, self.claimed, self.measured
        if event.age_band is not AgeBand.UNKNOWN:
            bit = 1 << _BANDS.index(event.age_band)
            if event.age_source in (AgeSource.ESTIMATED, AgeSource.VERIFIED):
                self.measured |= bit
            else:
                self.claimed |= bit
        said = place(event.at, event.id)
        if said > self.newest:
            self.newest = said
            self.facts = Person(
                b"", event.age_band, event.age_source, event.created, event.verified, name_digest(event.region),
                event.utc_offset,
            )  # fmt: skip
        return before != (self.newest, self.claimed, self.measured)

    @property
    def age(self) -> AgeBand:
        """The age that was said last."""
        return self.facts.age_band

    @property
    def ever_minor(self) -> bool:
        """Whether the person was ever said to be a child."""
        return any(band.minor for band in _bands(self.claimed | self.measured))

    def person(self, id_: bytes) -> Person:
        """What is known of the person of this id."""
        f = self.facts
        return Person(
            id_, f.age_band, f.age_source, f.created, f.verified, f.region, f.utc_offset, _bands(self.claimed),
            _bands(self.measured),
        )  # fmt: skip


@functools.cache
def _bands(mask: int) -> frozenset[AgeBand]:
    return frozenset(band for at, band in enumerate(_BANDS) if mask >> at & 1)
