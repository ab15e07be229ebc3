"""How often detection was right, from findings drawn at random alone (``sampling``), by how they were made."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from lightkeeper.review.judgement import outcome_of
from lightkeeper.review.models import CaseItem, Finding, Grade
from lightkeeper.review.parts import settles
from lightkeeper.review.states import GradeState, ItemState
from lightkeeper.review.statistics import Share, says_little, share

BANDS: Final = ((0, 0), (1, 7), (8, 15), (16, 23), (24, 31))
"""Distances in bits that are counted together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """Items found in one way. ``right`` is of those that were judged and could be; None where there were none.

    ``split`` says what of it this row is: how near, or in which form; "" where it is all. ``drawn`` items were drawn,
    ``waiting`` of them are not settled, ``untold`` settled without a word about the content. ``radius`` is None where
    equality was asked for.
    """

    list_name: str
    detector: str
    radius: int | None
    split: str
    drawn: int
    waiting: int
    untold: int
    right: Share | None

    @property
    def few(self) -> bool:
        """Whether this is too little to go by."""
        return says_little(self.right)


@dataclass(frozen=True, slots=True)
class Precisions:
    """The same items three times: by list, detector and radius; the same by how near; and by the variant found."""

    whole: list[Precision]
    by_distance: list[Precision]
    by_variant: list[Precision]


def precision(since: datetime | None = None) -> Precisions:
    """How often findings drawn since a time were right.

    An item counts once for each list and detector, however many entries it resembles and however often it came: by
    the nearest of its findings that were drawn, and by how it was judged last. Right is what people found illegal;
    wrong what they found not to be. What they could not judge, or called a duplicate, is counted apart: it speaks
    neither for nor against.
    """
    rows = Finding.objects.filter(sampled=True).defer("sealed").select_related("case_item")
    found = list(rows if since is None else rows.filter(found_at__gte=since))
    told, counted = told_of(row.case_item for row in found), _once_an_item(found)
    return Precisions(*(_grouped(counted, told, split) for split in (lambda _row: "", _band, _variant)))


def _once_an_item(found: list[Finding]) -> list[Finding]:
    """For each item, list and detector the finding that counts: the nearest; of these a match, then the unchanged."""
    counts: dict[tuple[int, str, str], Finding] = {}
    for row in sorted(found, key=lambda row: (row.distance, row.tier == "possible", row.variant != "", row.pk)):
        counts.setdefault((row.case_item.item_id, row.list_name, row.algorithm), row)
    return list(counts.values())


def _grouped(
    rows: list[Finding], told: dict[int, bool | None], split: Callable[[Finding], str]
) -> list[Precision]:  # fmt: skip
    groups: dict[tuple[str, str, int, str], list[Finding]] = defaultdict(list)
    for row in rows:
        groups[row.list_name, row.algorithm, -1 if row.radius is None else row.radius, split(row)].append(row)
    return [
        _of(name, detector, None if radius < 0 else radius, part, rows, told)
        for (name, detector, radius, part), rows in sorted(groups.items())
    ]


def _of(
    name: str, detector: str, radius: int | None, part: str, rows: list[Finding], told: dict[int, bool | None]
) -> Precision:
    items = [row.case_item.item_id for row in rows]
    counted = Counter(told[item] for item in items if item in told)
    return Precision(
        list_name=name, detector=detector, radius=radius, split=part[2:], drawn=len(items),
        waiting=len(items) - counted.total(), untold=counted[None],
        right=share(counted[True], counted[True] + counted[False]),
    )  # fmt: skip


def _band(row: Finding) -> str:
    """In words, with a letter before by which they are put in order."""
    if row.algorithm != "pdq":
        return "a " + _("same bytes or address")
    if row.tier == "possible":
        return "z " + _("possible")
    least, most = next((band for band in BANDS if row.distance <= band[1]), (BANDS[-1][1] + 1, 256))
    if least == most:
        return "b " + _("no bit differs")
    return f"{'cdefg'[[band[0] for band in (*BANDS[1:], (32, 256))].index(least)]} " + _(
        "%(least)d to %(most)d bits differ"
    ) % {"least": least, "most": most}


def _variant(row: Finding) -> str:
    return f"b {row.variant}" if row.variant else "a " + _("as it came")


def told_of(rows: Iterable[CaseItem]) -> dict[int, bool | None]:
    """What people found of items, by how they were settled last: right, wrong, or None where they did not say."""
    settled = {row.pk: row for row in rows if row.state == ItemState.SETTLED}
    grades: dict[int, list[Grade]] = defaultdict(list)
    for grade in Grade.objects.filter(case_item__in=settled, state=GradeState.STANDING).order_by("pk"):
        grades[grade.case_item_id].append(grade)
    in_order = sorted(settled.values(), key=lambda row: (row.settled_at, row.pk))
    return {row.item_id: _found(row, grades[row.pk]) for row in in_order}


def _found(item: CaseItem, grades: list[Grade]) -> bool | None:
    if not grades or not settles(item, grades):  # erased before it was judged
        return None
    outcome = outcome_of(grades[-1])
    if outcome is None or outcome.cannot_tell:
        return None
    if outcome.illegal:
        return True
    return False if outcome.unfounded or outcome.code == "confirmed_tos_only" else None
