"""Trusted reporters by key: marked as theirs, once whatever is sent again, and told no more than a ticket tells."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from lightkeeper.intake.public_reports.models import PublicReport
from lightkeeper.intake.public_reports.states import CloseReason, ReportState, Voice
from lightkeeper.intake.public_reports.tests.made import ADDRESS, reported
from lightkeeper.people.client_types import Scope
from lightkeeper.people.models import Alert
from lightkeeper.people.tests.clients_made import forget, make_key
from lightkeeper.review.models import Case, CaseItem, Sighting
from lightkeeper.review.services import context_of, refresh_state
from lightkeeper.review.states import ItemState

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/api/v1/public-reports"
BODY: dict[str, Any] = {"id": "r-1", "urls": [ADDRESS], "description": "second page"}


@pytest.fixture
def key(configure: Callable[..., None]) -> str:
    configure(wait_step_ms=10)
    forget()
    return make_key(Scope.PUBLIC_REPORTS, name="A hotline").text


def send(key: str, body: Any = None, **changes: Any) -> Any:
    sent = json.dumps({**BODY, **changes} if body is None else body)
    return Client().post(URL, sent, content_type="application/json", headers={"Authorization": f"Bearer {key}"})


def test_a_trusted_report_is_marked_and_is_one_whatever_is_sent_again(key: str) -> None:
    assert reported(ADDRESS).voice == Voice.ADULT
    for _ in range(2):
        answer = send(key)
        assert (answer.status_code, answer.json()) == (200, {"id": "r-1", "state": "received"})
    row = PublicReport.objects.get(voice=Voice.TRUSTED)
    assert (row.state, row.into, row.ticket_index) == (ReportState.RECEIVED, None, None), "it says more than the public"
    assert Case.objects.count() == 1
    context = context_of(Sighting.objects.get(client_id=row.client_id))
    assert context is not None
    report = context["report"]
    assert isinstance(report, dict)
    assert (context["url"], report["source"], report["reason"]) == (ADDRESS, "trusted_flagger", "abuse_material")
    again = send(key, description="third page")
    assert (again.status_code, again.json()["type"][-9:]) == (409, "id-in-use")
    assert send(key, id="r-2").json()["state"] == "received"
    assert PublicReport.objects.filter(state=ReportState.FOLDED).count() == 1
    CaseItem.objects.update(state=ItemState.SETTLED, settled_at=now())
    refresh_state(Case.objects.get())
    row.refresh_from_db()
    assert row.close_reason == CloseReason.ASSESSED
    got = Client().get(f"{URL}/r-1", headers={"Authorization": f"Bearer {key}"})
    assert set(got.json()) == {"id", "state"}
    assert send(make_key(Scope.PUBLIC_REPORTS, name="Another").text).status_code == 200, "ids are each reporter's own"


def test_danger_without_an_address_calls_and_what_is_wrong_is_a_problem(key: str) -> None:
    assert send(key, urls=[], child_in_danger=True).status_code == 200
    assert Alert.objects.get().urgent
    wrong: list[Any] = [
        {"id": "r-3"}, {"id": "r-3", "urls": ["javascript:x"]}, {"id": "r-3", "urls": [ADDRESS] * 21}, [], "x",
        {"id": "r-3", "description": "\u202e"}, {"id": "r-3", "urls": ["https://a.example/\nhttps://b.example/"]},
        {**BODY, "voice": "child"}, {**BODY, "language": "<b>"}, {**BODY, "child_in_danger": "yes"},
    ]  # fmt: skip
    for body in wrong:
        answer = send(key, body)
        assert (answer.status_code, "javascript" in answer.text) == (422, False), body
    assert PublicReport.objects.count() == 1
    headers = {"Authorization": f"Bearer {key}"}
    assert Client().get(f"{URL}/unknown", headers=headers).status_code == 404
    assert send(make_key(Scope.SUBMIT, name="A platform").text).status_code == 403
