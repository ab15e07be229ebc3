"""What tests of decisions share: an item that a platform sent, grades with decisions, and a minute that passes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from lightkeeper.act.models import Decision
from lightkeeper.act.services import propose_decision
from lightkeeper.act.tests.platform import Platform
from lightkeeper.people.models import Person
from lightkeeper.review.models import CaseItem, Grade
from lightkeeper.review.services import Judgement
from lightkeeper.review.tests.grades_made import case_item, graded
from lightkeeper.review.tests.making import finding
from lightkeeper.runtime.models import Work
from lightkeeper.runtime.work import leases, running

KINDS = ("review:settle", "act:deliver")


def sent_by(
    platform: Platform, name: str = "photo-1", *, number: int = 1, data: bytes = b"drawing", detail: bool = False,
    **values: Any,
) -> CaseItem:  # fmt: skip
    """An item of a case, brought by a submission that a platform calls so."""
    context: Mapping[str, object] = {"callers_id": name, "client_id": platform.client_id, "detail": detail}
    return case_item(data, number, client_id=platform.client_id, context=context, **values)


def equal_bytes() -> dict[str, Any]:
    """Evidence that bytes equal a list's entry."""
    row = finding()
    values = {name: getattr(row, name) for name in row.__slots__}
    return {"findings": [type(row)(**{**values, "algorithm": "sha256", "distance": 0})]}


@transaction.atomic
def decide(item: CaseItem, person: Person, judgement: Judgement, *, label: str = "") -> Decision:
    """Grade an item and propose what the judgement says, as the case page does."""
    grade = graded(item, person, replace(judgement, label=label))
    return propose_decision(grade=grade, person=person)


def minute_passes() -> None:
    """A minute later: what could be undone stands, what was due then is due."""
    minute = timedelta(seconds=61)
    Grade.objects.update(stands_at=F("stands_at") - minute, made_at=F("made_at") - minute)
    Work.objects.filter(kind__in=KINDS).update(due_at=F("due_at") - minute)


def work(*kinds: str) -> int:
    """Do what is due, as a worker does, until nothing is; gives how many rows were worked on."""
    done = 0
    wanted = kinds or KINDS
    while claims := [*leases.take_over("w", limit=9, kinds=wanted), *leases.claim("w", limit=9, kinds=wanted)]:
        for claim in claims:
            running.run(claim)()
            done += 1
    return done
