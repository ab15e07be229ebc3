"""A thousand hostile submissions harm nothing: each has a kind answer, nothing is executed, all stays within limits."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable
from typing import Final

import pytest
from django.test import Client

from lightkeeper.detect import links
from lightkeeper.intake.public_reports import cleaning
from lightkeeper.intake.public_reports.models import PublicReport, PublicReportAddress
from lightkeeper.intake.public_reports.saying import contact_of, says_of
from lightkeeper.intake.public_reports.tests.hostile import MARK, attempts
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role
from lightkeeper.record.models import AuditEvent
from lightkeeper.review.models import Case

COUNT: Final = 1000
KIND: Final = {200, 400, 413, 415, 422}
ALIVE: Final = ("<script", "<img src=x", "<svg", "<base", "<h1>\r", 'onerror=z"')
LARGEST_PAGE: Final = 120_000
LARGEST_ROW: Final = 40_000

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("form_on"), pytest.mark.once, pytest.mark.long]


def faults_of(answer: object, body: str, what: str, *, brought: bool) -> list[str]:
    status, headers = answer.status_code, answer.headers  # type: ignore[attr-defined]
    found = [] if status in KIND else [f"{what}: {status}"]
    found += [f"{what}: {one} is alive on the page" for one in ALIVE if one in body]
    if answer.cookies and not brought:  # type: ignore[attr-defined]  # a broken one of its own is replaced
        found.append(f"{what}: a cookie")
    if len(body) > LARGEST_PAGE:
        found.append(f"{what}: {len(body)} characters of answer")
    if "no-store" not in headers.get("Cache-Control", "") or "default-src 'none'" not in headers.get(
        "Content-Security-Policy", ""
    ):
        found.append(f"{what}: headers")
    return found


def test_a_thousand_hostile_submissions_harm_nothing(
    configure: Callable[..., None], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    configure(public_form=True, wait_step_ms=1, public_form_hourly=100_000)
    who = Client(enforce_csrf_checks=True, raise_request_exception=False)
    faults, statuses = list[str](), Counter[int]()
    for number, one in enumerate(attempts(COUNT, seed=20261123)):
        address = f"192.0.2.{number % 250}" if number < 250 else f"2001:db8:{number:x}::1"
        who.cookies.clear()
        body = b"" if one.method in {"get", "head"} else one.body
        answer = who.generic(
            one.method.upper(), one.path, body, one.kind or "x", headers=one.headers, REMOTE_ADDR=address
        )
        statuses[answer.status_code] += 1
        faults += faults_of(
            answer,
            answer.content.decode(),
            f"{number} {one.method} {one.path[:40]}",
            brought=bool(one.headers.get("Cookie")),
        )
    assert not faults, "\n".join(faults[:20])
    assert set(statuses) == KIND, "every kind of answer was met"
    kept_within_limits()
    assert MARK not in caplog.text
    assert MARK not in "".join(capfd.readouterr())
    assert not AuditEvent.objects.filter(details__contains=MARK).exists()
    shown_without_harm()


def kept_within_limits() -> None:
    """Everything that was taken is as small, and as plain, as what anybody may send."""
    rows = list(PublicReport.objects.all())
    assert 100 < len(rows) < COUNT
    for row in rows:
        says = says_of(row.content, row.public)
        assert says is not None
        contact = contact_of(row.contact, row.public)
        assert len(bytes(row.content or b"")) < LARGEST_ROW
        assert len(says.addresses) <= cleaning.MOST_ADDRESSES
        assert len(says.description) <= cleaning.LONGEST_DESCRIPTION
        assert len(contact) <= cleaning.LONGEST_CONTACT
        assert says.addresses or says.description
        for typed in says.addresses:
            assert len(typed) <= cleaning.LONGEST_ADDRESS
            assert (links.canonical(typed).url or "").startswith("http://")
        for text in (*says.addresses, says.description.replace("\n", ""), contact):
            kinds = {unicodedata.category(one) for one in text} - {"Cf"}
            assert not kinds & {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
            assert not set(text) & set("\u202e\u2066\u2069\u200b\u200f\ufeff")
    named = PublicReportAddress.objects.count()
    assert named <= len(rows) * cleaning.MOST_ADDRESSES
    assert Case.objects.count() <= named


def shown_without_harm() -> None:
    """What was taken is shown in the console as plain text."""
    browser = signed_in(make_person(Role.SUPERVISOR))
    for row in PublicReport.objects.order_by("pk")[:40]:
        for act in ("show", "contact"):
            page = browser.post(f"/public-reports/{row.public}/{act}/", follow=True).text
            assert not [one for one in ALIVE if one in page.replace('<script src="/static/', "")]
            assert "\u202e" not in page
