"""An act and its event are one: same transaction, known names, no content, and news to who subscribed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from lightkeeper.record.event_specs import EVENTS
from lightkeeper.record.events import DETAIL_CODE, Event
from lightkeeper.record.models import AuditEvent
from lightkeeper.record.services import subscribe, unsubscribe, write_event, write_events
from lightkeeper.record.tests.support import PERSON
from lightkeeper.record.types import Actor, ActorKind, Details, EventDraft, EventRow, Subject

KEPT = Event.RECORD_OBJECT_KEPT


@pytest.mark.django_db
def test_an_event_is_one_insert_with_all_that_it_says(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    details: Details = {"size": 5, "kind": "original"}
    with django_assert_num_queries(1):
        number = write_event(KEPT, actor=PERSON, subject=Subject("object", "3"), details=details)
    row = AuditEvent.objects.get(id=number)
    assert row.event == "record:object:kept"
    assert (row.actor_kind, row.actor_id, row.actor_role) == ("person", "7", "supervisor")
    assert (row.subject_kind, row.subject_id, row.details) == ("object", "3", '{"kind":"original","size":5}')


@pytest.mark.django_db(transaction=True)
def test_no_event_outside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="in the transaction"):
        write_event(KEPT, actor=Actor.system())
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_event_goes_where_its_act_goes() -> None:
    with transaction.atomic():
        write_event(KEPT, actor=Actor.system())
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "details",
    [
        {"size": "A holiday picture.jpg"}, {"size": "UPPER"}, {"size": "x" * 65}, {"size": ""}, {"size": 1.5},
        {"size": b"bytes"}, {"size": ["a"]}, {"size": 1 << 63}, {"name": "code"},
    ],
)  # fmt: skip
def test_what_is_no_code_is_refused(details: dict[str, str | int]) -> None:
    with pytest.raises(ValueError, match=r"record:object:kept"):
        write_event(KEPT, actor=Actor.system(), details=details)
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("actor", [Actor(ActorKind.CLIENT, "two words"), Actor(ActorKind.PERSON, "7", "Ünicode")])
def test_actor_and_subject_are_codes_too(actor: Actor) -> None:
    with pytest.raises(ValueError, match="named by codes"):
        write_event(KEPT, actor=actor)
    with pytest.raises(ValueError, match="named by codes"):
        write_event(KEPT, actor=PERSON, subject=Subject("object", "uploads/holiday.jpg"))


@given(st.text(max_size=80))
def test_only_whole_codes_match(text: str) -> None:
    safe = 0 < len(text) <= 64 and all(char in "abcdefghijklmnopqrstuvwxyz0123456789_.:-" for char in text)
    assert bool(DETAIL_CODE.fullmatch(text)) == safe


@pytest.fixture
def heard() -> Iterator[list[EventRow]]:
    rows: list[EventRow] = []
    subscribe(KEPT, rows.append)
    subscribe(KEPT, rows.append)
    yield rows
    unsubscribe(KEPT, rows.append)


@pytest.mark.django_db
def test_a_subscriber_hears_of_its_event_once_and_of_no_other(heard: list[EventRow]) -> None:
    write_event(Event.RECORD_VAULT_SWEPT, actor=Actor.system())
    ids = write_events([EventDraft(KEPT, PERSON, Subject("object", str(n)), {"size": n}) for n in range(3)])
    assert [row.id for row in heard] == ids
    assert [row.details for row in heard] == [{"size": 0}, {"size": 1}, {"size": 2}]
    assert heard[0].actor == PERSON
    assert heard[0].at == AuditEvent.objects.get(id=ids[0]).at


@pytest.mark.django_db(transaction=True)
def test_what_a_subscriber_raises_undoes_the_act() -> None:
    def refuse(row: EventRow) -> None:
        raise LookupError(row.event)

    subscribe(KEPT, refuse)
    try:
        with pytest.raises(LookupError), transaction.atomic():
            write_event(KEPT, actor=Actor.system())
    finally:
        unsubscribe(KEPT, refuse)
    assert not AuditEvent.objects.exists()


def test_every_event_is_named_as_its_value_and_has_its_spec() -> None:
    assert set(EVENTS) == set(Event)
    for event, spec in EVENTS.items():
        assert event.name == event.value.upper().replace(":", "_").replace("-", "_")
        assert event.value.count(":") == 2
        assert DETAIL_CODE.fullmatch(event.value)
        assert spec.says
        assert not spec.says.endswith(".")
