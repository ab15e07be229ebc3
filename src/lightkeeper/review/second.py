"""When a second person is asked, and what happens if there is none."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may
from lightkeeper.record.events import Event
from lightkeeper.record.policy import PolicyValues, current_policy
from lightkeeper.record.services import write_event
from lightkeeper.review.grading import details_of, lock_item, make_grade, subject_of
from lightkeeper.review.judgement import GradeError, Judgement, agree, judgement_of, outcome_of
from lightkeeper.review.leasing import is_silent, lease_of
from lightkeeper.review.models import CaseItem, Grade
from lightkeeper.review.parts import REVIEWERS, standing
from lightkeeper.review.states import GradeState, ItemState
from lightkeeper.review.types import GradePart, SecondReason
from lightkeeper.review.vocabularies import Vocabulary, vocabulary
from lightkeeper.runtime.services import SealError, unseal

UNJUDGED: Final = frozenset({"", "none", "unknown", "unclassified"})
"""What a list says that says nothing."""
SCALES: Final = ("uk_category", "industry_class")
"""The scales in which lists say what something is."""
SURELY: Final = "match"
"""The tier of findings that say that something is known, not only that it may be."""
_random = SystemRandom()
_logger = logging.getLogger(__name__)


def reasons_for_second(grade: Grade) -> set[SecondReason]:
    """Why a second person is to be asked after this first grade, by the policy in force; none if nobody is.

    Chance is drawn anew at each call: ask once, when the grade comes to stand. What confirms unchanged the grade of
    the same item, on which two agreed, needs no second for what these two knew already.
    """
    policy = current_policy()
    found = set()
    if _draw(policy.second_random_percent):
        found.add(SecondReason.RANDOM)
    if policy.second_unsure and (grade.confidence == "unsure" or _outcome(grade, "cannot_tell")):
        found.add(SecondReason.UNSURE)
    if policy.second_high_stakes and grade.imminent:
        found.add(SecondReason.HIGH_STAKES)
    return found if _agreed_before(grade) else found | _because_of_first(grade, policy)


def _because_of_first(grade: Grade, policy: PolicyValues) -> set[SecondReason]:
    found = set()
    if policy.second_high_stakes and _grave(grade):
        found.add(SecondReason.HIGH_STAKES)
    if policy.second_list_disagrees and list_disagrees(grade):
        found.add(SecondReason.LIST_DISAGREES)
    firsts = Grade.objects.filter(person_id=grade.person_id, part=GradePart.FIRST, state=GradeState.STANDING)
    if firsts.exclude(pk=grade.pk).count() < policy.second_new_reviewer_grades:
        found.add(SecondReason.NEW_REVIEWER)
    return found


def list_disagrees(grade: Grade) -> bool:
    """Say whether a list says otherwise: that it is known, or another class of a scale that both use.

    A list's category is compared only with the answer of the same scale; scales are never converted.
    """
    return any(_contradicts(grade, tier, category) for tier, category in _listed(grade.case_item))


def _contradicts(grade: Grade, tier: str, category: str) -> bool:
    scales = dict(_scales_with(vocabulary(grade.vocabulary), category))
    if _outcome(grade, "unfounded") or grade.outcome == "confirmed_tos_only":
        return tier == SURELY or bool(scales)
    return _outcome(grade, "illegal") and any(getattr(grade, scale) != code for scale, code in scales.items())


def _scales_with(words: Vocabulary, category: str) -> Iterator[tuple[str, str]]:
    """The scales that have a list's category among their values, and how each writes it."""
    if category.casefold() in UNJUDGED:
        return
    for scale in SCALES:
        if scale not in words.questions:
            continue
        codes = {code.casefold(): code for code in words.question(scale).values}
        if category.casefold() in codes:
            yield scale, codes[category.casefold()]


