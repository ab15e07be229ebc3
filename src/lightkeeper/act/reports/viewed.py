"""What the view log proves that people saw of an item: the only source of what a report says was viewed.

A picture was viewed if somebody of the staff was shown all of it at once at ``full``, and that ended as a reveal ends
that did show something. A video needs every second of its length. Data in the file (EXIF) have a track of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lightkeeper.record.models import Item
from lightkeeper.record.queries import Place, Seen, Wanted, looks
from lightkeeper.record.types import ItemKind, RevealEnd, RevealLevel, Track

WHOLE: Final = "whole"
_SECONDS: Final = re.compile(r"(?P<first>\d+)-(?P<last>\d+)")


@dataclass(frozen=True, slots=True)
class Viewed:
    """Whether all of an item was viewed, and whether the data in the file were; ``by`` the reveals that prove it."""

    whole: bool
    exif: bool
    by: tuple[int, ...] = ()


NOTHING: Final = Viewed(whole=False, exif=False)


def viewed(item: Item, *, before: datetime, seconds: int | None = None) -> Viewed:
    """What was viewed of an item before a moment; ``seconds`` is the length of a video, None where it is not known."""
    return of_reveals(looks_of(item, before), video=item.kind == ItemKind.VIDEO, seconds=seconds)


def looks_of(item: Item, before: datetime) -> list[Seen]:
    """All reveals of an item that began before a moment, whatever case it was in."""
    found: list[Seen] = []
    rows = looks(Wanted(items=(item.pk,), until=before))
    while rows:
        found += rows
        rows = looks(Wanted(items=(item.pk,), until=before), before=_place(rows[-1]))
    return found


def of_reveals(reveals: Iterable[Seen], *, video: bool, seconds: int | None = None) -> Viewed:
    """What these reveals prove of one item."""
    shown = [row for row in reveals if row.level == RevealLevel.FULL and _shown(row)]
    pictures = [row for row in shown if row.track == Track.PICTURE]
    exif = [row for row in shown if row.track == Track.EXIF and row.part == WHOLE]
    proof = _covering(pictures, seconds) if video else [row for row in pictures if row.part == WHOLE][:1]
    # The authority's rule: who says that the data were viewed says that the file was.
    data = bool(exif) and bool(proof)
    return Viewed(bool(proof), data, tuple(row.number for row in (*proof, *(exif[:1] if data else ()))))


def _shown(row: Seen) -> bool:
    """Whether it is known to have shown something: it ended, not by a failure, and lasted."""
    return row.how is not None and row.how != RevealEnd.FAILED and bool(row.seconds)


def _covering(rows: list[Seen], seconds: int | None) -> list[Seen]:
    """The reveals of parts of a video if they cover every second of it, none otherwise."""
    if not seconds:
        return []
    seen: set[int] = set()
    for row in rows:
        part = _SECONDS.fullmatch(row.part)
        if part is not None:
            seen.update(range(int(part["first"]), min(int(part["last"]), seconds)))
    return rows if len(seen) >= seconds else []


def _place(row: Seen) -> Place:
    return Place(row.began_at, row.number)
