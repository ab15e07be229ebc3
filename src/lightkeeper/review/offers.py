"""Offers: what was graded is not looked at again; the grade of the same item or of a near-duplicate is offered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db.models import QuerySet

from lightkeeper.record.policy import current_policy
from lightkeeper.record.types import ItemKind
from lightkeeper.review.judgement import Judgement, agree, faults, judgement_of
from lightkeeper.review.models import CaseItem, Grade
from lightkeeper.review.parts import standing
from lightkeeper.review.seeing import deciding_grade
from lightkeeper.review.states import ItemState
from lightkeeper.review.types import CaseReason, MediaKind
from lightkeeper.review.vocabularies import vocabulary

SAY_NOTHING = frozenset({"duplicate", "not_found"})
"""Outcomes that are about a case and say nothing of the content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A grade that can be confirmed for another item.

    ``why``: ``exact`` if it is of the same item, ``cluster`` if of a near-duplicate. ``agreed``: so many people stand
    behind it. ``needs_view``: the item must be looked at before; where it need not, the record says "not viewed".
    """

    grade: Grade
    judgement: Judgement
    why: Literal["exact", "cluster"]
    agreed: int
    needs_view: bool


def offered(case_item: CaseItem) -> Offer | None:
    """What is offered for an item that waits for a first grade: the same item's grade before any near-duplicate's.

    Nothing for an item that was opened again: somebody asked that it be looked at anew; nothing for an address: what
    is there changes.
    """
    if case_item.state != ItemState.WAITING or case_item.case.reason == CaseReason.REOPENED:
        return None
    if case_item.item.kind == ItemKind.URL:
        return None
    same = _settled(CaseItem.objects.filter(item_id=case_item.item_id))
    if same is not None:
        return _offer(case_item, same, "exact")
    if case_item.cluster_id is None:
        return None
    near = _settled(CaseItem.objects.filter(cluster_id=case_item.cluster_id).exclude(item_id=case_item.item_id))
    return _offer(case_item, near, "cluster") if near is not None else None


def _settled(rows: QuerySet[CaseItem]) -> Grade | None:
    """The deciding grade of the item among these that was settled last."""
    last = rows.filter(state=ItemState.SETTLED).order_by("-settled_at", "-pk").first()
    return deciding_grade(last) if last is not None else None


def _offer(case_item: CaseItem, grade: Grade, why: Literal["exact", "cluster"]) -> Offer | None:
    judgement = judgement_of(grade)
    outcome = vocabulary().value("outcome", grade.outcome)
    if outcome is None or outcome.cannot_tell or outcome.code in SAY_NOTHING or faults(judgement):
        return None
    agreed = len({other.person_id for other in standing(grade.case_item) if agree(other, grade)})
    twice = why == "exact" and agreed > 1
    needs_view = not twice and current_policy().offers_need_view and _shows_something(case_item)
    return Offer(grade=grade, judgement=judgement, why=why, agreed=agreed, needs_view=needs_view)


def _shows_something(case_item: CaseItem) -> bool:
    return case_item.media.exclude(kind=MediaKind.ORIGINAL).exists()
