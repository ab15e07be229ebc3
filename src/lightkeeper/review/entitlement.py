"""What somebody may see of an item now: which levels, in which steps, and what they saw of it already."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may
from lightkeeper.record.queries import Seen, seen_in
from lightkeeper.record.types import ItemKind, RevealEnd, RevealLevel, RevealPurpose, Track
from lightkeeper.review.addresses.writing import ADDRESS
from lightkeeper.review.models import CaseItem
from lightkeeper.review.parts import part_of
from lightkeeper.review.protection import Protecting, effective
from lightkeeper.review.states import GradeState, ItemState
from lightkeeper.review.types import GradePart, MediaKind

WHOLE: Final = "whole"
PARTS: Final = tuple(f"tile-{number}" for number in range(1, 10))
"""A raster of three by three, row by row."""

_PART: Final = re.compile(r"whole|address|tile-[1-9]|around-[1-9][0-9]{0,3}")
_AROUND: Final = "around-"
"""A part of a conversation: the messages about the one of this number."""
_RANK: Final = {level: rank for rank, level in enumerate(RevealLevel.values)}
_PURPOSES: Final = {
    GradePart.FIRST: RevealPurpose.FIRST,
    GradePart.SECOND: RevealPurpose.SECOND,
    GradePart.CONSENSUS: RevealPurpose.CONSENSUS,
    GradePart.SENIOR: RevealPurpose.SENIOR,
    GradePart.ALONE: RevealPurpose.FIRST,
}


class RevealRefused(Exception):  # noqa: N818  # what it says
    """Nothing is shown, and why: ``code`` names it, the text is a sentence for whoever asked, ``status`` is HTTP's."""

    def __init__(self, code: str, sentence: str, *, status: int = 409) -> None:
        super().__init__(sentence)
        self.code, self.sentence, self.status = code, sentence, status


@dataclass(frozen=True, slots=True)
class Ladder:
    """The levels of an item's picture that a person may see, the lowest first; ``next``: the one to show now.

    ``parts``: whether the next is shown in parts only, because the whole comes afterwards.
    """

    levels: tuple[str, ...]
    next: str | None
    parts: bool


def seen(case_item: CaseItem, person: Person) -> list[Seen]:
    """What this person saw of an item of a case, in order; what failed to be shown is not among it."""
    return [one for one in seen_in(case_item.pk, person=person.pk) if one.how != RevealEnd.FAILED]


def highest_seen(case_item: CaseItem, person: Person) -> str:
    """The highest level at which this person saw any part of the picture, "" if they saw nothing.

    Of a conversation it is the words that count.
    """
    had = seen(case_item, person)
    if case_item.item.kind == ItemKind.CONVERSATION:
        return RevealLevel.FULL.value if any(one.track == Track.TEXT for one in had) else ""
    return _highest(had)


def _highest(had: Sequence[Seen]) -> str:
    return max((one.level for one in _pictures(had)), key=_RANK.__getitem__, default="")


def lowest_needed(case_item: CaseItem) -> str:
    """The level that sufficed for the first reviewer: where others begin, so that nobody sees more than is needed."""
    first = case_item.grades.filter(state=GradeState.STANDING, part=GradePart.FIRST).first()
    return first.seen if first is not None and first.seen in _RANK else RevealLevel.TILE.value


def ladder(case_item: CaseItem, person: Person) -> Ladder:
    """What there is to show to this person, from where they begin."""
    return ladder_after(case_item, effective(person), seen(case_item, person))


def ladder_after(case_item: CaseItem, protecting: Protecting, had: Sequence[Seen]) -> Ladder:
    """The same, for whoever is protected like this and saw that much."""
    begin = _RANK[_beginning(case_item)]
    levels = tuple(level for level in _there(case_item, protecting) if _RANK[level] >= begin)
    allowed = [level for level in levels if _missing_step(case_item, level, protecting, had) is None]
    best = _highest(had)
    following = next((level for level in allowed if not best or _RANK[level] > _RANK[best]), None)
    chosen = following or (allowed[-1] if allowed else None)
    return Ladder(levels, chosen, chosen == RevealLevel.FULL and _parts_come_first(protecting, had))


