"""The row of an ordered pair: what one person wrote and did to another, in at most 2,048 bytes.

It is a set that is joined, so the same events give the same bytes in any order: the newest messages one by one, those
that show something for longer, and sums of the rest. It has features, times and ids, never text.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from typing import NamedTuple

from lightkeeper.detect.conversations import marks, recent
from lightkeeper.detect.conversations.events import ID_BYTES, ActKind, MediaKind
from lightkeeper.detect.conversations.marks import Mark
from lightkeeper.detect.conversations.ordering import (
    LATE_AFTER,
    PIECES,
    PIECES_WITHIN,
    SHORT_ID,
    TIME_BYTES,
    place,
    time_of,
)
from lightkeeper.detect.conversations.packing import opened, sealed, seconds
from lightkeeper.detect.conversations.recent import DELETED, EDITED, SETTLED, Recent
from lightkeeper.detect.conversations.view import WINDOW, TextHit

UNFINISHED_BYTES = 8
UNFINISHED_KEPT = 12
ACTS_KEPT = 6

_PLACE = TIME_BYTES + SHORT_ID
_HEAD = 4 + 2 * _PLACE + 8 + ID_BYTES + 8
_ACT, _KIND, _SETTLED, _UNFINISHED = TIME_BYTES + ID_BYTES + 1, 11, 12, 20
_LENGTHS = (_HEAD, recent.LENGTH, marks.LENGTH, _ACT, _KIND, _SETTLED, _UNFINISHED)

_ACT_KINDS = tuple(ActKind)

Join = Callable[[Sequence[bytes]], tuple[TextHit, ...]]


class Said(NamedTuple):
    """One version of a message as features. ``made``: the second of this version; other fields as of marks."""

    at: int
    id: bytes
    made: int
    flags: int
    mark: Mark
    unfinished: bytes = b""
    template: int = 0

    @property
    def rank(self) -> tuple[int, int, int, bytes, bytes]:
        """Of two versions of one message the greater holds: a deletion, then the last edit."""
        features = self.mark._replace(at=0, joined=0, joined_reviewed=0, media=MediaKind.NONE, edited=False)
        return self.flags & DELETED, self.flags & EDITED, self.made, features.packed(), self.unfinished


class Sums(NamedTuple):
    """How often and when: ``number`` of times, ``first`` and ``last`` in seconds."""

    first: int
    last: int
    number: int
    reviewed: int = 0

    def joined(self, second: int, reviewed: int = 0) -> Sums:
        """With one more."""
        return Sums(
            min(self.first, second), max(self.last, second), min(self.number + 1, 0xFFFF), self.reviewed | reviewed
        )


NOTHING = Sums(0xFFFFFFFF, 0, 0)


class Placed(NamedTuple):
    """What became of a message: ``known`` before, ``outside`` the window, ``late`` too, its target ``missing``."""

    known: bool = False
    late: bool = False
    missing: bool = False


class PairState:
    """The row, unpacked; it is changed in place."""

    __slots__ = (
        "acts",
        "conversation",
        "first",
        "kinds",
        "last",
        "marks",
        "recent",
        "settled",
        "surface",
        "template",
        "total",
        "unfinished",
    )

    def __init__(self) -> None:
        self.total = 0
        self.first = self.last = b""
        self.template = self.surface = 0
        self.conversation = bytes(ID_BYTES)
        self.recent: list[bytes] = []
        self.marks: list[bytes] = []
        self.acts: list[bytes] = []
        self.kinds: dict[int, Sums] = {}
        self.settled: dict[int, Sums] = {}
        self.unfinished: dict[bytes, tuple[bytes, bytes]] = {}

    @classmethod
    def unpack(cls, row: bytes) -> PairState:
        """Read a row. Raises StateError."""
        head, recents, marked, acts, kinds, settled, unfinished = opened(row, "pair", _LENGTHS)
        state = cls()
        if head:
            state._unpack_head(head[0])
        state.recent, state.marks, state.acts = recents, marked, acts
        state.kinds = {r[0]: Sums(*map(int.from_bytes, (r[1:5], r[5:9], r[9:11]))) for r in kinds}
        state.settled = {r[0]: Sums(*map(int.from_bytes, (r[1:5], r[5:9], r[9:11], r[11:]))) for r in settled}
        for r in unfinished:
            short = recents[r[0]][TIME_BYTES:_PLACE]
            state.unfinished[short] = (short + r[10:], r[2 : 2 + r[1]])
        return state

    def _unpack_head(self, head: bytes) -> None:
        self.total = int.from_bytes(head[:4])
        self.first, self.last = head[4:16], head[16:28]
        self.template = int.from_bytes(head[28:36])
        self.conversation = head[36:52]
        self.surface = int.from_bytes(head[52:])

    def pack(self) -> bytes:
        """Write the row."""
        head = []
        if self.total:
            head = [
                b"".join(
                    (
                        self.total.to_bytes(4),
                        self.first,
                        self.last,
                        self.template.to_bytes(8),
                        self.conversation,
                        self.surface.to_bytes(8),
                    )
                )
            ]
        kinds = [b"%c%b" % (kind, _sums(sums)) for kind, sums in sorted(self.kinds.items())]
        settled = [b"%c%b%c" % (at, _sums(sums), sums.reviewed) for at, sums in sorted(self.settled.items())]
        sections = (head, self.recent, self.marks, self.acts, kinds, settled, self._packed_unfinished())
        return sealed(zip(sections, _LENGTHS, strict=True))

    def _packed_unfinished(self) -> list[bytes]:
        if not self.unfinished:
            return []
        indices = {record[TIME_BYTES:_PLACE]: index for index, record in enumerate(self.recent)}
        kept = sorted((indices[short], *value) for short, value in self.unfinished.items())
        return [
            bytes((index, len(part))) + part.ljust(UNFINISHED_BYTES, b"\0") + id_[SHORT_ID:]
            for index, id_, part in kept
        ]

    @property
    def first_at(self) -> int | None:
        """When the first message was sent."""
        return time_of(self.first) if self.total else None

    @property
    def newest_at(self) -> int | None:
        """When the newest message or act was."""
        return max((time_of(records[-1]) for records in (self.recent, self.acts) if records), default=None)

    def index_of(self, id_: bytes) -> int | None:
        """Where the newest messages have this one."""
        short = id_[:SHORT_ID]
        for index in range(len(self.recent) - 1, -1, -1):
            if self.recent[index][TIME_BYTES:_PLACE] == short:
                return index
        return None

    def mark_index(self, id_: bytes) -> int | None:
        """Where the marks have this message."""
        return next(
            (index for index, record in enumerate(self.marks) if record[TIME_BYTES : TIME_BYTES + 16] == id_), None
        )

    def put(self, said: Said, conversation: bytes, surface: int, join: Join) -> Placed:
        """Take one version of a message in. ``surface``: a digest of its name."""
        index = self.index_of(said.id)
        if index is not None:
            self._note_last(said, conversation, surface)
            return self._merge(index, said, join)
        mark = self.mark_index(said.id)
        if mark is not None:
            return self._change_old(mark, said)
        key = place(said.at, said.id[:SHORT_ID])
        outside = len(self.recent) == WINDOW and key < self.recent[0]
        change = bool(said.flags & (EDITED | DELETED))
        if change and outside:
            return Placed(missing=True)
        late = outside and time_of(self.recent[-1]) - said.at > LATE_AFTER
        if not self.total or key < self.first:
            self.first, self.template = key, said.template
        self.total = min(self.total + 1, 0xFFFFFFFF)
        self._note_last(said, conversation, surface)
        self._insert(said, join)
        return Placed(late=late, missing=change)

    def put_act(self, at: int, id_: bytes, kind: ActKind) -> bool:
        """Take an act in; False if it was known."""
        if any(record[TIME_BYTES:-1] == id_ for record in self.acts):
            return False
        code = _ACT_KINDS.index(kind)
        bisect.insort(self.acts, place(at, id_) + bytes([code]))
        del self.acts[:-ACTS_KEPT]
        self.kinds[code] = self.kinds.get(code, NOTHING).joined(seconds(at))
        return True

    def act_sums(self, kind: ActKind) -> Sums | None:
        """How often this kind of act was done."""
        return self.kinds.get(_ACT_KINDS.index(kind))

    def _note_last(self, said: Said, conversation: bytes, surface: int) -> None:
        newest = place(said.made, said.id[:SHORT_ID])
        if newest > self.last:
            self.last, self.conversation, self.surface = newest, conversation, surface

    def _insert(self, said: Said, join: Join) -> None:
        """Place a message; what is too old for the window goes out of it."""
        short = said.id[:SHORT_ID]
        record = Recent(said.at, short, recent.stamp_of(said.made), said.flags, said.mark.affinity).packed()
        index = bisect.bisect_left(self.recent, record)
        self.recent.insert(index, record)
        if said.unfinished:
            self.unfinished[short] = (said.id, said.unfinished)
        if _shows(said.mark):
            self._insert_mark(said.mark)
        if len(self.recent) > WINDOW:
            self._finish(self.recent.pop(0))
            index -= 1
        if len(self.unfinished) > UNFINISHED_KEPT:
            self._drop_oldest_unfinished()
        if index >= 0 and (said.unfinished or index < len(self.recent) - 1):
            self._rejoin(index, join)

    def _finish(self, record: bytes) -> None:
        self.unfinished.pop(record[TIME_BYTES:_PLACE], None)

    def _drop_oldest_unfinished(self) -> None:
        for record in self.recent:
            if self.unfinished.pop(record[TIME_BYTES:_PLACE], None) is not None:
                return

    def _insert_mark(self, mark: Mark) -> None:
        bisect.insort(self.marks, mark.packed())
        if len(self.marks) > marks.KEPT:
            self._settle(marks.unpacked(self.marks.pop(0)))

    def _settle(self, mark: Mark) -> None:
        """Keep only in sums what a message shows."""
        second = seconds(mark.at)
        mask = mark.signals | (mark.refusal << marks.REFUSAL_PLACE)
        for at in range(marks.REFUSAL_PLACE + 1):
            if mask >> at & 1:
                self.settled[at] = self.settled.get(at, NOTHING).joined(second, mark.reviewed >> at & 1)
        index = self.index_of(mark.id)
        if index is not None:
            record = self.recent[index]
            self.recent[index] = record[:14] + bytes([record[14] | SETTLED]) + record[15:]

    def _change_old(self, index: int, said: Said) -> Placed:
        """Change a message that only the marks still have."""
        if not said.flags & (EDITED | DELETED):
            return Placed(known=True)
        old = marks.unpacked(self.marks.pop(index))
        if not said.flags & DELETED and _shows(said.mark):
            self._insert_mark(said.mark._replace(at=old.at))
        return Placed(known=True)

    def _merge(self, index: int, said: Said, join: Join) -> Placed:
        """Take another version of a message that is in the window: the greater holds, at the earlier time."""
        old = self._version(index, said.id)
        at = min(old.at, said.at)
        holds = max(old, said, key=lambda version: version.rank)
        self._move_first(place(old.at, said.id[:SHORT_ID]), place(at, said.id[:SHORT_ID]), holds, said)
        if holds is old and at == old.at:
            return Placed(known=True)
        self._lift(index, old)
        flags = holds.flags & ~SETTLED | old.flags & SETTLED
        mark = Mark(at, said.id) if old.flags & SETTLED else holds.mark._replace(at=at, joined=0, joined_reviewed=0)
        self._insert(holds._replace(at=at, flags=flags, mark=mark), join)
        return Placed(known=True)

    def _move_first(self, before: bytes, after: bytes, holds: Said, said: Said) -> None:
        """Keep the first message and its words' template true after a change of a message."""
        known = self.template if before == self.first else 0
        if before == self.first or after < self.first:
            self.first = after
            self.template = 0 if holds.flags & DELETED else max(known, said.template)

    def _version(self, index: int, id_: bytes) -> Said:
        """The known version of a message in the window."""
        known = recent.unpacked(self.recent[index])
        at = self.mark_index(id_)
        mark = Mark(known.at, id_, affinity=known.affinity) if at is None else marks.unpacked(self.marks[at])
        part = self.unfinished.get(known.short, (id_, b""))[1]
        return Said(known.at, id_, known.version_second * 1000, known.flags, mark, part)

    def _lift(self, index: int, old: Said) -> None:
        self.recent.pop(index)
        self.unfinished.pop(old.id[:SHORT_ID], None)
        at = self.mark_index(old.id)
        if at is not None:
            self.marks.pop(at)

    def _rejoin(self, index: int, join: Join) -> None:
        """Find again the phrases in pieces that a message at this index may begin, go on with, or end."""
        stop = min(index + PIECES, len(self.recent))
        for at in range(index, stop):
            if at > index and not self._follows(at):
                return
            parts = self._parts(at)
            hits = marks.mask_of(join(parts)) if len(parts) > 1 else (0, 0)
            self._set_joined(at, *hits)

    def _follows(self, index: int) -> bool:
        return time_of(self.recent[index]) - time_of(self.recent[index - 1]) <= PIECES_WITHIN

    def _parts(self, index: int) -> list[bytes]:
        """The pieces that end with a message, oldest first."""
        parts: list[bytes] = []
        for at in range(index, max(index - PIECES, -1), -1):
            part = self.unfinished.get(self.recent[at][TIME_BYTES:_PLACE])
            if part is None:
                break
            parts.append(part[1])
            if at == 0 or not self._follows(at):
                break
        return parts[::-1]

    def _set_joined(self, index: int, joined: int, reviewed: int) -> None:
        record = self.recent[index]
        if record[14] & SETTLED:
            return
        known = recent.unpacked(record)
        for at, packed in enumerate(self.marks):
            if packed[:_PLACE] == record[:_PLACE]:
                mark = marks.unpacked(packed)
                if (mark.joined, mark.joined_reviewed) == (joined, reviewed):
                    return
                self.marks.pop(at)
                break
        else:
            if not joined:
                return
            mark = Mark(known.at, self.unfinished[known.short][0], affinity=known.affinity)
        mark = mark._replace(joined=joined, joined_reviewed=reviewed)
        if _shows(mark):
            self._insert_mark(mark)


def _shows(mark: Mark) -> bool:
    near = mark.affinity >= recent.quantised(marks.AFFINITY_FROM)
    return bool(mark.signals or mark.refusal or near)


def _sums(sums: Sums) -> bytes:
    return sums.first.to_bytes(4) + sums.last.to_bytes(4) + sums.number.to_bytes(2)


def act_of(record: bytes) -> tuple[int, bytes, ActKind]:
    """Time, id and kind of an act's record."""
    return time_of(record), record[TIME_BYTES:-1], _ACT_KINDS[record[-1] % len(_ACT_KINDS)]
