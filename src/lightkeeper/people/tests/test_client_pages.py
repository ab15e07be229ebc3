"""The pages about clients, keys, alerts and on-call: who may do what, and that a secret is in one answer only."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from lightkeeper.people.alert_types import AlertKind
from lightkeeper.people.alerts import raise_alert
from lightkeeper.people.authentication import authenticate
from lightkeeper.people.client_queries import api_keys
from lightkeeper.people.models import Alert, ApiKey, Client, Contact
from lightkeeper.people.tests.clients_made import forget, make_key
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role

pytestmark = pytest.mark.django_db
KEY = re.compile(r"lk_[a-z0-9]{10}_[A-Za-z0-9]{43}")


@pytest.fixture(autouse=True)
def _fresh() -> None:
    forget()


def test_a_client_gets_a_key_that_is_shown_once_and_works() -> None:
    browser = signed_in(make_person(Role.ADMINISTRATOR))
    browser.post(reverse("people:new_client"), {"name": "a platform"})
    client = Client.objects.get()
    form = {"scopes": ["submit", "detail"], "rate_per_minute": 60, "lookup_per_day": 0, "expires_days": ""}
    answer = browser.post(reverse("people:new_key", args=[client.pk]), form)
    found = KEY.findall(answer.content.decode())
    assert len(found) == 1
    assert "no-store" in answer["Cache-Control"]
    assert authenticate(found[0]).name == "a platform"
    for page in (reverse("people:client", args=[client.pk]), reverse("people:clients")):
        again = browser.get(page).content.decode()
        assert ApiKey.objects.get().key_id in again
        assert not KEY.search(again)


def test_both_scopes_need_a_tick() -> None:
    client_id = make_key().client_id
    browser = signed_in(make_person(Role.ADMINISTRATOR))
    form = {"scopes": ["submit", "lookup"], "rate_per_minute": 60, "lookup_per_day": 5}
    page = reverse("people:new_key", args=[client_id])
    assert "Make two keys" in browser.post(page, form).content.decode()
    assert KEY.search(browser.post(page, {**form, "allow_both": "on"}).content.decode())


def test_a_key_is_rotated_and_revoked() -> None:
    made = make_key()
    browser = signed_in(make_person(Role.ADMINISTRATOR))
    answer = browser.post(reverse("people:rotate_key", args=[made.key_id]), {"overlap_hours": 24}).content.decode()
    assert KEY.search(answer)
    assert "The old key works until" in answer
    browser.post(reverse("people:revoke_key", args=[made.key_id]))
    assert {key.state for key in api_keys()} == {"working", "revoked"}
    again = browser.post(reverse("people:revoke_key", args=[made.key_id]), follow=True).content.decode()
    assert "revoked already" in again


@pytest.mark.parametrize("page", ["people:new_client", "people:new_contact"])
def test_sensitive_acts_ask_again_who_one_is(page: str) -> None:
    browser = signed_in(make_person(Role.ADMINISTRATOR), confirmed=False)
    answer = browser.post(reverse(page), {"name": "a platform"})
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"] or "confirm" in answer["Location"]
    assert not Client.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_makes_clients_or_keys(role: Role) -> None:
    made = make_key()
    browser = signed_in(make_person(role))
    for page, args in (
        ("people:new_client", []),
        ("people:new_key", [made.client_id]),
        ("people:rotate_key", [made.key_id]),
        ("people:revoke_key", [made.key_id]),
    ):
        assert browser.post(reverse(page, args=args)).status_code == 403
    assert ApiKey.objects.get().revoked_at is None


def test_an_alert_is_taken_up_and_closed() -> None:
    number = raise_alert(
        AlertKind.VAULT_DAMAGE, key="vault", urgent=True, path="/audit/", details={"damage": "missing"}
    )
    browser = signed_in(make_person(Role.SUPERVISOR))
    listed = browser.get(reverse("people:alerts")).content.decode()
    assert "Nobody is on call" in listed
    assert "urgent" in listed
    page = reverse("people:alert", args=[number])
    assert 'href="/audit/"' in browser.get(page).content.decode()
    browser.post(reverse("people:acknowledge_alert", args=[number]))
    assert "Taken up by" in browser.get(page).content.decode()
    browser.post(reverse("people:close_alert", args=[number]))
    assert Alert.objects.get().state == "closed"
    assert "closed already" in browser.post(reverse("people:close_alert", args=[number]), follow=True).content.decode()


def test_who_may_only_read_alerts_acknowledges_none() -> None:
    number = raise_alert(AlertKind.LIST_STALE, key="list", urgent=False, path="/lists/")
    browser = signed_in(make_person(Role.AUDITOR))
    assert "I take it up" not in browser.get(reverse("people:alert", args=[number])).content.decode()
    assert browser.post(reverse("people:acknowledge_alert", args=[number])).status_code == 403


def test_the_rota_is_filled_ordered_and_emptied() -> None:
    supervisor = make_person(Role.SUPERVISOR)
    other = make_person(Role.ANALYST)
    browser = signed_in(supervisor)
    new = reverse("people:new_contact")
    browser.post(new, {"person": supervisor.pk, "channel": "email", "address": "", "escalate_minutes": 15})
    answer = browser.post(
        new, {"person": other.pk, "channel": "webhook", "address": "https://pager.example/", "escalate_minutes": 5}
    )
    secret = re.search(r'id="secret">([0-9a-f]{64})<', answer.content.decode())
    assert secret is not None
    first, second = Contact.objects.order_by("position")
    assert first.address == supervisor.email
    page = browser.get(reverse("people:rota")).content.decode()
    assert secret[1] not in page
    browser.post(reverse("people:move_contact", args=[second.pk]), {"where": "up"})
    browser.post(reverse("people:remove_contact", args=[first.pk]))
    assert list(Contact.objects.values_list("pk", "position")) == [(second.pk, 1)]
    wrong = browser.post(new, {"person": other.pk, "channel": "webhook", "address": "", "escalate_minutes": 5})
    assert "https://" in wrong.content.decode()


def test_empty_pages_say_what_is_missing() -> None:
    browser = signed_in(make_person(Role.ADMINISTRATOR))
    assert "No platform has access yet" in browser.get(reverse("people:clients")).content.decode()
    assert "Nobody is on the rota" in browser.get(reverse("people:rota")).content.decode()
    assert "Nothing is open" in browser.get(reverse("people:alerts")).content.decode()
