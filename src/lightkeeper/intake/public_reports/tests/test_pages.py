"""The public pages: two voices, two languages, no cookie, and a ticket that says only where a report stands."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils.timezone import now

from lightkeeper.intake.public_reports import limits, tickets
from lightkeeper.intake.public_reports.limits import NetworkLimit, network_of
from lightkeeper.intake.public_reports.models import PublicReport
from lightkeeper.intake.public_reports.tests.made import ADDRESS, found
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.review.models import Case

FORM = "application/x-www-form-urlencoded"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("form_on")]


def browser() -> Client:
    """A visitor's, which would be refused without a CSRF token where one is asked for."""
    return Client(enforce_csrf_checks=True)


def token(page: Any) -> str:
    match = re.search(r'name="token" value="([^"]+)"', page.text)
    assert match is not None
    return match[1]


def sent(who: Client, path: str = "/report/adult/", headers: dict[str, str] | None = None, **fields: str) -> Any:
    given = {"token": tickets.new_token(), "danger": "no", "seen_on": "website", **fields}
    return who.post(path, urlencode(given), content_type=FORM, headers=headers or {})


def ticket_on(page: Any) -> str:
    match = re.search(r'id="ticket">([A-Z2-7-]{30})<', page.text)
    assert match is not None
    return match[1]


def asked(who: Client, ticket: str, query: str = "") -> Any:
    return who.post(f"/report/ticket/{query}", urlencode({"ticket": ticket}), content_type=FORM)


def no_traces(answer: Any) -> bool:
    return not answer.cookies and answer.headers["Cache-Control"].startswith("no-store")


def test_there_is_nothing_while_it_is_off(configure: Callable[..., None]) -> None:
    configure(public_form=False)
    for path in ("/report/", "/report/child/", "/report/adult/", "/report/ticket/"):
        assert browser().get(path).status_code == 404
        assert browser().post(path, "a=b", content_type=FORM).status_code == 404


@pytest.mark.parametrize("voice", ["child", "adult"])
@pytest.mark.parametrize(("query", "says"), [("", "Emergency number: 999"), ("?lang=de&country=DE", "Notruf: 112")])
def test_a_report_is_made_and_its_ticket_works(voice: str, query: str, says: str) -> None:
    who = browser()
    headers = {"Accept-Language": "en-GB,en"}
    page = who.get(f"/report/{voice}/{query}", headers=headers)
    assert says in page.text
    assert ("nummergegenkummer.de" in page.text) is bool(query), "who helps there"
    answer = sent(who, f"/report/{voice}/{query}", token=token(page), addresses=ADDRESS, danger="yes")
    assert answer.status_code == 200
    report = found(ticket_on(answer))
    assert (report.voice, report.danger, report.language) == (voice, "yes", "de" if query else "en")
    assert Case.objects.get().imminent
    state = asked(who, ticket_on(answer).lower().replace("-", " "), query)
    assert ("ist angekommen" if query else "was received") in state.text
    for one in (page, answer, state):
        assert no_traces(one)
        assert one.headers["Content-Language"] == report.language
        assert f'<html lang="{report.language}"' in one.text
        assert "<script" not in one.text


def test_the_same_form_sent_twice_is_one_report_and_a_changed_one_another() -> None:
    who, made = browser(), tickets.new_token()
    first = sent(who, token=made, addresses=ADDRESS)
    assert ticket_on(sent(who, token=made, addresses=ADDRESS)) == ticket_on(first)
    assert ticket_on(sent(who, token=made, addresses=ADDRESS + "/more")) != ticket_on(first)
    assert PublicReport.objects.count() == 2


def test_what_is_missing_is_told_at_its_field_and_nothing_entered_is_lost() -> None:
    who = browser()
    wrong = sent(who, addresses="https://a.example/\nnot an address <b>", danger="", contact="x" * 300)
    assert wrong.status_code == 422
    for says in ("Line 2 is not the address", "Choose one of the answers", "longer than 200", "https://a.example/"):
        assert says in wrong.text
    assert "&lt;b&gt;" in wrong.text
    assert "Enter an address, or describe" in sent(who).text
    for address in ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://a.example/", "http://"):
        assert "Line 1 is not the address" in sent(who, addresses=address).text
    assert "20 addresses fit" in sent(who, addresses="\n".join(f"a{n}.example" for n in range(21))).text
    assert not PublicReport.objects.exists()


