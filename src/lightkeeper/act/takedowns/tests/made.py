"""What tests of takedown notices share."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from lightkeeper.act.takedowns import services
from lightkeeper.act.takedowns.models import Takedown, TakedownRecipient
from lightkeeper.act.takedowns.states import RecipientKind
from lightkeeper.people.models import Person
from lightkeeper.review.addresses.tests.addresses_made import ADDRESS, actioned, address_item
from lightkeeper.review.models import CaseItem
from lightkeeper.review.tests.grades_made import policy, reviewer, stood


def configured(monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    """Run with these settings."""
    now = settings.LIGHTKEEPER
    monkeypatch.setattr(settings, "LIGHTKEEPER", type(now)({**now.values, **values}, now.sources))


def assessed(person: Person, *, url: str = ADDRESS, number: int = 1) -> CaseItem:
    """An address that people assessed as one to act on."""
    item = address_item(url, number=number)
    stood(item, person, actioned())
    item.refresh_from_db()
    return item


def recipient(person: Person, **values: Any) -> TakedownRecipient:
    """A host that can be written to."""
    asked: dict[str, Any] = {
        "name": "Example Hosting", "kind": RecipientKind.HOST, "country": "NL", "email": "abuse@hosting.example",
        "language": "en", "hours": 24,
    }  # fmt: skip
    return services.add_recipient(**{**asked, **values}, person=person)


def prepared(person: Person | None = None, **values: Any) -> tuple[Takedown, Person]:
    """A notice that has not left."""
    policy()
    person = person or reviewer()
    return services.prepare(assessed(person), recipient(person, **values), person), person
