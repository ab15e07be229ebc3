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
RESOLVING: Final = (GradePart.CONSENSUS, GradePart.SENIOR, GradePart.ALONE)
"""Who has the last word where two disagree."""


@dataclass(frozen=True, slots=True, order=True)
class Word:
    """An answer: its code, and what it is called in the vocabulary in which it was given."""

    code: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One question, answered by both. ``pairs``: how often the first said one word and the second the other."""

    question: str
    same: Share | None
    kappa: Kappa | None
    pairs: Mapping[tuple[Word, Word], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """Items on which two disagreed and that were settled in one way. ``as_first``: as the first grade had said.

    ``overturned``: otherwise than the first had said, as the second had or as neither had.
    """

    part: GradePart
    as_first: int
    as_second: int
    otherwise: int
    overturned: Share | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviews:
    """All that was judged twice. ``drawn``: only where chance asked for the second; these stand for all.

    ``resolved``: how it ended where two disagreed, by who settled it.
    """

    all: list[Agreement]
    drawn: list[Agreement]
    why: Mapping[SecondReason, Share]
    resolved: list[Resolved]


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
        resolved=[found for part in RESOLVING if (found := _resolved(part, items)) is not None],
    )


def agreed(item: CaseItem) -> bool | None:
    """Whether the first and the second judgement of a settled item are the same; None where only one person judged."""
    grades = Grade.objects.filter(case_item=item, state=GradeState.STANDING).order_by("pk")
    both = _both(list(grades)) if item.second_because else None
    return None if both is None else agree(*both)


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
    said = [(_said(question, first), _said(question, second)) for first, second in pairs]
    counted = Counter((one, other) for one, other in said if one.code and other.code)
    codes: Counter[tuple[str, str]] = Counter()
    for (one, other), count in counted.items():
        codes[one.code, other.code] += count
    same = sum(count for (one, other), count in codes.items() if one == other)
    return Agreement(question=question, same=share(same, codes.total()), kappa=kappa(codes), pairs=counted)


def _said(question: str, grade: Grade) -> Word:
    code = getattr(grade, question)
    return Word(code, vocabulary(grade.vocabulary).label(question, code))


def _by_reason(pairs: list[tuple[CaseItem, Grade, Grade]]) -> dict[SecondReason, Share]:
    """How often both agreed in all that matters, by why the second was asked."""
    found: dict[SecondReason, list[bool]] = defaultdict(list)
    for item, first, second in pairs:
        for code in item.second_because.split(","):
            found[SecondReason(code)].append(agree(first, second))
    shares = {reason: share(sum(found[reason]), len(found[reason])) for reason in SecondReason if reason in found}
    return {reason: one for reason, one in shares.items() if one is not None}


def _resolved(part: GradePart, items: list[tuple[CaseItem, list[Grade]]]) -> Resolved | None:
    """How often the last word of this kind was that of the first or of the second; None where there was none."""
    ends = [
        (agree(first, of[-1]), agree(second, of[-1]))
        for _, of in items
        if of[-1].part == part and (both := _both(of)) is not None and not agree(*both)
        for first, second in [both]
    ]
    if not ends:
        return None
    as_first, as_second = sum(first for first, _ in ends), sum(second for _, second in ends)
    return Resolved(
        part=part, as_first=as_first, as_second=as_second, otherwise=len(ends) - as_first - as_second,
        overturned=share(len(ends) - as_first, len(ends)),
    )  # fmt: skip
