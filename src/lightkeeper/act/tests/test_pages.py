"""The pages about callbacks: what stands in them, who may do what, and that a key is in one answer only."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from lightkeeper.act.delivering import deliver
from lightkeeper.act.models import Callback, Channel, SigningKey
from lightkeeper.act.states import CallbackState
from lightkeeper.act.tests.platform import EVENT, Platform, make_platform, queue
from lightkeeper.people.models import Client
from lightkeeper.people.services import create_client
from lightkeeper.people.tests.clients_made import OPERATOR
from lightkeeper.people.tests.people_made import make_person, signed_in
from lightkeeper.people.types import Role

pytestmark = pytest.mark.django_db
SECRET = re.compile(r"lks_[0-9a-f]{64}")


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    return make_platform(monkeypatch)


def test_an_address_comes_with_a_key_that_is_shown_once() -> None:
    client = create_client(name="a platform", actor=OPERATOR)
    browser = signed_in(make_person(Role.ADMINISTRATOR))
    page = reverse("act:address", args=[client.pk])
    answer = browser.post(page, {"url": "https://platform.example/hook", "events": [EVENT]}).content.decode()
    assert len(SECRET.findall(answer)) == 1
    shown = browser.get(reverse("act:client", args=[client.pk])).content.decode()
    assert "https://platform.example/hook" in shown
    assert not SECRET.search(shown)
    wrong = browser.post(page, {"url": "ftp://platform.example/", "events": [EVENT]}).content.decode()
    assert "starts with https://" in wrong
    browser.post(page, {"url": "", "events": []})
    assert Client.objects.get().callback_url == ""


def test_an_address_for_the_words_of_conversations_comes_with_a_key_too() -> None:
    client = create_client(name="a platform", actor=OPERATOR)
    browser = signed_in(make_person(Role.ADMINISTRATOR))
    page = reverse("act:conversation_address", args=[client.pk])
    wrong = browser.post(page, {"url": "ftp://platform.example/"}).content.decode()
    assert "starts with https://" in wrong
    answer = browser.post(page, {"url": "https://platform.example/words"}).content.decode()
    assert len(SECRET.findall(answer)) == 1
    shown = browser.get(reverse("act:client", args=[client.pk])).content.decode()
    assert "https://platform.example/words" in shown
    assert "https://platform.example/words" in browser.get(page).content.decode()
    assert browser.post(page, {"url": ""}).status_code == 302
    assert Channel.objects.get().conversation_url == ""


def test_keys_are_made_switched_and_destroyed(platform: Platform) -> None:
    browser = signed_in(make_person(Role.ADMINISTRATOR))
    args = [platform.client_id]
    assert SECRET.search(browser.post(reverse("act:make_signing_key", args=args)).content.decode())
    browser.post(reverse("act:switch_signing_key", args=args))
    assert list(SigningKey.objects.order_by("pk").values_list("state", flat=True)) == ["retired", "current"]
    assert bytes(SigningKey.objects.order_by("pk")[0].secret) == b""
    browser.post(reverse("act:make_signing_key", args=args))
    browser.post(reverse("act:remove_signing_key", args=args))
    answer = browser.post(reverse("act:switch_signing_key", args=args), follow=True).content.decode()
    assert "There is no next key" in answer


def test_what_was_given_up_is_listed_and_sent_again(platform: Platform) -> None:
    number = queue(platform, "planted-caller-id")
    deliver(number)
    Callback.objects.update(state=CallbackState.DEAD)
    browser = signed_in(make_person(Role.SUPERVISOR))
    listed = browser.get(f"/callbacks/?client={platform.client_id}&state=dead").content.decode()
    assert str(Callback.objects.get().idempotency_id) in listed
    assert "planted" not in listed
    browser.post(reverse("act:replay", args=[number]))
    assert Callback.objects.get().state == CallbackState.WAITING
    again = browser.post(reverse("act:replay", args=[number]), follow=True).content.decode()
    assert "going to be sent anyway" in again


def test_all_since_a_time_are_sent_again(platform: Platform) -> None:
    deliver(queue(platform))
    browser = signed_in(make_person(Role.SUPERVISOR))
    page = reverse("act:replay_since", args=[platform.client_id])
    assert "Enter a valid date/time" in browser.post(page, {"since": "yesterday"}).content.decode()
    browser.post(page, {"since": "2020-01-01T00:00"})
    assert Callback.objects.get().state == CallbackState.WAITING


def test_callbacks_are_held_and_sent_again(platform: Platform) -> None:
    browser = signed_in(make_person(Role.SUPERVISOR))
    browser.post(reverse("act:pause", args=[platform.client_id]))
    assert "paused by a person" in browser.get(reverse("act:client", args=[platform.client_id])).content.decode()
    browser.post(reverse("act:resume", args=[platform.client_id]))
    assert Channel.objects.get().paused_at is None


@pytest.mark.parametrize("query", ["client=x&state=y", "client=9" + "9" * 30, "page=-1", "client=²"])
def test_nonsense_in_the_address_is_no_error(platform: Platform, query: str) -> None:
    browser = signed_in(make_person(Role.AUDITOR))
    assert browser.get(f"/callbacks/?{query}").status_code == 200


def test_an_auditor_reads_and_changes_nothing(platform: Platform) -> None:
    number = queue(platform)
    browser = signed_in(make_person(Role.AUDITOR))
    assert browser.get(reverse("act:client", args=[platform.client_id])).status_code == 200
    for page in (
        "address",
        "conversation_address",
        "make_signing_key",
        "switch_signing_key",
        "remove_signing_key",
        "pause",
        "replay_since",
    ):
        assert browser.post(reverse(f"act:{page}", args=[platform.client_id])).status_code == 403
    assert browser.post(reverse("act:replay", args=[number])).status_code == 403
