"""A callback is queued with what it follows from, in order, sealed, and only for who takes it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from lightkeeper.act.models import Callback
from lightkeeper.act.queueing import DELIVER, body_of
from lightkeeper.act.services import queue_callback, set_address
from lightkeeper.act.tests.platform import EVENT, make_platform, queue
from lightkeeper.people.services import create_client
from lightkeeper.people.tests.clients_made import OPERATOR, forget
from lightkeeper.record.models import AuditEvent
from lightkeeper.runtime.models import Work

pytestmark = pytest.mark.django_db


def test_who_has_no_address_has_nothing_queued_and_asks_the_database_nothing(django_assert_num_queries: Any) -> None:
    forget()
    client = create_client(name="a platform", actor=OPERATOR)
    for queries in (1, 0):
        with django_assert_num_queries(queries):
            assert queue_callback(client_id=client.pk, order_key=b"a", event=EVENT, payload={}) is None
    assert not Callback.objects.exists()


def test_who_ends_its_callbacks_has_no_more_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    platform = make_platform(monkeypatch)
    set_address(client_id=platform.client_id, url="", events=[], actor=OPERATOR)
    forget()
    assert queue_callback(client_id=platform.client_id, order_key=b"a", event=EVENT, payload={}) is None


def test_it_is_there_if_and_only_if_what_it_follows_from_is(monkeypatch: pytest.MonkeyPatch) -> None:
    platform = make_platform(monkeypatch)
    with transaction.atomic():
        queue(platform)
        transaction.set_rollback(True)
    assert not Callback.objects.exists()
    assert not Work.objects.filter(kind=DELIVER).exists()


def test_only_the_first_about_a_thing_has_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    platform = make_platform(monkeypatch)
    first, second, other = queue(platform), queue(platform), queue(platform, order=b"another")
    assert list(Callback.objects.filter(turn=True).order_by("pk").values_list("pk", flat=True)) == [first, other]
    assert list(Work.objects.filter(kind=DELIVER).order_by("pk").values_list("subject", flat=True)) == [first, other]
    sequences = dict(Callback.objects.values_list("pk", "sequence"))
    assert sequences[first] < sequences[second]


def test_the_database_too_gives_one_turn_only(monkeypatch: pytest.MonkeyPatch) -> None:
    platform = make_platform(monkeypatch)
    queue(platform)
    second = queue(platform)
    with pytest.raises(IntegrityError), transaction.atomic():
        Callback.objects.filter(pk=second).update(turn=True)


def test_the_sequence_goes_on_growing_when_earlier_callbacks_are_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    platform = make_platform(monkeypatch)
    first = Callback.objects.get(pk=queue(platform)).sequence
    Callback.objects.all().delete()
    monkeypatch.setattr("lightkeeper.act.queueing.time.time_ns", lambda: (first + 1) * 1_000_000)
    assert Callback.objects.get(pk=queue(platform)).sequence > first


def test_the_body_is_the_payload_with_what_identifies_it(monkeypatch: pytest.MonkeyPatch) -> None:
    callback = Callback.objects.get(pk=queue(make_platform(monkeypatch), "their-id"))
    assert json.loads(body_of(callback)) == {
        "event": EVENT,
        "idempotency_id": str(callback.idempotency_id),
        "sequence": callback.sequence,
        "id": "their-id",
        "state": "accepted",
    }


def test_what_identifies_cannot_be_overwritten_and_events_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    platform = make_platform(monkeypatch)
    with pytest.raises(ValueError, match="not for payloads"):
        queue_callback(client_id=platform.client_id, order_key=b"a", event=EVENT, payload={"sequence": 1})
    with pytest.raises(ValueError, match="no such"):
        queue_callback(client_id=platform.client_id, order_key=b"a", event="submission.vanished", payload={})


def test_no_row_holds_an_id_or_a_secret_in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    platform = make_platform(monkeypatch)
    queue(platform, "planted-caller-id", order=b"planted-order-key")
    from django.apps import apps

    held = b" ".join(
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        for model in apps.get_models()
        if model._meta.app_label in {"act", "runtime", "record"}
        for row in model.objects.values_list()  # type: ignore[attr-defined]
        for value in row
    )
    assert AuditEvent.objects.exists()
    for planted in (b"planted-caller-id", b"planted-order-key", platform.secret.encode()):
        assert planted not in held