def purpose_of(case_item: CaseItem, person: Person) -> RevealPurpose:
    """Why this person looks: the part that their grade would play. RevealRefused where it would play none."""
    part = part_of(case_item, person)
    if part is not None:
        return _PURPOSES[part]
    if not may(person, Permission.CASE_GRADE) and case_item.state != ItemState.SETTLED:
        return RevealPurpose.SENIOR
    raise RevealRefused("not-your-turn", _("Nothing of this item waits for you, so it is not shown."))


def check(case_item: CaseItem, person: Person, protecting: Protecting, *, track: str, level: str, part: str) -> None:
    """Raise RevealRefused where this person is not entitled to see that now."""
    if track not in (Track.PICTURE, Track.TEXT) or level not in _RANK or not _PART.fullmatch(part):
        raise RevealRefused("unknown", _("There is no such level or part."), status=400)
    if track == Track.TEXT:
        _check_text(case_item, protecting, level, part)
        return
    if part.startswith(_AROUND) or part == ADDRESS:
        raise RevealRefused("unknown", _("There is no such level or part."), status=400)
    if "still" in protecting.opt_outs:
        raise RevealRefused("opted-out", _("You chose to take no still pictures. Give this case back."))
    if _RANK[level] > _RANK[protecting.highest_level]:
        raise RevealRefused("above-highest", _("This level is above the highest that is shown to you."))
    had = seen(case_item, person)
    missing = _missing_step(case_item, level, protecting, had)
    if missing is not None:
        name = RevealLevel(missing).label
        raise RevealRefused("step-missing", _("Look at the level below first: %(level)s.") % {"level": name})
    if level == RevealLevel.FULL and part == WHOLE and _parts_come_first(protecting, had):
        raise RevealRefused("parts-first", _("Look at a part first; the whole comes afterwards."))


def _check_text(case_item: CaseItem, protecting: Protecting, level: str, part: str) -> None:
    around = part.startswith(_AROUND) and case_item.item.kind == ItemKind.CONVERSATION
    address = part == ADDRESS and case_item.item.kind == ItemKind.URL
    if level != RevealLevel.FULL or not (part == WHOLE or around or address):
        raise RevealRefused("unknown", _("There is no such level or part."), status=400)
    if "text" in protecting.opt_outs and not address:
        raise RevealRefused("opted-out", _("You chose to take no text. Give this case back."))


def _beginning(case_item: CaseItem) -> str:
    return RevealLevel.TILE.value if case_item.state == ItemState.WAITING else lowest_needed(case_item)


def _there(case_item: CaseItem, protecting: Protecting) -> list[str]:
    """The levels of which there is a picture and that are not above the highest, the lowest first."""
    kinds = set(case_item.media.exclude(kind=MediaKind.ORIGINAL).values_list("kind", flat=True))
    return [level for level in _RANK if level in kinds and _RANK[level] <= _RANK[protecting.highest_level]]


def _missing_step(case_item: CaseItem, level: str, protecting: Protecting, had: Sequence[Seen]) -> str | None:
    """The level that must be seen before this one, if it was not: steps begin where the person begins."""
    if not protecting.steps or _RANK[level] <= _RANK[_beginning(case_item)]:
        return None
    below = [one for one in _there(case_item, protecting) if _RANK[one] < _RANK[level]]
    if not below or any(_RANK[one.level] >= _RANK[below[-1]] for one in _pictures(had)):
        return None
    return below[-1]


def _parts_come_first(protecting: Protecting, had: Sequence[Seen]) -> bool:
    return protecting.parts_first and not any(one.level == RevealLevel.FULL for one in _pictures(had))


def _pictures(had: Sequence[Seen]) -> list[Seen]:
    return [one for one in had if one.track == Track.PICTURE]
