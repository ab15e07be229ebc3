"""Signing in: both factors, each failure counted and told of, nothing said about who has an account."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse

from lightkeeper.people import accounts, lockout, second_factor
from lightkeeper.people.models import Person
from lightkeeper.people.tests.people_made import (
    PASSWORD,
    code_of,
    events,
    first_step,
    forget_codes,
    make_person,
    signed_in,
)
from lightkeeper.people.types import Role
from lightkeeper.record.types import Actor

pytestmark = pytest.mark.django_db


def second_step(client: Client, code: str) -> Any:
    return client.post(reverse("mfa_authenticate"), {"code": code})


def test_password_and_code_lead_in_and_tell_one_event() -> None:
    someone, client = make_person(), Client()
    first = first_step(client, someone)
    assert first.status_code == 302
    assert first.url == reverse("mfa_authenticate")
    assert client.get(reverse("home")).status_code == 302
    second = second_step(client, code_of(someone))
    assert (second.status_code, second.url) == (302, reverse("home"))
    assert client.get(reverse("home")).status_code == 200
    assert events() == [("people:sign_in:succeeded", {"factor": "totp"})]


def test_the_address_may_be_typed_in_any_case() -> None:
    someone = make_person()
    answer = Client().post(reverse("account_login"), {"login": someone.email.upper(), "password": PASSWORD})
    assert answer.status_code == 302


def test_a_recovery_code_works_once() -> None:
    someone = make_person()
    row = Authenticator.objects.get(user_id=someone.pk, type=Authenticator.Type.RECOVERY_CODES)
    with second_factor.secrets_of(someone):
        code = RecoveryCodes(row).get_unused_codes()[0]
    for status in (302, 200):
        client = Client()
        first_step(client, someone)
        assert second_step(client, code).status_code == status
    assert [name for name, _ in events()] == ["people:sign_in:succeeded", "people:sign_in:failed"]


def test_a_one_time_code_works_once() -> None:
    someone = make_person()
    code = code_of(someone, steps=1)
    for status in (302, 200):
        client = Client()
        first_step(client, someone)
        assert second_step(client, code).status_code == status


def test_nobody_learns_whether_an_account_exists() -> None:
    someone, gone = make_person(), make_person()
    accounts.deactivate(gone, by=Actor.operator())
    pages = []
    for email, password in ((someone.email, "wrong"), ("nobody@platform.example", "wrong"), (gone.email, PASSWORD)):
        answer = Client().post(reverse("account_login"), {"login": email, "password": password})
        pages.append((answer.status_code, "The address or the password is not right." in answer.content.decode()))
    assert pages == [(200, True)] * 3


def test_a_failure_tells_of_the_person_by_number_and_never_of_an_address() -> None:
    someone = make_person()
    first_step(Client(), someone, "wrong")
    Client().post(reverse("account_login"), {"login": "nobody@platform.example", "password": "wrong"})
    assert events() == [("people:sign_in:failed", {"factor": "password"})] * 2
    from lightkeeper.record.models import AuditEvent

    rows = list(AuditEvent.objects.order_by("id").values_list("subject_kind", "subject_id", "actor_id"))
    assert rows == [("person", str(someone.pk), ""), ("", "", "")]


def lock(someone: Person, client: Client | None = None) -> Any:
    for _ in range(lockout.ACCOUNT_LIMIT):
        answer = first_step(client or Client(), someone, "wrong")
    return answer


def test_five_failures_lock_the_account_even_for_the_right_password() -> None:
    someone, other = make_person(), make_person()
    assert lock(someone).status_code == 429
    answer = first_step(Client(), someone)
    assert answer.status_code == 429
    assert "Wait 15 minutes" in answer.content.decode()
    assert first_step(Client(), other).status_code == 302
    names = [name for name, _ in events()]
    assert names == ["people:sign_in:failed"] * 4 + ["people:sign_in:locked"]


def guesses(someone: Person, *, addresses: int) -> None:
    for number in range(addresses):
        stranger = Client(REMOTE_ADDR=f"192.0.2.{number + 1}")
        for _ in range(lockout.ACCOUNT_LIMIT):
            first_step(stranger, someone, "wrong")


def known(someone: Person) -> Client:
    """A browser in which somebody signed in before, and out again."""
    client = Client()
    first_step(client, someone)
    second_step(client, code_of(someone))
    client.post(reverse("account_logout"))
    forget_codes()
    return client


def test_five_failures_lock_the_account_for_the_address_that_they_come_from() -> None:
    someone = make_person()
    guesses(someone, addresses=1)
    assert first_step(Client(REMOTE_ADDR="192.0.2.1"), someone).status_code == 429
    assert first_step(Client(), someone).status_code == 302


def test_fifty_failures_from_many_addresses_lock_it_for_all_but_the_browsers_of_its_owner() -> None:
    someone = make_person()
    own, others = known(someone), known(make_person())
    guesses(someone, addresses=lockout.EVERYWHERE_LIMIT // lockout.ACCOUNT_LIMIT)
    assert first_step(Client(), someone).status_code == 429
    assert first_step(others, someone).status_code == 429
    assert first_step(own, someone).status_code == 302
    assert second_step(own, code_of(someone)).status_code == 302
    assert first_step(Client(), someone).status_code == 429


def test_a_colleague_behind_the_same_address_keeps_nobody_out_of_a_known_browser() -> None:
    someone = make_person()
    own = known(someone)
    lock(someone)
    for number in range(lockout.ADDRESS_LIMIT):
        Client().post(reverse("account_login"), {"login": f"nobody-{number}@platform.example", "password": "wrong"})
    assert first_step(Client(), someone).status_code == 429
    assert first_step(own, someone).status_code == 302


def test_a_known_browser_has_its_own_five_attempts() -> None:
    someone = make_person()
    own = known(someone)
    assert lock(someone, own).status_code == 429
    assert first_step(own, someone).status_code == 429
    own.cookies.clear()
    administrator = signed_in(make_person(Role.ADMINISTRATOR))
    administrator.post(reverse("people:unlock_person", args=[someone.pk]))
    assert AccessAttempt.objects.count() == 0


def test_a_cookie_that_is_forged_or_anothers_makes_no_browser_known() -> None:
    someone, insider = make_person(), make_person()
    own, his = known(someone), known(insider)
    (name,) = [name for name in own.cookies if name.startswith("device_")]
    (other,) = [name for name in his.cookies if name.startswith("device_")]
    assert (own.cookies[name]["httponly"], own.cookies[name]["samesite"]) == (True, "Lax")
    lock(someone)
    for value in (his.cookies[other].value, own.cookies[name].value + "x", "rubbish"):
        stranger = Client()
        stranger.cookies[name] = value
        assert first_step(stranger, someone).status_code == 429


def test_twenty_failures_lock_an_address_whatever_the_accounts() -> None:
    for number in range(lockout.ADDRESS_LIMIT):
        answer = Client().post(
            reverse("account_login"), {"login": f"nobody-{number}@platform.example", "password": "wrong"}
        )
    assert answer.status_code == 429
    assert first_step(Client(), make_person()).status_code == 429
    elsewhere = Client(REMOTE_ADDR="192.0.2.9")
    assert first_step(elsewhere, make_person()).status_code == 302


def test_wrong_codes_lock_too() -> None:
    someone, client = make_person(), Client()
    first_step(client, someone)
    answers = [second_step(client, "000000").status_code for _ in range(lockout.ACCOUNT_LIMIT)]
    assert answers == [200, 200, 200, 200, 429]
    assert second_step(client, code_of(someone)).status_code == 429
    assert events()[-1] == ("people:sign_in:locked", {"factor": "code"})


def test_an_administrator_ends_a_lock_out() -> None:
    someone, administrator = make_person(), signed_in(make_person(Role.ADMINISTRATOR))
    lock(someone)
    administrator.post(reverse("people:unlock_person", args=[someone.pk]))
    assert first_step(Client(), someone).status_code == 302
    assert events()[-1] == ("people:sign_in:unlocked", {"attempts": 1})


def test_a_success_forgets_the_failures_before_it() -> None:
    someone = make_person()
    for _ in range(3):
        first_step(Client(), someone, "wrong")
    client = Client()
    first_step(client, someone)
    second_step(client, code_of(someone))
    assert AccessAttempt.objects.count() == 0


def test_coming_in_does_not_forget_failures_at_the_accounts_of_others() -> None:
    someone, insider = make_person(), make_person()
    for _ in range(lockout.ACCOUNT_LIMIT - 1):
        first_step(Client(), someone, "guess")
    client = Client()
    first_step(client, insider)
    assert second_step(client, code_of(insider)).status_code == 302
    assert first_step(Client(), someone, "guess").status_code == 429


def test_no_address_and_no_password_is_written_down_with_an_attempt() -> None:
    someone = make_person()
    first_step(Client(), someone, "wrong-password-of-mine")
    written = " ".join(str(value) for row in AccessAttempt.objects.values_list() for value in row)
    assert someone.email not in written
    assert "wrong-password-of-mine" not in written
    assert "csrf" not in written.replace("csrfmiddlewaretoken", "")


def test_secrets_of_second_factors_are_sealed() -> None:
    someone = make_person()
    for row in Authenticator.objects.filter(user_id=someone.pk):
        kept = row.data.get("secret") or row.data["seed"]
        assert len(kept) > 60
        assert "=" in kept or "/" in kept or "+" in kept or len(kept) % 4 == 0


@pytest.mark.parametrize("kind", [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES])
def test_a_second_factor_put_in_the_place_of_somebody_elses_does_not_work(kind: Any) -> None:
    someone, insider = make_person(), make_person()
    known = code_of(insider)
    with second_factor.secrets_of(insider):
        own = Authenticator.objects.get(user_id=insider.pk, type=Authenticator.Type.RECOVERY_CODES)
        if kind == Authenticator.Type.RECOVERY_CODES:
            known = RecoveryCodes(own).get_unused_codes()[0]
    mine = Authenticator.objects.get(user_id=insider.pk, type=kind)
    Authenticator.objects.filter(user_id=someone.pk, type=kind).update(data=mine.data)
    client = Client()
    first_step(client, someone)
    answer = second_step(client, known)
    assert (answer.status_code, "not right" in answer.content.decode()) == (200, True)
    assert events()[-1] == ("people:sign_in:failed", {"factor": "code"})


def test_there_is_no_sign_up_and_no_reset_by_mail() -> None:
    for path in ("/accounts/signup/", "/signup/", "/accounts/password/reset/", "/admin/", "/accounts/email/"):
        assert Client().get(path).status_code == 404


def test_signing_out_tells_one_event() -> None:
    client = signed_in(make_person())
    before = len(events())
    client.post(reverse("account_logout"))
    assert events()[before:] == [("people:sign_out:done", {"cause": "asked"})]
    assert client.get(reverse("home")).status_code == 302
