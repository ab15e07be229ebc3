"""Keys are shown once, scoped, replaced with an overlap and ended at once; each act leaves one audit event."""

from __future__ import annotations

import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.people.authentication import authenticate
from lightkeeper.people.client_queries import api_keys
from lightkeeper.people.client_types import ClientError, KeyRefused, Scope
from lightkeeper.people.clients import create_client, create_key, revoke_key, rotate_key, set_callbacks
from lightkeeper.people.key_texts import key_digest, key_id_of, make_key_text
from lightkeeper.people.models import ApiKey
from lightkeeper.people.tests.clients_made import OPERATOR, details_of, forget, make_key
from lightkeeper.record.events import Event
from lightkeeper.record.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    forget()


def events() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("event", flat=True))


def test_the_text_of_a_key_is_stored_nowhere() -> None:
    made = make_key()
    row = ApiKey.objects.get()
    assert bytes(row.secret_hash) == key_digest(made.text)
    secret = made.text.rsplit("_", 1)[1]
    stored = [str(value) for table in (ApiKey, AuditEvent) for row in table.objects.values() for value in row.values()]
    assert not any(secret in value for value in stored)


def test_keys_have_the_form_that_scanners_for_leaked_secrets_know() -> None:
    key_id, text = make_key_text()
    assert text.startswith(f"lk_{key_id}_")
    assert key_id_of(text) == key_id


@given(st.text())
def test_a_text_that_is_no_key_has_no_id(text: str) -> None:
    assert key_id_of(text) is None


def test_one_event_for_each_act() -> None:
    made = make_key()
    later = rotate_key(key_id=made.key_id, overlap=timedelta(days=1), actor=OPERATOR)
    revoke_key(key_id=later.key_id, actor=OPERATOR)
    set_callbacks(client_id=made.client_id, url="https://platform.example/", events=["one"], actor=OPERATOR)
    assert events() == [
        Event.PEOPLE_CLIENT_CREATED,
        Event.PEOPLE_KEY_CREATED,
        Event.PEOPLE_KEY_ROTATED,
        Event.PEOPLE_KEY_REVOKED,
        Event.PEOPLE_CLIENT_CALLBACKS_SET,
    ]


def test_submit_and_lookup_on_one_key_must_be_insisted_on_and_the_trail_says_so() -> None:
    client = create_client(name="a platform", actor=OPERATOR)
    both = {Scope.SUBMIT, Scope.LOOKUP}
    with pytest.raises(ClientError, match="two keys"):
        create_key(client_id=client.pk, scopes=both, actor=OPERATOR)
    create_key(client_id=client.pk, scopes=both, actor=OPERATOR, allow_both=True)
    assert [row["both_allowed"] for row in details_of(Event.PEOPLE_KEY_CREATED)] == [True]


def test_the_database_too_refuses_both_scopes_on_one_key() -> None:
    made = make_key(Scope.SUBMIT)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.filter(key_id=made.key_id).update(scopes="lookup submit")


def test_after_rotation_both_keys_work_until_the_old_one_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    old = make_key(Scope.LOOKUP)
    new = rotate_key(key_id=old.key_id, overlap=timedelta(hours=1), actor=OPERATOR)
    forget()
    assert authenticate(old.text).scopes == authenticate(new.text).scopes == {Scope.LOOKUP}
    later = SimpleNamespace(time=lambda: time.time() + 3601, monotonic=time.monotonic)
    monkeypatch.setattr("lightkeeper.people.authentication.time", later)
    with pytest.raises(KeyRefused, match="expired"):
        authenticate(old.text)
    assert authenticate(new.text).key_id == new.key_id


def test_rotation_without_overlap_ends_the_old_key() -> None:
    old = make_key()
    rotate_key(key_id=old.key_id, overlap=timedelta(0), actor=OPERATOR)
    forget()
    with pytest.raises(KeyRefused, match="revoked"):
        authenticate(old.text)


def test_rotation_never_prolongs_the_old_key() -> None:
    client = create_client(name="a platform", actor=OPERATOR)
    ends = timezone.now() + timedelta(hours=2)
    old = create_key(client_id=client.pk, scopes={Scope.STATUS}, actor=OPERATOR, expires_at=ends)
    rotate_key(key_id=old.key_id, overlap=timedelta(days=30), actor=OPERATOR)
    assert ApiKey.objects.get(key_id=old.key_id).expires_at == ends


def test_a_rotated_key_goes_on_with_the_same_meters() -> None:
    old = make_key()
    new = rotate_key(key_id=old.key_id, overlap=timedelta(days=1), actor=OPERATOR)
    first, second = ApiKey.objects.get(key_id=old.key_id), ApiKey.objects.get(key_id=new.key_id)
    assert (first.request_meter_id, first.lookup_meter_id) == (second.request_meter_id, second.lookup_meter_id)


def test_what_has_ended_cannot_be_rotated_and_nothing_twice() -> None:
    made = make_key()
    rotate_key(key_id=made.key_id, overlap=timedelta(days=1), actor=OPERATOR)
    with pytest.raises(ClientError, match="rotated already"):
        rotate_key(key_id=made.key_id, overlap=timedelta(days=1), actor=OPERATOR)
    revoke_key(key_id=made.key_id, actor=OPERATOR)
    with pytest.raises(ClientError, match="revoked already"):
        revoke_key(key_id=made.key_id, actor=OPERATOR)
    with pytest.raises(ClientError, match="make a new one"):
        rotate_key(key_id=made.key_id, overlap=timedelta(days=1), actor=OPERATOR)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\nb\x00"])
def test_names_that_are_refused(name: str) -> None:
    with pytest.raises(ClientError, match="name"):
        create_client(name=name, actor=OPERATOR)


def test_a_name_is_taken_once() -> None:
    create_client(name="a platform", actor=OPERATOR)
    with pytest.raises(ClientError, match="already"):
        create_client(name=" a  platform ", actor=OPERATOR)


def test_a_list_of_keys_says_how_they_stand() -> None:
    made = make_key()
    assert [key.state for key in api_keys()] == ["working"]
    new = rotate_key(key_id=made.key_id, overlap=timedelta(days=1), actor=OPERATOR)
    revoke_key(key_id=new.key_id, actor=OPERATOR)
    assert {key.key_id: key.state for key in api_keys(client_id=made.client_id)} == {
        made.key_id: "ending",
        new.key_id: "revoked",
    }
