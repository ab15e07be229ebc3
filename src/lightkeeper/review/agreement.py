"""How far two people who judged the same item without knowing of one another agree. Nothing here is about a person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lightkeeper.review.judgement import agree
from lightkeeper.review.models import CaseItem, Grade
from lightkeeper.review.parts import settles
from lightkeeper.review.states import GradeState, ItemState
from lightkeeper.review.statistics import Kappa, Share, kappa, share
from lightkeeper.review.types import GradePart, SecondReason
from lightkeeper.review.vocabularies import vocabulary

QUESTIONS: Final = ("outcome", "uk_category", "industry_class")
"""What is compared: how much of it is the same, and what took the place of what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One question, answered by both. ``pairs``: how often the first said one word and the second the other."""

    question: str
    same: Share | None
    kappa: Kappa | None
    pairs: Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviews:
    """All that was judged twice. ``drawn``: only where chance asked for the second; these stand for all.

    ``resolved`` items on which two disagreed were settled; ``overturned`` of them otherwise than the first had said.
    """

    all: list[Agreement]
    drawn: list[Agreement]
    why: Mapping[str, Share]
    overturned: Share | None


def reviews(since: datetime | None = None) -> Reviews:
    """Agreement of first and second grades of items that are settled, graded since a time.

    Items that are not settled yet are left out: who may still be asked must not learn what the first said.
    """
    items = _settled(since)
    pairs = [(item, first, second) for item, grades in items if (both := _both(grades)) for first, second in [both]]
    random = [(first, second) for item, first, second in pairs if SecondReason.RANDOM in item.second_because.split(",")]
    return Reviews(
        all=_compared([(first, second) for _, first, second in pairs]),
        drawn=_compared(random),
        why=_by_reason(pairs),
        overturned=_overturned(items),
    )


def _settled(since: datetime | None) -> list[tuple[CaseItem, list[Grade]]]:
    grades = Grade.objects.filter(state=GradeState.STANDING, case_item__state=ItemState.SETTLED)
    if since is not None:
        grades = grades.filter(made_at__gte=since)
    found: dict[CaseItem, list[Grade]] = defaultdict(list)
    for grade in grades.exclude(case_item__second_because="").select_related("case_item").order_by("pk"):
        found[grade.case_item].append(grade)
    return [(item, of) for item, of in found.items() if settles(item, of)]


def _both(grades: list[Grade]) -> tuple[Grade, Grade] | None:
    by_part = {grade.part: grade for grade in grades}
    first, second = by_part.get(GradePart.FIRST), by_part.get(GradePart.SECOND)
    return None if first is None or second is None else (first, second)


def _compared(pairs: list[tuple[Grade, Grade]]) -> list[Agreement]:
    return [_on(question, pairs) for question in QUESTIONS]


def _on(question: str, pairs: list[tuple[Grade, Grade]]) -> Agreement:
    """Only where both were asked: whoever found something harmless was not asked for its category."""
    said = [(getattr(first, question), getattr(second, question)) for first, second in pairs]
    counted = Counter((one, other) for one, other in said if one and other)
    same = sum(count for (one, other), count in counted.items() if one == other)
    return Agreement(
        question=question, same=share(same, counted.total()), kappa=kappa(counted),
        pairs={(_label(question, one), _label(question, other)): count for (one, other), count in counted.items()},
    )  # fmt: skip


def _label(question: str, code: str) -> str:
    value = vocabulary().value(question, code)
    return code if value is None else value.label


def _by_reason(pairs: list[tuple[CaseItem, Grade, Grade]]) -> dict[str, Share]:
    """How often both agreed in all that matters, by why the second was asked."""
    found: dict[str, list[bool]] = defaultdict(list)
    for item, first, second in pairs:
        for code in item.second_because.split(","):
            found[str(SecondReason(code).label)].append(agree(first, second))
    shares = {label: share(sum(agreed), len(agreed)) for label, agreed in sorted(found.items())}
    return {label: one for label, one in shares.items() if one is not None}


def _overturned(items: list[tuple[CaseItem, list[Grade]]]) -> Share | None:
    resolved = [of for _, of in items if (both := _both(of)) is not None and not agree(*both)]
    return share(sum(not agree(of[0], of[-1]) for of in resolved), len(resolved))
