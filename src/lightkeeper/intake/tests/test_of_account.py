"""A preservation request that names an account holds the cases of what it sent and of whom it wrote to."""

from __future__ import annotations

import pytest
from django.db import transaction

from lightkeeper.act.requests.services import About
from lightkeeper.act.requests.states import RequestKind
from lightkeeper.act.requests.tests.made import asked
from lightkeeper.intake.conversations.models import ConversationCase
from lightkeeper.intake.identity import uploader_key
from lightkeeper.people.services import create_client
from lightkeeper.people.tests.clients_made import OPERATOR
from lightkeeper.people.tests.people_made import make_person
from lightkeeper.people.types import Role
from lightkeeper.record.models import Hold
from lightkeeper.record.services import keyed
from lightkeeper.record.types import Named
from lightkeeper.review.conversations.tests.made import found, pair
from lightkeeper.review.tests.grades_made import case_item


@pytest.mark.django_db
def test_the_cases_of_an_account_are_found_and_held() -> None:
    client = create_client(name="a platform", actor=OPERATOR).pk
    with transaction.atomic():
        sent = case_item(b"one", 1, client_id=client, person=uploader_key(client, "ann"))
        other = case_item(b"two", 2, client_id=client, person=uploader_key(client, "bo"))
        wrote = found(client, pair=pair(client=client)).id
    ann, bo = (keyed(client, Named.PERSON, name) for name in ("ann", "bo"))
    ConversationCase.objects.create(case_id=wrote, pair=pair(client=client), sender=ann, recipient=bo)
    request = asked(
        make_person(Role.SUPERVISOR), RequestKind.PRESERVATION, about=About(accounts=((client, "ann"),))
    )  # fmt: skip
    assert {int(hold.subject_id) for hold in Hold.objects.all()} == {sent.case_id, wrote}
    assert other.case_id not in {row.number for row in request.subjects.all()}
    [account] = request.subjects.filter(kind="account")
    assert b"ann" not in bytes(account.account_index or b"")
    assert all(row.found for row in request.subjects.exclude(kind="account"))