def _listed(case_item: CaseItem) -> Iterator[tuple[str, str]]:
    """Tier and category of each finding; one that cannot be opened says only that a list has it, which is grave."""
    for finding in case_item.findings.all():
        try:
            category = json.loads(unseal("review:finding", bytes(finding.sealed)))[1]
        except SealError:
            _logger.error("finding %s cannot be opened", finding.pk)  # noqa: TRY400  # no traceback
            yield SURELY, ""
        else:
            yield finding.tier, (category or "").strip()


def _draw(percent: int) -> bool:
    return _random.random() * 100 < percent


def _outcome(grade: Grade, flag: str) -> bool:
    value = outcome_of(grade)
    return value is not None and bool(getattr(value, flag))


def _grave(grade: Grade) -> bool:
    words = vocabulary(grade.vocabulary)
    values = (words.value(code, getattr(grade, code)) for code in ("uk_category", "industry_class"))
    by_scale = _outcome(grade, "illegal") and any(value is not None and value.grave for value in values)
    return by_scale or _outcome(grade, "grave")


def _agreed_before(grade: Grade) -> bool:
    before = grade.offered
    if before is None or before.case_item.item_id != grade.case_item.item_id or not agree(grade, before):
        return False
    return len({other.person_id for other in standing(before.case_item) if agree(other, before)}) > 1


@transaction.atomic
def break_glass(*, case_item: CaseItem, person: Person, reason: str, judgement: Judgement | None = None) -> Grade:
    """Grade alone what has waited for another for too long: the grade settles the item when its minute is over.

    ``reason`` is written and kept sealed as the grade's note; leads are told when the grade stands. Without a
    judgement it is one's own that stands already. It needs no lease, since the case is not offered to whoever graded
    it, but nobody else may have one. Raises PermissionDenied and GradeError.
    """
    if not may(person, Permission.CASE_GRADE):
        raise PermissionDenied(Permission.CASE_GRADE.value)
    item = lock_item(case_item)
    lease = lease_of(item.case)
    if lease is not None and lease.person_id != person.pk and not is_silent(lease):
        raise GradeError(_("Somebody has this case now and can grade it."))
    since = waits_since(item)
    if since is None or item.grades.filter(state=GradeState.PENDING).exists():
        raise GradeError(_("This item does not wait for another person."))
    hours = current_policy().break_glass_hours
    if now() - since < timedelta(hours=hours):
        raise GradeError(
            _("It must have waited for another person for %(hours)d hours before you can settle it alone.")
            % {"hours": hours}
        )
    grade = make_grade(item, person, _alone(item, person, reason, judgement), GradePart.ALONE, None)
    waited = int((now() - since).total_seconds() // 3600)
    write_event(
        Event.REVIEW_GLASS_BROKEN,
        actor=person.actor,
        subject=subject_of(grade),
        details={**details_of(grade), "hours": waited},
    )
    return grade


def waits_since(item: CaseItem) -> datetime | None:
    """Since when an item waits for another person: when the grade stood that asked for one. None if it does not."""
    if item.state not in (ItemState.SECOND, ItemState.DISAGREED):
        return None
    return max((grade.ended_at for grade in standing(item) if grade.part in REVIEWERS and grade.ended_at), default=None)


def _alone(item: CaseItem, person: Person, reason: str, judgement: Judgement | None) -> Judgement:
    """What is graded alone, with its reason. Raises GradeError."""
    own = [grade for grade in standing(item) if grade.person_id == person.pk]
    if not own and item.state == ItemState.SECOND:
        raise GradeError(_("You can give the second judgement yourself."))
    if judgement is None and not own:
        raise GradeError(_("Say what it is, by a judgement of your own."))
    if not reason.strip():
        raise GradeError(_("Write down why you settle it alone."))
    if judgement is None:
        judgement = dataclasses.replace(judgement_of(own[-1]), imminent=own[-1].imminent, reason=own[-1].reason)
    return dataclasses.replace(judgement, note=reason.strip(), part=None)
