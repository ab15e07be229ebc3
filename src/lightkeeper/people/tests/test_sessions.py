"""Staying signed in: the second factor before any page, the idle lock, the end after hours, ending sessions."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from lightkeeper.people import accounts, second_factor, sessions
from lightkeeper.people.account_views import SECRET
from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import (
    PASSWORD,
    code_for,
    code_of,
    events,
    first_step,
    make_person,
    signed_in,
)
from lightkeeper.people.types import Role
from lightkeeper.record.types import Actor

pytestmark = pytest.mark.django_db
PAGES = (
    "home",
    "people:account",
    "people:people",
    "people:password",
    "people:recovery_codes",
    "account_reauthenticate",
)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that sessions go by, as its first element."""
    now = [time.time()]
    monkeypatch.setattr(sessions, "time", type("Clock", (), {"time": staticmethod(lambda: now[0])}))
    return now


def where(answer: Any) -> str:
    return str(answer.headers.get("Location", "")).split("?")[0]


@pytest.mark.parametrize("role", list(Role))
def test_without_a_second_factor_there_is_only_its_page(role: Role) -> None:
    client = Client()
    first_step(client, make_person(role, enrolled=False))
    for page in PAGES:
        assert where(client.get(reverse(page))) == reverse("people:enrol"), page
    assert client.get(reverse("people:enrol")).status_code == 200


def test_enrolment_opens_the_pages_ends_other_sessions_and_shows_recovery_codes_once() -> None:
    someone = make_person(enrolled=False)
    here, elsewhere = Client(), Client()
    first_step(here, someone)
    first_step(elsewhere, someone)
    here.get(reverse("people:enrol"))
    with second_factor.secrets_of(someone):
        secret = second_factor.SealedSecrets().decrypt(here.session[SECRET])
    refused = here.post(reverse("people:enrol"), {"code": "000000"})
    assert "This code is not right." in refused.content.decode()
    answer = here.post(reverse("people:enrol"), {"code": code_for(secret)})
    assert where(answer) == reverse("people:recovery_codes")
    assert events()[-1] == ("people:second_factor:enrolled", {"sessions": 1})
    assert len(here.get(reverse("people:recovery_codes")).context["codes"]) == 10
    assert here.get(reverse("people:recovery_codes")).context["codes"] == []
    assert here.get(reverse("home")).status_code == 200
    assert where(elsewhere.get(reverse("home"))) == reverse("account_login")
    assert SECRET not in here.session


def test_a_session_that_proved_only_the_password_ends_where_a_second_factor_stands() -> None:
    someone = make_person()
    client = signed_in(someone)
    session = client.session
    session[sessions.SECOND_FACTOR] = False
    session.save()
    assert where(client.get(reverse("home"))) == reverse("account_login")
    assert events()[-1] == ("people:sign_out:done", {"cause": "second_factor"})


def test_an_idle_session_locks_and_the_password_opens_it(clock: list[float]) -> None:
    client = signed_in(make_person())
    clock[0] += 15 * 60 - 1
    assert client.get(reverse("home")).status_code == 200
    clock[0] += 15 * 60 + 1
    assert where(client.get(reverse("home"))) == reverse("people:unlock")
    clock[0] += 1
    assert where(client.get(reverse("people:account"))) == reverse("people:unlock")
    page = client.get(reverse("people:unlock"))
    assert page.status_code == 200
    assert page.context["navigation"] == []
    assert client.post(reverse("people:unlock"), {"password": "wrong"}).status_code == 200
    assert where(client.get(reverse("home"))) == reverse("people:unlock")
    assert where(client.post(reverse("people:unlock"), {"password": PASSWORD, "next": "/account/"})) == "/account/"
    assert client.get(reverse("home")).status_code == 200
    assert [name for name, _ in events()][-3:] == [
        "people:session:locked",
        "people:sign_in:failed",
        "people:session:unlocked",
    ]


def test_unlocking_never_leads_to_another_site(clock: list[float]) -> None:
    client = signed_in(make_person())
    clock[0] += 16 * 60
    client.get(reverse("home"))
    answer = client.post(reverse("people:unlock"), {"password": PASSWORD, "next": "https://other.example/"})
    assert answer.headers["Location"] == "/"


