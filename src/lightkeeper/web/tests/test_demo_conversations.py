"""A newcomer finds conversations in the demonstration, and their pages work."""

from __future__ import annotations

import pytest

from lightkeeper.cli.demo_contents import TALKS, talk
from lightkeeper.people.services import create_client
from lightkeeper.people.tests.people_made import signed_in
from lightkeeper.record.types import Actor
from lightkeeper.review.models import Case
from lightkeeper.review.tests.grades_made import reviewer
from lightkeeper.review.types import CaseReason

pytestmark = pytest.mark.django_db


def test_the_demonstration_has_conversations_before_people() -> None:
    talk(create_client(name="Example platform", actor=Actor.operator()).pk)
    browser = signed_in(reviewer())
    cases = Case.objects.filter(reason=CaseReason.CONVERSATION)
    assert cases.count() == len(TALKS)
    pages = [browser.get(f"/cases/{case.public}/").content.decode() for case in cases.order_by("pk")]
    assert "Asks to keep it secret" in pages[0]
    assert "The platform sent no words" in pages[1]
    assert "what would help the two of them" in pages[2]
    assert "Of the same age" in pages[2]
