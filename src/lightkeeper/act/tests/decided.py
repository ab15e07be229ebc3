"""What tests of decisions share: an item that a platform sent, grades with decisions, and a minute that passes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import F

from lightkeeper.act.models import CaseAction, Decision
from lightkeeper.act.services import propose_decision
from lightkeeper.act.tests.platform import Platform
from lightkeeper.people.models import Person
from lightkeeper.review.models import CaseItem, Grade
from lightkeeper.review.services import Judgement
from lightkeeper.review.tests.grades_made import case_item, graded, illegal
from lightkeeper.review.tests.making import finding
from lightkeeper.runtime.models import Work
from lightkeeper.runtime.work import leases, running

KINDS = ("review:settle", "act:deliver", "act:case-action")


def sent_by(
    platform: Platform, name: str = "photo-1", *, number: int = 1, data: bytes = b"drawing", detail: bool = False,
    uploader: str = "", **values: Any,
) -> CaseItem:  # fmt: skip
    """An item of a case, brought by a submission that a platform calls so."""
    context: dict[str, object] = {"callers_id": name, "client_id": platform.client_id, "detail": detail}
    if uploader:
        context["uploader"] = uploader
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


def appeals_at(monkeypatch: pytest.MonkeyPatch, url: str = "https://platform.example/appeals") -> None:
    """Have users appeal there."""
    now = settings.LIGHTKEEPER
    monkeypatch.setattr(settings, "LIGHTKEEPER", type(now)({**now.values, "appeal_url": url}, now.sources))


def minute_passes() -> None:
    """A minute later: what could be undone stands, what was due then is due."""
    minute = timedelta(seconds=61)
    Grade.objects.update(stands_at=F("stands_at") - minute, made_at=F("made_at") - minute)
    CaseAction.objects.update(due_at=F("due_at") - minute)
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


def settled_case(
    platform: Platform, by: Person, judgement: Judgement | None = None, *, name: str = "photo-1", number: int = 1,
    uploader: str = "account-17", **values: Any,
) -> CaseItem:  # fmt: skip
    """An item that a platform's account sent, and that people settled; illegal, unless it is said otherwise."""
    data = b"drawing %d" % number
    item = sent_by(platform, name, number=number, data=data, uploader=uploader, **values)
    decide(item, by, judgement or illegal())
    minute_passes()
    work()
    item.refresh_from_db()
    return item