def test_a_locked_session_answers_htmx_with_a_whole_page(clock: list[float]) -> None:
    client = signed_in(make_person())
    clock[0] += 16 * 60
    answer = client.get(reverse("home"), headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"].startswith(reverse("people:unlock"))


def test_a_busy_session_ends_after_its_hours(clock: list[float]) -> None:
    client = signed_in(make_person())
    for _ in range(12 * 6 - 1):
        clock[0] += 600
        assert client.get(reverse("people:unlock")).status_code == 302
    assert client.get(reverse("home")).status_code == 200
    clock[0] += 601
    assert where(client.get(reverse("home"))) == reverse("account_login")
    assert events()[-1] == ("people:sign_out:done", {"cause": "over"})


def came_in(someone: Person) -> Client:
    client = Client()
    first_step(client, someone)
    from lightkeeper.people.tests.people_made import forget_codes

    client.post(reverse("mfa_authenticate"), {"code": code_of(someone)})
    forget_codes()
    assert client.get(reverse("home")).status_code == 200
    return client


def test_one_ends_ones_other_sessions_one_by_one_and_all() -> None:
    someone, stranger = make_person(), make_person()
    one, two, three, theirs = came_in(someone), came_in(someone), came_in(someone), came_in(stranger)
    rows = {row.session_key: row.pk for row in UserSession.objects.all()}
    one.post(reverse("people:end_own_sessions"), {"session": rows[theirs.session.session_key]})
    assert theirs.get(reverse("home")).status_code == 200
    one.post(reverse("people:end_own_sessions"), {"session": rows[two.session.session_key]})
    assert (two.get(reverse("home")).status_code, three.get(reverse("home")).status_code) == (302, 200)
    one.post(reverse("people:end_own_sessions"))
    assert (one.get(reverse("home")).status_code, three.get(reverse("home")).status_code) == (200, 302)
    ended = [details for name, details in events() if name == "people:sessions:ended"]
    assert ended == [{"sessions": 0}, {"sessions": 1}, {"sessions": 1}]


def test_an_administrator_ends_the_sessions_of_others() -> None:
    someone = make_person()
    client = came_in(someone)
    signed_in(make_person(Role.ADMINISTRATOR)).post(reverse("people:end_sessions", args=[someone.pk]))
    assert client.get(reverse("home")).status_code == 302


def test_deactivating_ends_all_sessions_at_once() -> None:
    someone = make_person()
    clients = [came_in(someone), came_in(someone)]
    accounts.deactivate(someone, by=Actor.operator())
    assert [client.get(reverse("home")).status_code for client in clients] == [302, 302]
    assert UserSession.objects.filter(user_id=someone.pk).count() == 0
    assert events()[-1] == ("people:person:deactivated", {"sessions": 2, "grant_ended": False})


def test_a_changed_password_keeps_this_session_and_ends_the_others() -> None:
    someone = make_person()
    here, elsewhere = came_in(someone), came_in(someone)
    here.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    new = "another four words here"
    answer = here.post(reverse("people:password"), {"new": new, "again": new})
    assert where(answer) == reverse("people:account")
    assert (here.get(reverse("home")).status_code, elsewhere.get(reverse("home")).status_code) == (200, 302)
    page = here.get(reverse("people:account"))
    assert [row.current for row in page.context["sessions"]] == [True]


@pytest.mark.parametrize("password", ["short", "password1234", "qwertyuiop12", "123456789012", ""])
def test_weak_passwords_are_refused(password: str) -> None:
    client = signed_in(make_person())
    answer = client.post(reverse("people:password"), {"new": password, "again": password})
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_sensitive_pages_ask_again_come_back_and_keep_nothing_that_was_sent() -> None:
    someone = make_person()
    client = signed_in(make_person(Role.ADMINISTRATOR), confirmed=False)
    page = reverse("people:person", args=[someone.pk])
    answer = client.post(
        reverse("people:change_role", args=[someone.pk]),
        {"role": "auditor"},
        headers={"referer": f"http://testserver{page}"},
    )
    assert answer.headers["Location"] == f"/confirm/?next={page.replace('/', '%2F')}"
    assert "auditor" not in str(dict(client.session.items()))
    back = client.post(answer.headers["Location"], {"password": PASSWORD, "next": page})
    assert back.headers["Location"] == page
    client.post(reverse("people:change_role", args=[someone.pk]), {"role": "auditor"})
    someone.refresh_from_db()
    assert someone.role == Role.AUDITOR


def test_what_was_confirmed_counts_for_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(make_person(Role.ADMINISTRATOR))
    assert client.get(reverse("people:invite")).status_code == 200
    now = time.time()
    monkeypatch.setattr("allauth.account.internal.flows.reauthentication.time.time", lambda: now + 601)
    assert where(client.get(reverse("people:invite"))) == reverse("account_reauthenticate")
