"""The record of hash matching: reviewed by who may, kept as it stood, and not forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import now

from lightkeeper.figures.jobs import look_if_review_is_due
from lightkeeper.figures.matching import EVERY, due_at, record
from lightkeeper.figures.models import MatchingReview
from lightkeeper.figures.services import ReviewRefused, review_matching
from lightkeeper.figures.statement import statement
from lightkeeper.lists.models import HashList
from lightkeeper.lists.types import ListPurpose, ListStatus
from lightkeeper.people.models import Alert
from lightkeeper.people.tests.people_made import make_person
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent

pytestmark = pytest.mark.django_db
WHY = {"why_lists": "vetted", "why_balance": "few wrong", "why_share": "all looked at"}


def a_list(name: str = "known", *, days: int = 0, purpose: ListPurpose = ListPurpose.KNOWN) -> HashList:
    at = now() - timedelta(days=days)
    return HashList.objects.create(
        name=name, purpose=purpose, status=ListStatus.VETTED, radius=20, rationale="fitted", created_at=at,
        updated_at=at,
    )  # fmt: skip


def test_a_review_keeps_the_record_as_it_stood_and_says_when_the_next_is_due() -> None:
    known = a_list()
    a_list("harmless", purpose=ListPurpose.ALLOW)
    row = review_matching(make_person(Role.SUPERVISOR), **WHY)
    HashList.objects.filter(pk=known.pk).update(radius=31)
    kept = MatchingReview.objects.get().shown["lists"]
    assert [(one["name"], one["radius"], one["why_radius"]) for one in kept] == [("known", 20, "fitted")]
    assert row.next_due - row.made_at == EVERY
    assert record().lists[0].radius == 31
    assert record().since == row.made_at
    event = AuditEvent.objects.get(event="figures:matching:reviewed")
    assert event.details == '{"lists":1}'


@pytest.mark.parametrize("role", [Role.SENIOR_ANALYST, Role.AUDITOR, Role.LIST_MANAGER])
def test_nobody_else_reviews_it(role: Role) -> None:
    with pytest.raises(PermissionDenied):
        review_matching(make_person(role), **WHY)
    assert not MatchingReview.objects.exists()


@pytest.mark.parametrize("missing", list(WHY))
def test_a_review_says_why(missing: str) -> None:
    with pytest.raises(ReviewRefused, match="three questions"):
        review_matching(make_person(Role.SUPERVISOR), **{**WHY, missing: " \n"})
    with pytest.raises(ReviewRefused, match="4000"):
        review_matching(make_person(Role.SUPERVISOR), **{**WHY, missing: "x" * 4001})


def test_whoever_is_on_call_is_told_soon_before_and_when_it_is_over_once_each() -> None:
    assert due_at() is None
    known = a_list(days=100)
    look_if_review_is_due(None)
    assert not Alert.objects.exists()
    for days, alerts in ((170, 1), (170, 1), (190, 2)):
        HashList.objects.filter(pk=known.pk).update(created_at=now() - timedelta(days=days))
        look_if_review_is_due(None)
        look_if_review_is_due(None)
        assert Alert.objects.filter(kind="matching_review").count() <= alerts
    assert {one.key.rsplit(":")[-1] for one in Alert.objects.all()} == {"soon", "over"}
    review_matching(make_person(Role.SUPERVISOR), **WHY)
    before = Alert.objects.count()
    look_if_review_is_due(None)
    assert Alert.objects.count() == before


def test_the_statement_follows_what_is_switched_on_and_names_no_list() -> None:
    said = " ".join(" ".join(one.sentences) for one in statement())
    assert "compared with lists" not in said
    a_list("secret source")
    said = " ".join(" ".join(one.sentences) for one in statement())
    assert "compared with lists" in said
    assert "No private messages are searched." in said
    assert "grooming" not in said
    assert "secret" not in said
