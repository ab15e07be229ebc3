"""Consensus: two who disagree see each other's judgement; one proposes what both could mean, the other confirms it."""

from __future__ import annotations

import dataclasses

from django.db import transaction
from django.utils.translation import gettext as _

from lightkeeper.people.models import Person
from lightkeeper.review.grading import note_of, submit_grade
from lightkeeper.review.judgement import GradeError, Judgement, judgement_of
from lightkeeper.review.models import CaseItem, Grade
from lightkeeper.review.parts import standing
from lightkeeper.review.states import ItemState
from lightkeeper.review.types import GradePart


def proposal_of(case_item: CaseItem) -> Grade | None:
    """What one of two who disagree proposed last and the other has not answered; None where there is nothing."""
    if case_item.state != ItemState.DISAGREED:
        return None
    last = standing(case_item)[-1]
    return last if last.part == GradePart.CONSENSUS else None


def propose_consensus(*, case_item: CaseItem, person: Person, judgement: Judgement) -> Grade:
    """Write a revised judgement, by one of two who disagree. If it is what the other said last, it settles the item.

    Raises what ``submit_grade`` raises.
    """
    return submit_grade(
        case_item=case_item, person=person, judgement=dataclasses.replace(judgement, part=GradePart.CONSENSUS)
    )


@transaction.atomic
def confirm_consensus(*, case_item: CaseItem, person: Person, confidence: str = "sure", note: str = "") -> Grade:
    """Confirm what the other of two who disagree proposed: a grade of one's own, which settles the item.

    Raises GradeError where there is no proposal of another that stands, and what ``submit_grade`` raises.
    """
    proposed = proposal_of(CaseItem.objects.get(pk=case_item.pk))
    if proposed is None or proposed.person_id == person.pk:
        raise GradeError(_("There is no proposal of the other reviewer to confirm."))
    why = note or (note_of(proposed) if proposed.imminent and not proposed.reason else "")
    judgement = dataclasses.replace(
        judgement_of(proposed), confidence=confidence, note=why, part=GradePart.CONSENSUS,
        imminent=proposed.imminent, reason=proposed.reason,
    )  # fmt: skip
    return submit_grade(case_item=case_item, person=person, judgement=judgement, offered=proposed)
