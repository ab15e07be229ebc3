"""Messages laid out as a person reads them: by day, silences told, what has no mark folded away with its number."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SILENCE: Final = timedelta(hours=4)
"""A silence that is as long as this is told."""


class Lane(enum.StrEnum):
    """Whose message it is: ``A`` is who is looked at, ``B`` who was written to, ``C`` anybody else."""

    A = "A"
    B = "B"
    C = "C"


@dataclass(frozen=True, slots=True)
class Line:
    """One message. ``text``: its words where they are shown now, None where they are not or there are none.

    ``number`` counts from 1 through the conversation; ``marks`` are names of signals in the reader's language.
    ``read``: it is shown now, whether or not there are words. ``empty``: there are none to be shown. ``severe`` is what
    kind of words lie under a veil of their own, "" for none; ``notes`` say what else is known.
    """

    number: int
    reference: str
    lane: Lane
    at: datetime
    marks: tuple[str, ...] = ()
    text: str | None = None
    severe: str = ""
    notes: tuple[str, ...] = ()
    evidence: bool = False
    read: bool = False
    empty: bool = False

    @property
    def stands(self) -> bool:
        """Whether it stands by itself: what is neither marked nor shown is folded."""
        return bool(self.marks) or self.read


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands under a day: a silence in words, one message, or messages that are folded."""

    kind: str  # "gap" | "line" | "fold"
    says: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """One day on which something was written, after ``silence`` in words ("" for none)."""

    date: date
    silence: str
    pieces: tuple[Piece, ...]


def days(lines: Sequence[Line]) -> list[Day]:
    """Lay messages out; they come in their order."""
    found, last = list[Day](), None
    for day, of_day in groupby(lines, key=lambda line: line.at.date()):
        rows = list(of_day)
        silence = silence_in_words(rows[0].at - last) if last is not None else ""
        found.append(Day(day, silence, tuple(_pieces(rows))))
        last = rows[-1].at
    return found


def silence_in_words(span: timedelta) -> str:
    """A silence in words, "" where it is too short to be told."""
    if span < SILENCE:
        return ""
    hours = int(span / timedelta(hours=1))
    if hours < 48:
        return ngettext("%(n)d hour of silence", "%(n)d hours of silence", hours) % {"n": hours}
    return ngettext("%(n)d day of silence", "%(n)d days of silence", hours // 24) % {"n": hours // 24}


def fold_in_words(count: int) -> str:
    """How many messages are folded."""
    return ngettext("%(n)d message without a mark", "%(n)d messages without a mark", count) % {"n": count}


def heard_in_words(first: datetime, last: datetime) -> str:
    """From when to when."""
    if first.date() == last.date():
        return _("on %(day)s") % {"day": _day(first)}
    return _("from %(first)s to %(last)s") % {"first": _day(first), "last": _day(last)}


def _day(at: datetime) -> str:
    return date_format(at, "j M Y")


def _pieces(rows: Sequence[Line]) -> Iterator[Piece]:
    for run in _runs(rows):
        if isinstance(run, str):
            yield Piece("gap", says=run)
        elif run[0].stands:
            yield from (Piece("line", lines=(line,)) for line in run)
        else:
            yield Piece("fold", says=fold_in_words(len(run)), lines=tuple(run))


def _runs(rows: Sequence[Line]) -> Iterator[str | list[Line]]:
    """What stands by itself together, what is folded together, silences between them."""
    run = [rows[0]]
    for before, line in pairwise(rows):
        silence = silence_in_words(line.at - before.at)
        if silence or line.stands != before.stands:
            yield run
            run = []
        if silence:
            yield silence
        run.append(line)
    yield run
