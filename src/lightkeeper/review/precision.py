"""How often detection was right, from findings drawn at random alone (``sampling``), by how they were made."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from lightkeeper.review.models import CaseItem, Finding, Grade
from lightkeeper.review.parts import settles
from lightkeeper.review.states import GradeState, ItemState
from lightkeeper.review.statistics import Share, share
from lightkeeper.review.vocabularies import vocabulary

FEW: Final = 10
"""Below so many judged findings a share says little; the page says so."""
BANDS: Final = ((0, 0), (1, 7), (8, 15), (16, 23), (24, 31))
"""Distances in bits that are counted together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """Findings of one kind. ``right`` is of those that were judged and could be; None where there were none.

    ``drawn`` were drawn, ``waiting`` of them are not settled, ``untold`` settled without a word about the content.
    """

    list_name: str
    detector: str
    band: str
    radius: str
    drawn: int
    waiting: int
    untold: int
    right: Share | None

    @property
    def few(self) -> bool:
        """Whether this is too little to go by."""
        return self.right is None or self.right.n < FEW


def precision(since: datetime | None = None) -> list[Precision]:
    """How often findings drawn since a time were right, for each list, detector, and how near they were.

    Right is what people found illegal; wrong what they found not to be. A finding whose item they could not judge, or
    called a duplicate, is counted apart: it speaks neither for nor against.
    """
    rows = Finding.objects.filter(sampled=True).select_related("case_item")
    findings = list(rows if since is None else rows.filter(found_at__gte=since))
    told = _judged({row.case_item for row in findings})
    groups: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for row in findings:
        groups[row.list_name, row.algorithm, _band(row)].append(row)
    return [_of(name, detector, band, rows, told) for (name, detector, band), rows in sorted(groups.items())]


def _of(name: str, detector: str, band: str, rows: list[Finding], told: dict[int, bool | None]) -> Precision:
    counted = Counter(told.get(row.case_item_id) for row in rows if row.case_item_id in told)
    radii = sorted({row.radius for row in rows if row.radius is not None})
    return Precision(
        list_name=name, detector=detector, band=band[2:], radius=", ".join(map(str, radii)), drawn=len(rows),
        waiting=len(rows) - counted.total(), untold=counted[None],
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


def _judged(items: Iterable[CaseItem]) -> dict[int, bool | None]:
    """What people found of settled items: that a finding was right, that it was not, or None where they did not say."""
    settled = {item.pk: item for item in items if item.state == ItemState.SETTLED}
    grades: dict[int, list[Grade]] = defaultdict(list)
    for grade in Grade.objects.filter(case_item__in=settled, state=GradeState.STANDING).order_by("pk"):
        grades[grade.case_item_id].append(grade)
    return {pk: _found(item, grades[pk]) for pk, item in settled.items()}


def _found(item: CaseItem, grades: list[Grade]) -> bool | None:
    if not grades or not settles(item, grades):  # erased before it was judged
        return None
    outcome = vocabulary(grades[-1].vocabulary).value("outcome", grades[-1].outcome)
    if outcome is None or outcome.cannot_tell:
        return None
    if outcome.illegal:
        return True
    return False if outcome.unfounded or outcome.code == "confirmed_tos_only" else None