def test_a_token_of_another_day_or_maker_and_another_sites_page_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    who, old = browser(), tickets.new_token()
    for bad in ("", "x", "A" * 48, old[:-2] + "AA", "é" * 40):
        answer = sent(who, token=bad, description="Something")
        assert (answer.status_code, "Something" in answer.text) == (422, True)
    assert sent(who, headers={"Sec-Fetch-Site": "cross-site"}, description="Something").status_code == 422
    minute = tickets._minute()
    monkeypatch.setattr(tickets, "_minute", lambda: minute + tickets.LIFE_MINUTES + 1)
    again = sent(who, token=old, description="Something")
    assert "open for a long time" in again.text
    assert sent(who, token=token(again), description="Something").status_code == 200
    assert PublicReport.objects.count() == 1


def test_files_of_an_operator_that_cannot_be_used_take_the_form_from_nobody(
    configure: Callable[..., None], tmp_path: Path
) -> None:
    configure(moments_dir=tmp_path / "gone")
    assert "Childline" in browser().get("/report/?country=GB").text


def test_no_ticket_tells_more_than_where_a_report_stands() -> None:
    who = browser()
    first, second = (ticket_on(sent(who, addresses=ADDRESS)) for _ in range(2))
    described = ticket_on(sent(who, description="A forum"))
    pages = {asked(who, one).text for one in (first, second, described)}
    assert len(pages) == 1, "first, repeat and description look the same"
    PublicReport.objects.filter(into=None).update(
        state="closed", closed_at=now(), closed_shown_at=now(), close_reason="assessed"
    )
    assert "is closed" in asked(who, first).text
    for wrong in (tickets.written(b"x" * 16), "", "0" * 26, "ä" * 26, "A" * 500, "\x00", "<script>"):
        answer = asked(who, wrong)
        assert (answer.status_code, "We cannot find this ticket" in answer.text) == (200, True)
        assert "<script" not in answer.text


def test_somebody_signed_in_reports_like_anybody() -> None:
    staff = signed_in(make_person(Role.SUPERVISOR))
    answer = sent(staff, addresses=ADDRESS)
    assert answer.status_code == 200
    assert "Sign out" not in answer.text
    assert "main-nav" not in answer.text


def test_too_many_from_one_network_or_from_all_wait(configure: Callable[..., None]) -> None:
    who = browser()
    for number in range(limits.REPORTS_A_NETWORK):
        assert sent(who, description=f"Number {number}").status_code == 200
    full = sent(who, description="One more")
    assert (full.status_code, full.headers["Retry-After"]) == (429, "3600")
    assert "call the police" in full.text
    other = Client(REMOTE_ADDR="2001:db8::1")
    assert sent(other, description="From elsewhere").status_code == 200
    configure(public_form_hourly=limits.REPORTS_A_NETWORK)
    assert sent(other, description="Once more").status_code == 429
    for _ in range(limits.LOOKS_A_NETWORK):
        limits.LOOKS.take("127.0.0.1")
    assert asked(who, "x").status_code == 429


def test_networks_are_counted_without_keeping_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert network_of("2001:db8:0:ff::1") == network_of("2001:db8:0:1::2%eth0") != network_of("2001:db8:0:100::")
    assert network_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert network_of("nonsense") == network_of("") == "unknown"
    limit = NetworkLimit(2)
    assert [limit.take("192.0.2.1") for _ in range(3)] == [True, True, False]
    key = limit._hour.key
    monkeypatch.setattr(time, "time", lambda: (limit._hour.number + 1) * 3600.0)
    assert limit.take("192.0.2.1")
    assert limit._hour.key != key, "nothing of an hour can be compared with another one"


def test_what_cannot_be_taken_has_a_kind_answer() -> None:
    who = browser()
    for body, kind, status, says in (
        (b"x" * (65 << 10), FORM, 413, "too long for one report"),
        (b"{}", "application/json", 400, "could not be read"),
        (b"&".join(b"f%d=1" % n for n in range(100)), FORM, 400, "could not be read"),
    ):
        answer = who.post("/report/adult/", body, content_type=kind)
        assert (answer.status_code, says in answer.text) == (status, True)
    picture = who.post("/report/child/", {"addresses": ADDRESS, "danger": "no"})
    assert (picture.status_code, "Files cannot be sent" in picture.text) == (415, True)
    put = who.put("/report/adult/", b"x")
    assert (put.status_code, no_traces(put)) == (400, True)
    assert not PublicReport.objects.exists()
