"""The pages of requests: registered, taken up, agreed to by two, handed over; what is wrong is told at the form."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from lightkeeper.act.requests.models import AuthorityRequest, Handover
from lightkeeper.act.requests.services import propose_end, take_up
from lightkeeper.act.requests.states import RequestKind, RequestState
from lightkeeper.act.requests.subjects import About
from lightkeeper.act.requests.tests.made import DAY, asked
from lightkeeper.people.models import Person
from lightkeeper.people.services import create_client
from lightkeeper.people.tests.clients_made import OPERATOR
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import Hold
from lightkeeper.review.tests.grades_made import case_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> Person:
    return make_person(Role.SUPERVISOR)


@pytest.fixture
def browser(lead: Person) -> Client:
    return signed_in(lead)


def entered(**values: Any) -> dict[str, Any]:
    """What the form of a new request is sent."""
    return {
        "kind": "preservation", "authority": "police", "who": "Sgt. Quokka", "reference": "OP-1", "country": "us",
        "legal_basis": "18 USC 2703(f)", "way": "portal", "received_at": f"{now() - timedelta(hours=1):%Y-%m-%dT%H:%M}",
        **values,
    }  # fmt: skip


def sent(browser: Client, request: AuthorityRequest, act: str, **values: Any) -> Any:
    return browser.post(f"/requests/{request.public}/{act}/", values, follow=True)


def test_a_request_is_registered_with_what_it_names(browser: Client) -> None:
    item = case_item()
    client = create_client(name="a platform", actor=OPERATOR).pk
    wrong = browser.post("/requests/new/", entered(cases="12x", accounts="ann", country="XX"))
    assert wrong.status_code == 422
    for says in ("“12x” is no number.", "Say whose accounts these are.", "Sgt. Quokka"):
        assert says in wrong.text
    wrong = browser.post("/requests/new/", entered(country="XX"))
    assert "two letters of ISO 3166" in wrong.text
    assert not AuthorityRequest.objects.exists()
    about = {"cases": f"/cases/{item.case.public}/", "items": str(item.item_id), "client": client, "accounts": "ann\n"}
    answer = browser.post("/requests/new/", entered(**about), follow=True)
    request = AuthorityRequest.objects.get()
    assert answer.redirect_chain == [(f"/requests/{request.public}/", 302)]
    assert Hold.objects.filter(lifted_at=None).count() == 2
    for says in ("Preservation request OP-1", "to be confirmed by a lawyer", f"/cases/{item.case.public}/", "stands"):
        assert says in answer.text
    assert f"/requests/{request.public}/" in browser.get(f"/cases/{item.case.public}/whole/").text
    assert "asked for until" in browser.get("/holds/").text
    listed = browser.post("/requests/", {"reference": "op-1", "state": "", "kind": "preservation"})
    assert f"/requests/{request.public}/" in listed.text
    assert "There is no such request." in browser.post("/requests/", {"reference": "op-2"}).text
    assert "There is no such request." in browser.get("/requests/", {"state": "answered"}).text


def test_it_goes_its_way_by_two_people_and_what_is_wrong_keeps_what_was_entered(browser: Client, lead: Person) -> None:
    request, second = asked(lead), signed_in(make_person(Role.SENIOR_ANALYST))
    assert "“Received”" in sent(browser, request, "end", end="answered", note="x").text
    sent(browser, request, "take-up")
    sent(browser, request, "confirm")
    wrong = sent(browser, request, "end", end="", note="All of it")
    assert wrong.status_code == 422
    assert "All of it" in wrong.text
    sent(browser, request, "end", end="answered", note="Account data")
    assert "another person agrees" in sent(browser, request, "approve").text
    sent(second, request, "send-back", note="Which account?")
    sent(browser, request, "end", end="answered", note="Account data of one")
    assert "Agree: “Answered”" in second.get(f"/requests/{request.public}/").text
    sent(second, request, "approve")
    request.refresh_from_db()
    assert request.state == RequestState.ANSWERED
    hand = {"what": "A list", "to": "Quokka", "way": "portal", "count": 1, "handed_at": f"{now():%Y-%m-%dT%H:%M}"}
    AuthorityRequest.objects.update(ended_at=now() - timedelta(minutes=5))
    wrong = sent(browser, request, "hand-over", **hand, digests="beef")
    assert (wrong.status_code, "Line 1 is no SHA-256" in wrong.text) == (422, True)
    assert "ab" * 32 in sent(browser, request, "hand-over", **hand, digests=f"{'ab' * 32}  list.csv").text
    assert Handover.objects.count() == 1


def test_dates_are_put_off_and_an_overdue_request_says_so(browser: Client, lead: Person) -> None:
    request = asked(lead, RequestKind.PRESERVATION, due_at=now() - timedelta(minutes=1))
    assert "Overdue" in browser.get("/requests/").text
    assert "It was due" in browser.get(f"/requests/{request.public}/").text
    sent(browser, request, "extend", due_at=f"{now() + DAY:%Y-%m-%dT%H:%M}", note="Agreed")
    sent(browser, request, "renew", until="", note="Letter")
    request.refresh_from_db()
    assert request.renewals == 1
    assert request.due_at > now()
    sent(browser, request, "about", cases=str(case_item().case_id))
    assert Hold.objects.count() == 1
    gone = sent(browser, request, "withdraw", note="By telephone").text
    assert "Legal holds stand until somebody lifts them" in gone
    AuthorityRequest.objects.update(until=now() - DAY)
    assert "Ask the authority whether it renews" in browser.get(f"/requests/{request.public}/").text


def test_an_auditor_reads_and_does_nothing_and_damage_is_a_sentence(lead: Person) -> None:
    request = asked(lead, about=About(cases=(case_item().case_id,)))
    take_up(request, lead)
    propose_end(request, RequestState.REFUSED, note="No ground", person=lead)
    auditor = signed_in(make_person(Role.AUDITOR))
    page = auditor.get(f"/requests/{request.public}/")
    assert "No ground" in page.text
    assert "<details" not in page.text.partition("<main")[2], "no act is offered"
    assert sent(auditor, request, "withdraw", note="x").status_code == 403
    AuthorityRequest.objects.update(content=b"altered")
    assert auditor.get(f"/requests/{request.public}/").status_code == 503
    assert auditor.get("/requests/").status_code == 200
    assert sent(signed_in(lead), request, "withdraw", note="x").status_code == 503, "the act is done, the page damaged"
