"""What the pages of oversight are about: looks, a load of some days, and judgements of what was drawn at random."""

from __future__ import annotations

import dataclasses
from datetime import UTC, timedelta
from typing import Final

from django.utils.timezone import now

from lightkeeper.people.models import Person
from lightkeeper.people.types import Role
from lightkeeper.record.models import Reveal
from lightkeeper.record.types import RevealEnd
from lightkeeper.record.viewlog import end_reveal
from lightkeeper.review.judgement import Judgement
from lightkeeper.review.models import CaseItem, DayExposure, Finding
from lightkeeper.review.tests.grades_made import (
    case_item,
    harmless,
    illegal,
    policy,
    reviewer,
    stood,
)
from lightkeeper.review.tests.making import finding

FORMS: Final = ((0, None), (5, None), (6, "mirrored"), (11, None), (12, "trimmed"), (18, "mirrored"), (27, None))
"""How near, and in which form."""


def looked_closer(item: CaseItem, person: Person) -> None:
    """Somebody saw an item small and grey, then grey, then a part of it in colour."""
    at = now() - timedelta(minutes=9)
    for number, (level, part) in enumerate((("tile", "whole"), ("grey", "whole"), ("full", "tile-5"))):
        row = Reveal.objects.create(
            person=person.pk, role=person.role, item=item.item, case_item=item.pk, track="picture", level=level,
            part=part, purpose="first", policy=0, limit=20, began_at=at + timedelta(seconds=20 * number),
        )  # fmt: skip
        end_reveal(row, seconds=2.5 + number, how=RevealEnd.VEILED)


def some_days(person: Person) -> None:
    """What somebody saw on two weeks' working days."""
    today = now().astimezone(UTC).date()
    for ago in (0, 1, 2, 3, 6, 7, 8, 9, 10, 13):
        for level, count in (("tile", 30 + 7 * (ago % 4)), ("grey", 12 + 3 * (ago % 3)), ("full", ago % 4)):
            if count:
                DayExposure.objects.create(person=person, day=today - timedelta(days=ago), level=level, count=count,
                                           seconds=count * 2.4)  # fmt: skip


def judged_twice() -> None:
    """Items that were drawn at random, and judged by two people who mostly agree."""
    policy(second_random_percent=100)
    ann, ben, senior = reviewer(), reviewer(), reviewer(Role.SENIOR_ANALYST)
    for number in range(21):
        distance, variant = FORMS[number % len(FORMS)]
        near = dataclasses.replace(
            finding(number), list_name="A hotline's list", radius=31, distance=distance, variant=variant
        )
        item = case_item(b"drawn %d" % number, 700 + number, findings=[near])
        Finding.objects.filter(case_item=item).update(sampled=True)
        first = harmless(proposed="no_action") if number % 5 == 4 else illegal(uk_category="BC"[number % 2])
        _judged(item, ann, ben, senior, first, number)


def _judged(item: CaseItem, ann: Person, ben: Person, senior: Person, first: Judgement, number: int) -> None:
    other = harmless(outcome="confirmed_tos_only", proposed="no_action")
    stood(item, ann, first)
    stood(item, ben, other if number in (3, 9, 14) else first)
    if number in (3, 9):
        stood(item, senior, first if number == 3 else other)
    elif number == 14:
        stood(item, ann, other)
