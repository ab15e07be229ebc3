"""The tables of the quality page as rows: for CSV, each with its headings (docs/quality-tables.md), and as a matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lightkeeper.review.queries import (
    Agreement,
    Kappa,
    Precisions,
    Reviews,
    Share,
    Word,
    precision,
    reviews,
    signal_precision,
)
from lightkeeper.review.vocabularies import vocabulary

Row = tuple[object, ...]
SHARE: Final = ("share", "share_low", "share_high")


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the headings of its columns, and how its rows are made of what is known since a time."""

    headings: tuple[str, ...]
    rows: Callable[[datetime | None], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often the first said one word and the second another; ``rows`` are the first's, columns the second's."""

    words: tuple[Word, ...]
    rows: tuple[tuple[Word, tuple[tuple[int, bool], ...]], ...]


def confusion(one: Agreement) -> Confusion:
    """What was said of a question, in the order of the vocabulary's words; each count with whether both agreed."""
    order = list(vocabulary().question(one.question).values)
    said = {word for pair in one.pairs for word in pair}
    words = tuple(sorted(said, key=lambda word: (_place(order, word.code), word)))
    rows = (
        (first, tuple((one.pairs.get((first, second), 0), first.code == second.code) for second in words))
        for first in words
    )
    return Confusion(words, tuple(rows))


def _place(order: list[str], code: str) -> int:
    return order.index(code) if code in order else len(order)


def _precision(since: datetime | None) -> Iterator[Row]:
    found: Precisions = precision(since)
    for split, rows in (("all", found.whole), ("distance", found.by_distance), ("variant", found.by_variant)):
        for row in rows:
            yield (
                split, row.list_name, row.detector, _or_empty(row.radius), row.split, row.drawn, row.waiting,
                row.untold, *_counted(row.right),
            )  # fmt: skip


def _agreement(since: datetime | None) -> Iterator[Row]:
    for sample, one in _asked(reviews(since)):
        yield sample, one.question, *_counted(one.same), *_kappa(one.kappa)


def _answers(since: datetime | None) -> Iterator[Row]:
    for sample, one in _asked(reviews(since)):
        for (first, second), count in sorted(one.pairs.items()):
            yield sample, one.question, first.code, first.label, second.code, second.label, count


def _reasons(since: datetime | None) -> Iterator[Row]:
    for reason, one in reviews(since).why.items():
        yield reason.value, str(reason.label), *_counted(one)


def _resolved(since: datetime | None) -> Iterator[Row]:
    for one in reviews(since).resolved:
        said = (one.as_first, one.as_second, one.otherwise)
        yield one.part.value, str(one.part.label), *said, *_counted(one.overturned)


def _signals(since: datetime | None) -> Iterator[Row]:
    for one in signal_precision(since):
        yield one.signal, *_counted(one.right)


def _asked(judged: Reviews) -> Iterator[tuple[str, Agreement]]:
    for sample, rows in (("random", judged.drawn), ("all", judged.all)):
        for one in rows:
            yield sample, one


def _counted(one: Share | None) -> Row:
    return (0, 0, "", "", "") if one is None else (one.count, one.n, *map(_rounded, (one.value, one.low, one.high)))


def _kappa(one: Kappa | None) -> Row:
    return ("", "", "") if one is None else tuple(map(_rounded, (one.value, one.low, one.high)))


def _rounded(value: float) -> float:
    return round(value, 6)


def _or_empty(number: int | None) -> object:
    return "" if number is None else number


TABLES: Final[Mapping[str, Table]] = {
    "precision": Table(
        ("split", "list", "detector", "radius", "part", "drawn", "waiting", "not_told", "right", "judged", *SHARE),
        _precision,
    ),
    "agreement": Table(("sample", "question", "same", "pairs", *SHARE, "kappa", "kappa_low", "kappa_high"), _agreement),
    "answers": Table(("sample", "question", "first", "first_label", "second", "second_label", "count"), _answers),
    "reasons": Table(("reason", "reason_label", "agreed", "pairs", *SHARE), _reasons),
    "resolved": Table(
        ("settled_by", "settled_by_label", "as_first", "as_second", "otherwise", "overturned", "items", *SHARE),
        _resolved,
    ),
    "signals": Table(("signal", "right", "judged", *SHARE), _signals),
}
"""All tables, by the name in their address."""
