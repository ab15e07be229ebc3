"""The page of background work: who sees it, what it shows, and that a retry is allowed, done and recorded."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from lightkeeper.people.tests.people_made import events, make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.events import Event
from lightkeeper.runtime.models import Work
from lightkeeper.runtime.services import add_works
from lightkeeper.runtime.work import leases
from lightkeeper.runtime.work.states import WorkState

pytestmark = pytest.mark.django_db
KIND = "runtime:prune"


@pytest.fixture
def dead() -> list[int]:
    """Three rows that were given up."""
    add_works(KIND, range(3))
    claims = leases.claim("tests", limit=3, kinds=[KIND])
    for claim in claims:
        leases.bury(claim, code="status_500")
    return [claim.work_id for claim in claims]


@pytest.fixture
def administrator() -> Client:
    return signed_in(make_person(Role.ADMINISTRATOR))


def test_dead_work_is_shown_with_its_error_and_who_may_not_retry_has_no_button(
    dead: list[int], administrator: Client
) -> None:
    page = administrator.get(reverse("runtime:work")).content.decode()
    assert "status_500" in page
    assert "Try all again" in page
    page = signed_in(make_person(Role.AUDITOR)).get(reverse("runtime:work")).content.decode()
    assert "status_500" in page
    assert "Try all again" not in page


def test_that_no_worker_runs_is_said(administrator: Client) -> None:
    assert "lightkeeper worker" in administrator.get(reverse("runtime:work")).content.decode()


def test_one_or_all_of_a_kind_are_tried_again_and_it_is_recorded(dead: list[int], administrator: Client) -> None:
    assert administrator.post(reverse("runtime:retry", args=[dead[0]])).status_code == 302
    assert Work.objects.filter(state=WorkState.WAITING).count() == 1
    administrator.post(reverse("runtime:retry_kind"), {"kind": KIND})
    assert Work.objects.filter(state=WorkState.WAITING).count() == 3
    assert [details for _, details in events(Event.RUNTIME_WORK_RETRIED)] == [
        {"kind": KIND, "count": 1},
        {"kind": KIND, "count": 2},
    ]


def test_what_is_not_dead_is_not_tried_again_and_nothing_is_recorded(administrator: Client) -> None:
    for answer in (
        administrator.post(reverse("runtime:retry", args=[10**15])),
        administrator.post(reverse("runtime:retry_kind"), {"kind": "no-such\x00kind"}),
        administrator.post(reverse("runtime:retry_kind")),
    ):
        assert answer.status_code == 302
    assert events(Event.RUNTIME_WORK_RETRIED) == []


def test_a_role_without_the_permission_cannot_retry(dead: list[int]) -> None:
    browser = signed_in(make_person(Role.SUPERVISOR))
    assert browser.post(reverse("runtime:retry", args=[dead[0]])).status_code == 403
    assert Work.objects.filter(state=WorkState.DEAD).count() == 3
